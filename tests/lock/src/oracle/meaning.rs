//! [`Meaning`], a value by what its author calls its parts.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    rc::Rc,
    sync::Arc,
};

use serde::Serialize;
use serde_json::{Value, value::RawValue};

/// A value by what its author calls its parts.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// None.
    Null,
    /// What has no content: `()`, a unit struct, what a unit variant holds.
    Unit,
    /// A bool.
    Bool(bool),
    /// A number, as `1.5e3`: two numbers are equal if their texts are.
    Number(String),
    /// Text.
    Text(String),
    /// An array, or a tuple.
    List(Vec<Meaning>),
    /// A set.
    Set(Vec<Meaning>),
    /// A map, by its names in JSON.
    Map(BTreeMap<String, Meaning>),
    /// A struct with named fields, and what it is written as.
    Fields(Vec<Entry>, Box<Meaning>),
    /// A variant of an enum.
    Variant(Box<Variant>),
}

/// A field.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name in Rust.
    pub ident: &'static str,
    /// What it is.
    pub value: Meaning,
    /// Whether its own fields are among those around it.
    pub flattened: bool,
    /// Whether this value is left out.
    pub omitted: bool,
    /// What it is read as where it is absent.
    pub default: Option<fn() -> Meaning>,
}

/// A variant of an enum.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The name in Rust.
    pub ident: &'static str,
    /// All variants of the enum, in order.
    pub idents: &'static [&'static str],
    /// Whether it is told by its content.
    pub untagged: bool,
    /// The variant that its own type reads it as.
    pub home: &'static str,
    /// Whether it takes what no other variant takes.
    pub catch: Option<Catch>,
    /// What it holds.
    pub payload: Meaning,
    /// What the enum is written as.
    pub written: Meaning,
}

/// How a variant takes what no other takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Catch {
    /// `#[serde(other)]`
    Other,
    /// The same in an enum with `#[event(open)]`.
    Open,
    /// `#[serde(untagged)] Unknown(Value)`
    Any,
}

/// A type whose values mean something.
pub trait Means: Serialize {
    /// What this value means.
    fn meaning(&self) -> Meaning;

    /// What it means that it is not there, where it is flattened.
    #[must_use]
    fn absent() -> Meaning {
        Meaning::Null
    }
}

impl Meaning {
    /// What is written as this text, of which nothing else is known. Numbers are exact.
    fn of_json(json: &RawValue) -> Self {
        let text = json.get();
        let parsed = "it was written by serde_json";
        match text.as_bytes()[0] {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::text(&serde_json::from_str::<String>(text).expect(parsed)),
            b'[' => {
                let items: Vec<Box<RawValue>> = serde_json::from_str(text).expect(parsed);
                Self::List(items.iter().map(|item| Self::of_json(item)).collect())
            }
            b'{' => {
                let entries: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).expect(parsed);
                Self::Map(entries.iter().map(|(name, value)| (name.clone(), Self::of_json(value))).collect())
            }
            _ => Self::Number(number(text)),
        }
    }

    /// The meaning of what is written as `value`; null where it cannot be written.
    #[must_use]
    pub fn written(value: &(impl Serialize + ?Sized)) -> Self {
        let text = serde_json::to_string(value).ok().and_then(|text| RawValue::from_string(text).ok());
        text.map_or(Self::Null, |text| Self::of_json(&text))
    }

    /// A moment is the same in UTC, however its offset is written.
    fn text(text: &str) -> Self {
        let utc = text.strip_suffix("+00:00").filter(|rest| rest.contains('T'));
        Self::Text(utc.map_or_else(|| text.to_owned(), |rest| format!("{rest}Z")))
    }

    /// Its JSON, for messages and for shapes that have nothing else in common. A number is a text, an absent field null.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Self::Null | Self::Unit => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(text) => Value::String(format!("number {text}")),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) | Self::Set(items) => Value::Array(items.iter().map(Self::json).collect()),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(name, value)| (name.clone(), value.json()));
                Value::Object(entries.filter(|(_, value)| !value.is_null()).collect())
            }
            Self::Fields(_, written) => written.json(),
            Self::Variant(variant) => variant.written.json(),
        }
    }

    /// Whether it is what a type is without content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Unit => true,
            Self::Bool(value) => !value,
            Self::Number(text) => text == "0e0",
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.iter().all(Self::is_empty),
            Self::Set(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Fields(entries, _) => entries.iter().all(Entry::is_default),
            // A unit variant that is not told.
            Self::Variant(variant) => matches!(variant.written, Self::Null),
        }
    }
}

impl Entry {
    /// Whether it can be what an absent field is read as.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.value.is_empty() || self.default.is_some_and(|default| default().json() == self.value.json())
    }
}

/// The fields of a struct, one after another.
#[derive(Default)]
pub struct Fields(Vec<Entry>);

impl Fields {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A field.
    #[must_use]
    pub fn field(
        mut self,
        ident: &'static str,
        value: Meaning,
        omitted: bool,
        default: Option<fn() -> Meaning>,
    ) -> Self {
        self.0.push(Entry { ident, value, flattened: false, omitted, default });
        self
    }

    /// A field whose own fields are among those around it.
    #[must_use]
    pub fn flatten<T: Means>(mut self, ident: &'static str, value: Option<&T>) -> Self {
        let meaning = value.map_or(Meaning::Null, T::meaning);
        // An `Option` that is none is none in each of its fields.
        let parts = if matches!(meaning, Meaning::Null) { T::absent() } else { meaning.clone() };
        if let Meaning::Fields(entries, _) = parts {
            self.0.extend(entries);
        }
        self.0.push(Entry { ident, value: meaning, flattened: true, omitted: false, default: None });
        self
    }

    /// The struct that is written as `value`.
    #[must_use]
    pub fn of(self, value: &impl Serialize) -> Meaning {
        Meaning::Fields(self.0, Box::new(Meaning::written(value)))
    }

    /// A struct that is not written by itself: what a variant holds, or one that is not there.
    #[must_use]
    pub fn unwritten(self) -> Meaning {
        let written = self.0.iter().map(|entry| (entry.ident.to_owned(), entry.value.clone())).collect();
        Meaning::Fields(self.0, Box::new(Meaning::Map(written)))
    }
}

impl Variant {
    /// The variant of the enum that is written as `value`.
    #[must_use]
    pub fn of(
        value: &impl Serialize,
        ident: &'static str,
        idents: &'static [&'static str],
        untagged: bool,
        home: &'static str,
        catch: Option<Catch>,
        payload: Meaning,
    ) -> Meaning {
        Meaning::Variant(Box::new(Self {
            ident,
            idents,
            untagged,
            home,
            catch,
            payload,
            written: Meaning::written(value),
        }))
    }
}

/// A number of JSON as `1.5e3`, with all its digits.
fn number(text: &str) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |text| ("-", text));
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let significant = all.trim_start_matches('0');
    if significant.is_empty() {
        return "0e0".to_owned();
    }
    let leading = (all.len() - significant.len()) as i64;
    let exponent = exponent.parse::<i64>().unwrap_or(0) + whole.len() as i64 - 1 - leading;
    let (first, rest) = significant.split_at(1);
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{first}{point}{rest}e{exponent}")
}

macro_rules! written {
    ($($known:ty)*) => { $(
        impl Means for $known {
            fn meaning(&self) -> Meaning {
                Meaning::written(self)
            }
        }
    )* };
}
written! {
    u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str String Value RawValue std::net::IpAddr std::net::Ipv4Addr std::net::Ipv6Addr std::time::Duration
    std::num::NonZeroU32 std::num::NonZeroU64 std::num::NonZeroI32 std::path::PathBuf serde_json::Number
    std::net::SocketAddr std::time::SystemTime std::num::NonZeroU8
}

impl Means for () {
    fn meaning(&self) -> Meaning {
        Meaning::Unit
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => { $(
        impl<T: ?Sized + Means> Means for $pointer<T> where $pointer<T>: Serialize {
            fn meaning(&self) -> Meaning {
                (**self).meaning()
            }
            fn absent() -> Meaning {
                T::absent()
            }
        }
    )* };
}
pointers! { Box Rc Arc }

impl<T: ?Sized + Means + ToOwned> Means for Cow<'_, T> {
    fn meaning(&self) -> Meaning {
        (**self).meaning()
    }
}

impl<T: Means> Means for Option<T> {
    fn meaning(&self) -> Meaning {
        self.as_ref().map_or(Meaning::Null, T::meaning)
    }
    fn absent() -> Meaning {
        T::absent()
    }
}

impl<T: Means> Means for Vec<T> {
    fn meaning(&self) -> Meaning {
        Meaning::List(self.iter().map(T::meaning).collect())
    }
}

impl<T: Means, const N: usize> Means for [T; N]
where
    Self: Serialize,
{
    fn meaning(&self) -> Meaning {
        Meaning::List(self.iter().map(T::meaning).collect())
    }
}

impl<T: Means> Means for BTreeSet<T> {
    fn meaning(&self) -> Meaning {
        Meaning::Set(self.iter().map(T::meaning).collect())
    }
}

impl<T: Means> Means for HashSet<T> {
    fn meaning(&self) -> Meaning {
        Meaning::Set(self.iter().map(T::meaning).collect())
    }
}

/// A name in JSON: a number is put in quotes.
fn key(key: &impl Serialize) -> String {
    let text = serde_json::to_string(key).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or(text)
}

impl<K: Serialize, V: Means> Means for BTreeMap<K, V> {
    fn meaning(&self) -> Meaning {
        Meaning::Map(self.iter().map(|(name, value)| (key(name), value.meaning())).collect())
    }
}

impl<K: Serialize, V: Means> Means for HashMap<K, V> {
    fn meaning(&self) -> Meaning {
        Meaning::Map(self.iter().map(|(name, value)| (key(name), value.meaning())).collect())
    }
}

impl<T: Means, E: Means> Means for Result<T, E> {
    fn meaning(&self) -> Meaning {
        let (ident, payload) = match self {
            Ok(value) => ("Ok", value.meaning()),
            Err(error) => ("Err", error.meaning()),
        };
        Variant::of(self, ident, &["Ok", "Err"], false, ident, None, payload)
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => { $(
        impl<$($name: Means),+> Means for ($($name,)+) {
            #[allow(non_snake_case, reason = "the names of the types serve for the values")]
            fn meaning(&self) -> Meaning {
                let ($($name,)+) = self;
                Meaning::List(vec![$($name.meaning()),+])
            }
        }
    )* };
}
tuples! { A; A B; A B C; A B C D; }
