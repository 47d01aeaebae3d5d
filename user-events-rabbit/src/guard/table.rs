//! [`Rewrite`]: a table as it can be read, in place.

use std::cmp::Reverse;

use super::{Mended, text};

/// How deep tables and arrays may lie in each other. Nobody nests headers so deep, and far more would
/// fit on the stack of whoever reads, copies or drops them by recursion.
pub(super) const DEEPEST: usize = 32;

const TABLE: u8 = b'F';
const ARRAY: u8 = b'A';
const BYTES: u8 = b'x';

/// Bytes on their way from what came to what is shown. What is written never overtakes what is
/// read, so both lie in one place, and nothing is moved until something was left out.
pub(super) struct Rewrite<'a> {
    bytes: &'a mut [u8],
    read: usize,
    written: usize,
    pub(super) mended: Mended,
}

/// A table or array that is being rewritten.
#[derive(Clone, Copy, Default)]
struct Open {
    is_table: bool,
    /// Where its length is written.
    length: usize,
    /// Where it ends, of what is read.
    end: usize,
}

/// The extent of an entry: the name, none in an array, and a value.
struct Entry {
    /// Where the type stands, behind the name.
    tag: usize,
    /// Where the entry ends.
    end: usize,
}

impl<'a> Rewrite<'a> {
    pub(super) fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes, read: 0, written: 0, mended: Mended::default() }
    }

    /// How much was written.
    pub(super) const fn written(&self) -> usize {
        self.written
    }

    /// Whether everything was read.
    pub(super) const fn is_read(&self) -> bool {
        self.read == self.bytes.len()
    }

    /// Passes so many bytes on. None where there are fewer.
    pub(super) fn keep(&mut self, count: usize) -> Option<()> {
        let end = self.read.checked_add(count).filter(|end| *end <= self.bytes.len())?;
        if self.written != self.read {
            self.bytes.copy_within(self.read..end, self.written);
        }
        self.read = end;
        self.written += count;
        Some(())
    }

    /// Passes a short string on. None where it is cut off.
    pub(super) fn text(&mut self) -> Option<()> {
        let length = usize::from(*self.bytes.get(self.read)?);
        let value = self.bytes.get_mut(self.read + 1..self.read + 1 + length)?;
        if text::mend(value) {
            self.mended.texts += 1;
        }
        self.keep(1 + length)
    }

    /// Passes a table on, as far as it can be read. None where it is cut off.
    pub(super) fn table(&mut self) -> Option<()> {
        let mut open = [Open::default(); DEEPEST];
        open[0] = self.open(true, self.bytes.len())?;
        let mut depth = 1;
        while depth > 0 {
            let current = open[depth - 1];
            if self.read == current.end {
                self.close(current);
                depth -= 1;
                continue;
            }
            let Some(entry) = Entry::at(&self.bytes[..current.end], self.read, current.is_table) else {
                self.mended.unreadable += 1;
                self.read = current.end;
                continue;
            };
            if current.is_table {
                self.text()?;
            }
            let is_table = match self.bytes[entry.tag] {
                TABLE => true,
                ARRAY => false,
                _ => {
                    self.keep(entry.end - entry.tag)?;
                    continue;
                }
            };
            if depth == DEEPEST {
                self.mended.nested += 1;
                self.bytes[entry.tag] = BYTES;
                self.keep(entry.end - entry.tag)?;
                continue;
            }
            self.keep(1)?;
            open[depth] = self.open(is_table, entry.end)?;
            depth += 1;
        }
        Some(())
    }

    /// Passes the length of a table or array on. None where it does not end within `limit`.
    fn open(&mut self, is_table: bool, limit: usize) -> Option<Open> {
        let end = prefixed(&self.bytes[..limit], self.read)?;
        let length = self.written;
        self.keep(LENGTH)?;
        Some(Open { is_table, length, end })
    }

    fn close(&mut self, open: Open) {
        write_length(&mut self.bytes[open.length..self.written]);
    }
}

impl Entry {
    /// The entry that begins at `start`. None where it cannot be read, or not to its end.
    fn at(bytes: &[u8], start: usize, is_named: bool) -> Option<Self> {
        let name = if is_named { 1 + usize::from(*bytes.get(start)?) } else { 0 };
        let tag = start + name;
        let value = tag + 1;
        let end = match bytes.get(tag)? {
            b'V' => value,
            b't' | b'b' | b'B' => value + 1,
            b's' | b'U' | b'u' => value + 2,
            b'I' | b'i' | b'f' => value + 4,
            b'D' => value + 5,
            b'L' | b'l' | b'd' | b'T' => value + 8,
            b'S' | &BYTES | &TABLE | &ARRAY => prefixed(bytes, value)?,
            _ => return None,
        };
        (end <= bytes.len()).then_some(Self { tag, end })
    }
}

/// What the broker counts a message's returns in. Of one that crashes its consumers it is all that is known.
const COUNTS: [&[u8]; 2] = [b"x-delivery-count", b"x-acquired-count"];

/// Leaves the largest entries of a table out until it has lost so many bytes, or all of them; what the
/// broker [counts](COUNTS) goes last. The table is one that can be read. Says how long it is now,
/// and how many entries it lost.
pub(super) fn shrink(table: &mut [u8], excess: usize) -> (usize, usize) {
    let mut entries = Vec::new();
    let mut read = LENGTH;
    while let Some(Entry { tag, end }) = Entry::at(table, read, true) {
        let is_count = COUNTS.contains(&&table[read + 1..tag]) && end - tag <= 1 + 8;
        entries.push((is_count, read..end));
        read = end;
    }
    entries.sort_by_key(|(is_count, entry)| (*is_count, Reverse(entry.len())));
    let (mut lost, mut count) = (0, 0);
    while lost < excess && count < entries.len() {
        lost += entries[count].1.len();
        count += 1;
    }
    entries.drain(..count);
    entries.sort_by_key(|(_, entry)| entry.start);
    let mut written = LENGTH;
    for (_, entry) in entries {
        let length = entry.len();
        table.copy_within(entry, written);
        written += length;
    }
    write_length(&mut table[..written]);
    (written, count)
}

/// The bytes of a length.
const LENGTH: usize = 4;

/// Where that ends which has its length before it. None where it is cut off.
fn prefixed(bytes: &[u8], at: usize) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<LENGTH>()?);
    (at + LENGTH).checked_add(usize::try_from(length).ok()?).filter(|end| *end <= bytes.len())
}

/// Writes what is behind its place for the length.
fn write_length(prefixed: &mut [u8]) {
    if let Some((length, value)) = prefixed.split_first_chunk_mut::<LENGTH>() {
        // What came had a length of four bytes, and nothing grows.
        *length = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
    }
}
