//! One value without parts, read as another.

use super::effects::Effects;
use super::{formats, numbers};
use crate::Scalar;

/// What a reader of one scalar does with another. `buffered` is what serde has read into memory before it knew the type.
pub(super) const fn read(written: Scalar, read: Scalar, buffered: bool) -> Effects {
    match (written, read) {
        (_, Scalar::Any) => Effects::SAME,
        (_, Scalar::Raw) if buffered => Effects::REFUSED,
        (_, Scalar::Raw) => Effects::SAME,
        // Serde's buffer has no room for them, whatever the value.
        (_, Scalar::Int(int)) if int.bits == 128 && buffered => Effects::REFUSED,
        (written, Scalar::Format(read)) => formats::from(written, read, buffered),
        (Scalar::Any | Scalar::Raw, _) => Effects::SOME,
        (Scalar::Int(written), Scalar::Int(read)) => numbers::int(written, read),
        (Scalar::Int(written), Scalar::F64) => numbers::int_to_float(written, 53),
        (Scalar::Int(written), Scalar::F32) => numbers::int_to_float(written, 24),
        (Scalar::F64, Scalar::F32) => Effects::LOSSY,
        (Scalar::F32 | Scalar::F64, Scalar::F64) | (Scalar::F32, Scalar::F32) => Effects::SAME,
        (Scalar::Bool, Scalar::Bool) | (Scalar::Null, Scalar::Null) => Effects::SAME,
        (Scalar::Char, Scalar::Char | Scalar::String) | (Scalar::String, Scalar::String) => Effects::SAME,
        (Scalar::String, Scalar::Char) => Effects::SOME,
        (Scalar::Format(written), read) => formats::to(written, read),
        _ => Effects::REFUSED,
    }
}

/// Its name in messages.
pub(super) const fn name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Bool => "`bool`",
        Scalar::Int(int) => numbers::name(int),
        Scalar::F32 => "`f32`",
        Scalar::F64 => "`f64`",
        Scalar::Char => "`char`",
        Scalar::String => "`String`",
        Scalar::Null => "`null`",
        Scalar::Any => "any JSON",
        Scalar::Raw => "raw JSON",
        Scalar::Format(format) => formats::name(format),
    }
}
