//! One number, read as another.

use super::effects::Effects;
use crate::Int;

pub(super) const fn int(written: Int, read: Int) -> Effects {
    let bits = match (written.signed, read.signed) {
        (false, false) | (true, true) => written.bits <= read.bits,
        (false, true) => written.bits < read.bits,
        (true, false) => false,
    };
    if bits && (written.nonzero || !read.nonzero) { Effects::SAME } else { Effects::SOME }
}

/// A float that holds whole numbers of so many bits.
pub(super) const fn int_to_float(written: Int, mantissa: u8) -> Effects {
    if written.bits <= mantissa { Effects::SAME } else { Effects::LOSSY }
}

pub(super) const fn name(int: Int) -> &'static str {
    match (int.signed, int.bits, int.nonzero) {
        (false, 8, false) => "`u8`",
        (false, 16, false) => "`u16`",
        (false, 32, false) => "`u32`",
        (false, 64, false) => "`u64`",
        (false, _, false) => "`u128`",
        (true, 8, false) => "`i8`",
        (true, 16, false) => "`i16`",
        (true, 32, false) => "`i32`",
        (true, 64, false) => "`i64`",
        (true, _, false) => "`i128`",
        (false, 8, true) => "`NonZeroU8`",
        (false, 16, true) => "`NonZeroU16`",
        (false, 32, true) => "`NonZeroU32`",
        (false, 64, true) => "`NonZeroU64`",
        (false, _, true) => "`NonZeroU128`",
        (true, 8, true) => "`NonZeroI8`",
        (true, 16, true) => "`NonZeroI16`",
        (true, 32, true) => "`NonZeroI32`",
        (true, 64, true) => "`NonZeroI64`",
        (true, _, true) => "`NonZeroI128`",
    }
}
