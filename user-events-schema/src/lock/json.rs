//! [`Json`], a reader of JSON that knows where it is and what it has read.
//!
//! The macros read every lock of a crate whenever that is compiled, in a build without optimizations, and they wait for
//! this crate to be compiled itself: hence bytes instead of iterators, and no dependency.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::LockErrorKind;

/// How many arrays and objects stand in each other at most.
const MAX_DEPTH: u32 = 256;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) kind: LockErrorKind,
    pub(super) message: String,
}

// In a box: results are handed up from every value.
pub(super) type Result<T> = std::result::Result<T, Box<Fault>>;

pub(super) struct Json<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: u32,
    sum: u64,
    is_comment: bool,
    is_verbatim: bool,
    is_sorted: bool,
}

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            depth: 0,
            sum: 0,
            is_comment: false,
            is_verbatim: false,
            is_sorted: true,
        }
    }

    /// JSON that others wrote, with names in any order.
    pub(super) fn unsorted(text: &'a str) -> Self {
        Self { is_sorted: false, ..Self::new(text) }
    }

    /// The offset of the next token.
    pub(super) fn position(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// The first byte of the next token, or zero at the end.
    pub(super) fn peek(&mut self) -> u8 {
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return byte,
            }
        }
        0
    }

    /// Starts the sum of what is read. It covers names and values, and neither space nor what `docs` and `checksum` hold.
    pub(super) fn start_sum(&mut self) {
        self.sum = SEED;
    }

    pub(super) fn sum(&self) -> u64 {
        self.sum
    }

    /// Reads an object by a function that takes the value behind each name. The names are sorted, so that none comes
    /// twice.
    pub(super) fn object(&mut self, mut take: impl FnMut(&mut Self, &str, usize) -> Result<()>) -> Result<()> {
        self.enter(b'{', "an object")?;
        let is_inside_comment = self.is_comment;
        let mut before: Option<Cow<'a, str>> = None;
        while self.more(b'}', before.is_some())? {
            let at = self.position();
            if self.peek() != b'"' {
                return Err(not_json(at, "expected a name in quotes"));
            }
            self.is_comment = true;
            let name = self.text("a name")?;
            self.is_comment = is_inside_comment;
            if let (Some(before), true) = (&before, self.is_sorted) {
                in_order(before, &name, at)?;
            }
            let name_of_comment = !self.is_verbatim && (&*name == "docs" || &*name == "checksum");
            if name_of_comment {
                self.is_comment = true;
            } else {
                self.mix(name.as_bytes());
            }
            if self.peek() != b':' {
                return Err(not_json(self.at, "expected `:`"));
            }
            self.at += 1;
            take(self, &name, at)?;
            self.is_comment = is_inside_comment;
            before = Some(name);
        }
        Ok(())
    }

    /// Reads an array by a function that takes an item.
    pub(super) fn array(&mut self, mut take: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.enter(b'[', "an array")?;
        let mut is_behind_item = false;
        while self.more(b']', is_behind_item)? {
            take(self)?;
            is_behind_item = true;
        }
        Ok(())
    }

    /// Reads a text.
    pub(super) fn text(&mut self, expected: &str) -> Result<Cow<'a, str>> {
        if self.peek() != b'"' {
            return Err(self.expected(expected));
        }
        let start = self.at + 1;
        let mut at = start;
        while at < self.bytes.len() {
            match self.bytes[at] {
                b'"' => {
                    self.at = at + 1;
                    self.mix(&self.bytes[start..at]);
                    return Ok(Cow::Borrowed(&self.text[start..at]));
                }
                b'\\' => {
                    let text = self.escaped_text(start, at)?;
                    self.mix(text.as_bytes());
                    return Ok(Cow::Owned(text));
                }
                0..0x20 => return Err(not_json(at, "a control character stands in a text")),
                _ => at += 1,
            }
        }
        Err(not_json(start - 1, "the text that starts here does not end"))
    }

    /// Reads a whole number that is not negative.
    pub(super) fn number(&mut self, expected: &str) -> Result<u32> {
        let at = self.position();
        if !self.peek().is_ascii_digit() {
            return Err(self.expected(expected));
        }
        let number = self.any_number()?;
        number.parse().map_err(|_| malformed(at, format!("expected {expected}, found `{number}`")))
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(&mut self) -> Result<bool> {
        match self.peek() {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    /// Reads any value that is not ours, and returns it as it was written.
    pub(super) fn verbatim(&mut self) -> Result<&'a str> {
        let start = self.position();
        self.is_verbatim = true;
        let skipped = self.skip();
        self.is_verbatim = false;
        skipped.map(|()| &self.text[start..self.at])
    }

    fn skip(&mut self) -> Result<()> {
        match self.peek() {
            b'{' => self.object(|json, _, _| json.skip()),
            b'[' => self.array(Self::skip),
            _ => self.leaf().map(|_| ()),
        }
    }

    /// Reads a value without parts, and returns it as it was written.
    pub(super) fn leaf(&mut self) -> Result<&'a str> {
        let start = self.position();
        match self.peek() {
            b'"' => self.text("a text").map(|_| ())?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            b'-' | b'0'..=b'9' => self.any_number().map(|_| ())?,
            _ => return Err(self.expected("a value")),
        }
        Ok(&self.text[start..self.at])
    }

    /// Nothing follows.
    pub(super) fn end(&mut self) -> Result<()> {
        if self.position() == self.bytes.len() { Ok(()) } else { Err(not_json(self.at, "something follows the end")) }
    }

    /// That something else stands here than what was expected.
    pub(super) fn expected(&mut self, expected: &str) -> Box<Fault> {
        let (at, first) = (self.position(), self.peek());
        let found = match first {
            0 if at == self.bytes.len() => return not_json(at, format!("expected {expected}, and here it ends")),
            b'{' => "an object",
            b'[' => "an array",
            b'"' => "a text",
            b'-' | b'0'..=b'9' => "a number",
            b't' | b'f' if self.leaf().is_ok() => "a boolean",
            b'n' if self.leaf().is_ok() => "`null`",
            _ => return not_json(at, format!("expected {expected}")),
        };
        malformed(at, format!("expected {expected}, found {found}"))
    }

    fn enter(&mut self, bracket: u8, expected: &str) -> Result<()> {
        if self.peek() != bracket {
            return Err(self.expected(expected));
        }
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} objects and arrays stand in each other");
            return Err(fault(self.at, LockErrorKind::TooLarge, message));
        }
        self.depth += 1;
        self.at += 1;
        self.mix(&[bracket]);
        Ok(())
    }

    /// Whether another item follows; else leaves the array or object.
    fn more(&mut self, bracket: u8, is_behind_item: bool) -> Result<bool> {
        let byte = self.peek();
        if byte == bracket {
            self.depth -= 1;
            self.at += 1;
            self.mix(&[bracket]);
            return Ok(false);
        }
        if !is_behind_item {
            return Ok(true);
        }
        if byte != b',' {
            return Err(not_json(self.at, format!("expected `,` or `{}`", bracket as char)));
        }
        self.at += 1;
        if self.peek() == bracket {
            return Err(not_json(self.at, "nothing follows the comma"));
        }
        Ok(true)
    }

    fn word(&mut self, word: &str) -> Result<()> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(not_json(self.at, "expected a value"));
        }
        self.at += word.len();
        self.mix(word.as_bytes());
        Ok(())
    }

    fn any_number(&mut self) -> Result<&'a str> {
        let start = self.at;
        if self.peek_here() == b'-' {
            self.at += 1;
        }
        if self.peek_here() == b'0' {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek_here() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek_here(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek_here(), b'+' | b'-') {
                self.at += 1;
            }
            self.digits()?;
        }
        self.mix(&self.bytes[start..self.at]);
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<()> {
        let start = self.at;
        while self.peek_here().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start { Err(not_json(start, "expected a digit")) } else { Ok(()) }
    }

    fn peek_here(&self) -> u8 {
        if self.at < self.bytes.len() { self.bytes[self.at] } else { 0 }
    }

    /// A text with escapes, the first of which is at `at`.
    fn escaped_text(&mut self, start: usize, mut at: usize) -> Result<String> {
        let unfinished = || not_json(start - 1, "the text that starts here does not end");
        let mut text = String::new();
        let mut plain = start;
        loop {
            match self.bytes.get(at) {
                None => return Err(unfinished()),
                Some(b'"') => {
                    text.push_str(&self.text[plain..at]);
                    self.at = at + 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(&self.text[plain..at]);
                    let (char, length) = self.escape(at)?;
                    text.push(char);
                    at += length;
                    plain = at;
                }
                Some(0..0x20) => return Err(not_json(at, "a control character stands in a text")),
                Some(_) => at += 1,
            }
        }
    }

    /// The character behind a backslash, and how long its escape is.
    fn escape(&self, at: usize) -> Result<(char, usize)> {
        let unknown = || not_json(at, "an unknown escape");
        let char = match self.bytes.get(at + 1).ok_or_else(unknown)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit(at + 2).ok_or_else(unknown)?;
                if let Some(char) = char::from_u32(first) {
                    return Ok((char, 6));
                }
                let second =
                    self.bytes.get(at + 6..at + 8).filter(|next| next == b"\\u").and_then(|_| self.unit(at + 8));
                let units = [first as u16, second.ok_or_else(unknown)? as u16];
                return match char::decode_utf16(units).next() {
                    Some(Ok(char)) => Ok((char, 12)),
                    _ => Err(unknown()),
                };
            }
            _ => return Err(unknown()),
        };
        Ok((char, 2))
    }

    /// Four hexadecimal digits.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    }

    fn mix(&mut self, token: &[u8]) {
        if self.is_comment {
            return;
        }
        let mut at = 0;
        let mut word = token.len() as u64;
        loop {
            let mixed = (self.sum ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            self.sum = mixed ^ (mixed >> 32);
            if at >= token.len() {
                return;
            }
            let mut eight = [0; 8];
            let length = (token.len() - at).min(8);
            eight[..length].copy_from_slice(&token[at..at + length]);
            word = u64::from_le_bytes(eight);
            at += 8;
        }
    }
}

/// What every sum starts as: `lock` in ASCII.
const SEED: u64 = 0x6B63_6F6C;

fn in_order(before: &str, name: &str, at: usize) -> Result<()> {
    match name.as_bytes().cmp(before.as_bytes()) {
        Ordering::Greater => Ok(()),
        Ordering::Equal => Err(malformed(at, format!("`{name}` stands here twice"))),
        Ordering::Less => {
            Err(malformed(at, format!("names are sorted in a lock file, but `{name}` follows `{before}`")))
        }
    }
}

pub(super) fn not_json(at: usize, message: impl Into<String>) -> Box<Fault> {
    fault(at, LockErrorKind::NotJson, format!("this is not JSON: {}", message.into()))
}

pub(super) fn malformed(at: usize, message: impl Into<String>) -> Box<Fault> {
    fault(at, LockErrorKind::Malformed, message)
}

pub(super) fn fault(at: usize, kind: LockErrorKind, message: impl Into<String>) -> Box<Fault> {
    Box::new(Fault { at, kind, message: message.into() })
}
