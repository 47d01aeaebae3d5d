//! The hash of everything that a struct or an enum itself says about its shape.
//!
//! Names, flags, order and representation are in it. Left out are the type's own name, documentation and
//! `allow(js_integer)`, which change nothing, and the types of fields, which have hashes of their own. It is recorded in
//! lock files as part of the fingerprint: a change here costs every event of every user a full comparison.

use crate::serde_attr::Names;
use crate::shape::{Absent, Omitted, Own, Part, Payload, Place, Representation, Variant};

/// Any hash of a text.
pub(crate) fn of_text(text: &str) -> u64 {
    let mut hash = Hash::new();
    hash.text(text);
    hash.0
}

pub(crate) fn of(own: &Own) -> u64 {
    let mut hash = Hash::new();
    match own {
        Own::Unit => hash.byte(0),
        Own::Newtype(_) => hash.byte(1),
        Own::Tuple(places) => {
            hash.byte(2);
            hash.places(places);
        }
        Own::Struct { tag, deny_unknown_fields, fields } => {
            hash.byte(3);
            hash.flag(*deny_unknown_fields);
            hash.flag(tag.is_some());
            if let Some((tag, name)) = tag {
                hash.text(tag);
                hash.text(name);
            }
            hash.parts(fields);
        }
        Own::Enum { representation, deny_unknown_fields, open, variants } => {
            hash.byte(4);
            hash.flag(*deny_unknown_fields);
            hash.flag(*open);
            hash.representation(representation);
            hash.len(variants.len());
            variants.iter().for_each(|variant| hash.variant(variant));
        }
    }
    hash.0
}

/// FNV-1a
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    fn len(&mut self, len: usize) {
        (len as u64).to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }

    fn text(&mut self, text: &str) {
        self.len(text.len());
        text.bytes().for_each(|byte| self.byte(byte));
    }

    fn names(&mut self, names: &Names, written: bool, read: bool) {
        self.flag(written);
        if written {
            self.text(&names.written);
        }
        self.flag(read);
        if read {
            self.len(names.read.len());
            names.read.iter().for_each(|name| self.text(name));
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        self.len(parts.len());
        for part in parts {
            self.text(&part.ident);
            self.names(&part.names, part.written, part.read);
            self.byte(match part.omitted {
                Omitted::Never => 0,
                Omitted::Sometimes => 1,
                Omitted::None => 2,
            });
            self.byte(match part.absent {
                Absent::ByType => 0,
                Absent::Default => 1,
                Absent::Refused => 2,
            });
            self.flag(part.flatten);
        }
    }

    fn places(&mut self, places: &[Place]) {
        self.len(places.len());
        for place in places {
            self.flag(place.written);
            self.flag(place.read);
            self.flag(place.default);
        }
    }

    fn representation(&mut self, representation: &Representation) {
        match representation {
            Representation::External => self.byte(0),
            Representation::Internal { tag } => {
                self.byte(1);
                self.text(tag);
            }
            Representation::Adjacent { tag, content } => {
                self.byte(2);
                self.text(tag);
                self.text(content);
            }
            Representation::Untagged => self.byte(3),
        }
    }

    fn variant(&mut self, variant: &Variant) {
        self.text(&variant.ident);
        self.names(&variant.names, variant.written, variant.read);
        self.flag(variant.other);
        self.flag(variant.untagged);
        match &variant.payload {
            Payload::Unit => self.byte(0),
            Payload::Newtype(_) => self.byte(1),
            Payload::Tuple(places) => {
                self.byte(2);
                self.places(places);
            }
            Payload::Struct(parts) => {
                self.byte(3);
                self.parts(parts);
            }
        }
    }
}
