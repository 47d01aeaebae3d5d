//! [`Dump`], everything that the code says of an event, as text in a message of the compiler; and [`Dumped`], the same
//! read again.
//!
//! The text is one line of ASCII: `user-events-dump 1 `, words like `version=2`, and `end`. What is not a letter, a digit
//! or one of `-._/:` is written as `%` and two hexadecimal digits.

use std::error::Error;
use std::fmt;

use crate::codec::{self, Docs, Malformed};
use crate::{OwnedTree, Schema, Side, fingerprint, lower};

/// What a dump starts with; the number of its format follows.
pub const PREFIX: &str = "user-events-dump ";
const FORMAT: &str = "1";

/// What the code says of an event.
#[derive(Clone, Copy)]
pub struct Dump<'a> {
    /// The package that it is in: `CARGO_PKG_NAME`.
    pub package: &'a str,
    /// The module that it is in: `module_path!()`.
    pub module: &'a str,
    /// Its name in Rust.
    pub ident: &'a str,
    /// Where it is: `file!()`.
    pub file: &'a str,
    /// Where it is: `line!()`.
    pub line: u32,
    /// The event's type.
    pub event_type: &'a str,
    /// Its version.
    pub version: u32,
    /// Its message type.
    pub message_type: &'a str,
    /// Its routing key.
    pub routing_key: &'a str,
    /// Its exchange, if it names one.
    pub exchange: Option<&'a str>,
    /// `superseded`
    pub superseded: bool,
    /// `superseded(still_published)`
    pub still_published: bool,
    /// The type of the version before: `upcasts = …`.
    pub upcasts: Option<&'a str>,
    /// `floor = …`
    pub floor: Option<u32>,
    /// `lock = "…"`
    pub lock: Option<&'a str>,
    /// `sample = "…"`
    pub sample: Option<&'a str>,
    /// `allow(unlocked)`
    pub allow_unlocked: bool,
    /// Its shape.
    pub schema: Schema,
}

impl Dump<'_> {
    /// The text.
    ///
    /// # Panics
    ///
    /// If the type is too large.
    #[must_use]
    pub const fn text(&self) -> Text {
        let mut text = Text { bytes: [0; TEXT_BYTES], len: 0 };
        text.plain(PREFIX);
        text.plain(FORMAT);
        text.word("package", self.package);
        text.word("module", self.module);
        text.word("ident", self.ident);
        text.word("file", self.file);
        text.number("line", self.line);
        text.word("event_type", self.event_type);
        text.number("version", self.version);
        text.word("message_type", self.message_type);
        text.word("routing_key", self.routing_key);
        text.optional("exchange", self.exchange);
        text.flag("superseded", self.superseded);
        text.flag("still_published", self.still_published);
        text.optional("upcasts", self.upcasts);
        if let Some(floor) = self.floor {
            text.number("floor", floor);
        }
        text.optional("lock", self.lock);
        text.optional("sample", self.sample);
        text.flag("allow_unlocked", self.allow_unlocked);
        text.key("fingerprint");
        text.hex(&fingerprint::of(self.schema).to_be_bytes(), 8);
        let mut buffer = [0; TREE_BYTES];
        let len = codec::encode(lower::writer(self.schema).tree(), Docs::Keep, &mut buffer);
        text.key("writer");
        text.hex(&buffer, len);
        let len = codec::encode(lower::reader(self.schema).tree(), Docs::Keep, &mut buffer);
        text.key("reader");
        text.hex(&buffer, len);
        text.plain(END);
        text
    }
}

const END: &str = " end";
const TREE_BYTES: usize = 256 * 1024;
const TEXT_BYTES: usize = 5 * TREE_BYTES;

/// The text of a [`Dump`].
pub struct Text {
    bytes: [u8; TEXT_BYTES],
    len: usize,
}

impl Text {
    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // It is ASCII.
            Err(_) => unreachable!(),
        }
    }

    const fn byte(&mut self, byte: u8) {
        if self.len == TEXT_BYTES {
            panic!("what this event says of itself is too long");
        }
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    const fn plain(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self.byte(bytes[at]);
            at += 1;
        }
    }

    const fn hex_byte(&mut self, byte: u8) {
        self.byte(DIGITS[(byte >> 4) as usize]);
        self.byte(DIGITS[(byte & 15) as usize]);
    }

    const fn hex(&mut self, bytes: &[u8], len: usize) {
        let mut at = 0;
        while at < len {
            self.hex_byte(bytes[at]);
            at += 1;
        }
    }

    const fn key(&mut self, key: &str) {
        self.byte(b' ');
        self.plain(key);
        self.byte(b'=');
    }

    const fn word(&mut self, key: &str, value: &str) {
        self.key(key);
        let bytes = value.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                byte @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' | b':') => self.byte(byte),
                byte => {
                    self.byte(b'%');
                    self.hex_byte(byte);
                }
            }
            at += 1;
        }
    }

    const fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.word(key, value);
        }
    }

    const fn flag(&mut self, key: &str, is_set: bool) {
        if is_set {
            self.word(key, "yes");
        }
    }

    const fn number(&mut self, key: &str, number: u32) {
        self.key(key);
        let mut power = 1_000_000_000;
        while power > 0 {
            if number >= power || power == 1 {
                self.byte(b'0' + (number / power % 10) as u8);
            }
            power /= 10;
        }
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// What a [`Dump`] said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dumped {
    /// The package that it is in.
    pub package: String,
    /// The module that it is in.
    pub module: String,
    /// Its name in Rust.
    pub ident: String,
    /// The file that it is in, as the compiler was given it.
    pub file: String,
    /// The line in the file.
    pub line: u32,
    /// The event's type.
    pub event_type: String,
    /// Its version.
    pub version: u32,
    /// Its message type.
    pub message_type: String,
    /// Its routing key.
    pub routing_key: String,
    /// Its exchange, if it names one.
    pub exchange: Option<String>,
    /// `superseded`
    pub superseded: bool,
    /// `superseded(still_published)`
    pub still_published: bool,
    /// The type of the version before: `upcasts = …`.
    pub upcasts: Option<String>,
    /// `floor = …`
    pub floor: Option<u32>,
    /// `lock = "…"`
    pub lock: Option<String>,
    /// `sample = "…"`
    pub sample: Option<String>,
    /// `allow(unlocked)`
    pub allow_unlocked: bool,
    /// The fingerprint of its shape.
    pub fingerprint: u64,
    /// What it writes, encoded.
    writer: Vec<u8>,
    /// What it reads, encoded.
    reader: Vec<u8>,
}

impl Dumped {
    /// Finds a dump in a message of the compiler, if there is one, and reads it.
    ///
    /// # Errors
    ///
    /// If the message holds a dump that is not whole, or one of another version of user-events.
    pub fn parse(message: &str) -> Result<Option<Self>, Unreadable> {
        let Some((_, text)) = message.split_once(PREFIX) else { return Ok(None) };
        let mut words = text.split_ascii_whitespace();
        match words.next() {
            Some(FORMAT) => {}
            _ => return Err(Unreadable::OtherFormat),
        }
        let mut dumped = Self::default();
        let mut seen = Vec::new();
        loop {
            let word = words.next().ok_or(Unreadable::Damaged)?;
            // Compilers before 1.87 put the text in quotes.
            if word == "end" || word.starts_with("end'") {
                break;
            }
            let (key, value) = word.split_once('=').ok_or(Unreadable::Damaged)?;
            if seen.contains(&key) {
                return Err(Unreadable::Damaged);
            }
            seen.push(key);
            dumped.set(key, value)?;
        }
        if !REQUIRED.iter().all(|key| seen.contains(key)) {
            return Err(Unreadable::Damaged);
        }
        dumped.writer()?;
        dumped.reader()?;
        Ok(Some(dumped))
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Unreadable> {
        match key {
            "package" => self.package = text(value)?,
            "module" => self.module = text(value)?,
            "ident" => self.ident = text(value)?,
            "file" => self.file = text(value)?,
            "line" => self.line = number(value)?,
            "event_type" => self.event_type = text(value)?,
            "version" => self.version = number(value)?,
            "message_type" => self.message_type = text(value)?,
            "routing_key" => self.routing_key = text(value)?,
            "exchange" => self.exchange = Some(text(value)?),
            "superseded" => self.superseded = true,
            "still_published" => self.still_published = true,
            "upcasts" => self.upcasts = Some(text(value)?),
            "floor" => self.floor = Some(number(value)?),
            "lock" => self.lock = Some(text(value)?),
            "sample" => self.sample = Some(text(value)?),
            "allow_unlocked" => self.allow_unlocked = true,
            "fingerprint" => {
                let bytes = unhex(value)?.try_into().map_err(|_| Unreadable::Damaged)?;
                self.fingerprint = u64::from_be_bytes(bytes);
            }
            "writer" => self.writer = unhex(value)?,
            "reader" => self.reader = unhex(value)?,
            _ => return Err(Unreadable::OtherFormat),
        }
        Ok(())
    }

    /// What it writes.
    ///
    /// # Errors
    ///
    /// Never for what [`parse`](Self::parse) returned.
    pub fn writer(&self) -> Result<OwnedTree<'_>, Malformed> {
        codec::try_decode(&self.writer, Side::Writer)
    }

    /// What it reads.
    ///
    /// # Errors
    ///
    /// Never for what [`parse`](Self::parse) returned.
    pub fn reader(&self) -> Result<OwnedTree<'_>, Malformed> {
        codec::try_decode(&self.reader, Side::Reader)
    }
}

/// The words that each dump has.
const REQUIRED: [&str; 12] = [
    "package",
    "module",
    "ident",
    "file",
    "line",
    "event_type",
    "version",
    "message_type",
    "routing_key",
    "fingerprint",
    "writer",
    "reader",
];

fn text(value: &str) -> Result<String, Unreadable> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut parts = value.split('%');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or(Unreadable::Damaged)?;
        bytes.extend(unhex(digits)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| Unreadable::Damaged)
}

fn number(value: &str) -> Result<u32, Unreadable> {
    value.parse().map_err(|_| Unreadable::Damaged)
}

fn unhex(digits: &str) -> Result<Vec<u8>, Unreadable> {
    let digit = |digit: u8| (digit as char).to_digit(16).map(|digit| digit as u8).ok_or(Unreadable::Damaged);
    if digits.len() % 2 != 0 {
        return Err(Unreadable::Damaged);
    }
    digits.as_bytes().chunks_exact(2).map(|pair| Ok(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Says why a dump cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It was made by another version of user-events.
    OtherFormat,
    /// Something is missing or cannot be read.
    Damaged,
    /// A tree in it is not one.
    Tree(Malformed),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFormat => f.write_str(
                "the crate uses another version of user-events than this command: install the command in the crate's version",
            ),
            Self::Damaged => f.write_str("what the compiler said of the event is not whole"),
            Self::Tree(_) => f.write_str("the shape of the event cannot be read"),
        }
    }
}

impl Error for Unreadable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::OtherFormat | Self::Damaged => None,
            Self::Tree(malformed) => Some(malformed),
        }
    }
}

impl From<Malformed> for Unreadable {
    fn from(malformed: Malformed) -> Self {
        Self::Tree(malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{EVERYTHING, POINT, schema};

    const FULL: Text = Dump {
        package: "user-service",
        module: "user_service::events",
        ident: "UserRegistered",
        file: "src/my events/größe%20.rs",
        line: 4_294_967_295,
        event_type: "UserRegistered",
        version: 20,
        message_type: "UserRegistered.v20",
        routing_key: "user.registered.v20",
        exchange: Some("events"),
        superseded: true,
        still_published: true,
        upcasts: Some("crate::v19::UserRegistered<'static>"),
        floor: Some(0),
        lock: Some("vendor/x.json"),
        sample: Some("{\"a\": \"b = end\\n\"}\n"),
        allow_unlocked: true,
        schema: schema(&EVERYTHING),
    }
    .text();

    const BARE: Text = Dump {
        package: "p",
        module: "m",
        ident: "I",
        file: "f.rs",
        line: 1,
        event_type: "I",
        version: 1,
        message_type: "I.v1",
        routing_key: "i.v1",
        exchange: None,
        superseded: false,
        still_published: false,
        upcasts: None,
        floor: None,
        lock: None,
        sample: Some(""),
        allow_unlocked: false,
        schema: POINT,
    }
    .text();

    #[test]
    fn a_dump_in_quotes_is_read_too() {
        static TEXT: Text = BARE;
        let label = format!("the evaluated program panicked at '{}', src/lib.rs:3:10", TEXT.as_str());
        assert_eq!(Dumped::parse(&label), Dumped::parse(TEXT.as_str()));
        assert!(Dumped::parse(&label).unwrap().is_some());
    }

    #[test]
    fn what_is_dumped_is_read_out_of_a_message() {
        static TEXT: Text = FULL;
        assert!(TEXT.as_str().bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()));
        let message = format!("error[E0080]: evaluation panicked: {}\n  --> src/lib.rs:3:10\n", TEXT.as_str());
        let dumped = Dumped::parse(&message).unwrap().unwrap();
        let (writer, reader) = (dumped.writer.clone(), dumped.reader.clone());
        let expected = Dumped {
            package: "user-service".to_owned(),
            module: "user_service::events".to_owned(),
            ident: "UserRegistered".to_owned(),
            file: "src/my events/größe%20.rs".to_owned(),
            line: u32::MAX,
            event_type: "UserRegistered".to_owned(),
            version: 20,
            message_type: "UserRegistered.v20".to_owned(),
            routing_key: "user.registered.v20".to_owned(),
            exchange: Some("events".to_owned()),
            superseded: true,
            still_published: true,
            upcasts: Some("crate::v19::UserRegistered<'static>".to_owned()),
            floor: Some(0),
            lock: Some("vendor/x.json".to_owned()),
            sample: Some("{\"a\": \"b = end\\n\"}\n".to_owned()),
            allow_unlocked: true,
            fingerprint: fingerprint::of(schema(&EVERYTHING)),
            writer,
            reader,
        };
        assert_eq!(dumped, expected);
        assert_eq!(dumped.writer().unwrap(), lower::to_owned(schema(&EVERYTHING), Side::Writer));
        assert_eq!(dumped.reader().unwrap(), lower::to_owned(schema(&EVERYTHING), Side::Reader));
    }

    /// The command may be another build than the macro.
    #[test]
    fn the_text_is_what_it_was() {
        static TEXT: Text = BARE;
        assert_eq!(
            TEXT.as_str(),
            "user-events-dump 1 package=p module=m ident=I file=f.rs line=1 event_type=I version=1 message_type=I.v1 \
             routing_key=i.v1 sample= fingerprint=252b3675d6d5430a \
             writer=010201010b05506f696e7400010184020001780001010178 \
             reader=010201010d05506f696e7400010184020001780001010178 end"
        );
    }

    #[test]
    fn a_damaged_dump_is_refused() {
        static TEXT: Text = BARE;
        let text = TEXT.as_str();
        assert_eq!(Dumped::parse("error: mismatched types"), Ok(None));
        assert_eq!(Dumped::parse(&text.replace("dump 1", "dump 2")), Err(Unreadable::OtherFormat));
        assert_eq!(Dumped::parse(&text.replace(" end", " colour=red end")), Err(Unreadable::OtherFormat));
        for (from, to) in [
            (" end", ""),
            ("line=1", "line=x"),
            ("line=1", "line"),
            ("line=1 ", ""),
            ("line=1", "line=1 line=1"),
            ("ident=I", "ident=%"),
            ("ident=I", "ident=%zz"),
            ("ident=I", "ident=%ff"),
            ("ident=I", "ident=%1ö"),
            ("fingerprint=", "fingerprint=00"),
            ("writer=", "writer=0"),
        ] {
            let damaged = text.replace(from, to);
            assert_ne!(damaged, text);
            assert_eq!(Dumped::parse(&damaged), Err(Unreadable::Damaged), "{from} -> {to}");
        }
        assert!(matches!(Dumped::parse(&text.replace("reader=01", "reader=02")), Err(Unreadable::Tree(_))));
    }
}
