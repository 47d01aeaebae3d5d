//! [`Sample`], a payload as JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::LockError;
use super::json::{Json, Result, malformed};
use super::write::quote;

/// A payload as JSON, without space and with sorted names. Numbers keep all their digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sample(String);

impl Sample {
    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// If it is none, or if a name in an object comes twice.
    pub fn parse(json: &str) -> std::result::Result<Self, LockError> {
        let parsed = || {
            let mut reader = Json::unsorted(json);
            let value = Value::read(&mut reader)?;
            reader.end()?;
            Ok(Self(value.to_string()))
        };
        parsed().map_err(|fault: Box<_>| LockError::new("sample", json, *fault))
    }

    /// Takes JSON that was read before, with sorted names.
    pub(super) fn of_checked(json: &str) -> Self {
        let value = Value::read(&mut Json::new(json)).expect("it was read before");
        Self(value.to_string())
    }

    pub(crate) fn of_value(value: Value<'_>) -> Self {
        Self(value.to_string())
    }

    /// The JSON.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn value(&self) -> Value<'_> {
        Value::read(&mut Json::new(&self.0)).expect("it was read before")
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value of JSON, whose leaves are as they were written.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// A value without parts.
    Leaf(Cow<'a, str>),
    /// An array.
    Array(Vec<Self>),
    /// An object; its names are sorted.
    Object(Vec<(String, Self)>),
}

impl<'a> Value<'a> {
    /// A text.
    pub(crate) fn text(text: &str) -> Self {
        let mut leaf = String::new();
        quote(&mut leaf, text);
        Self::Leaf(leaf.into())
    }

    /// An object; of names that come twice, the last counts.
    pub(crate) fn object(fields: Vec<(String, Self)>) -> Self {
        Self::Object(fields.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect())
    }

    /// The name that it becomes as the key of a map.
    pub(crate) fn into_name(self) -> String {
        match self {
            Self::Leaf(leaf) => match Json::new(&leaf).text("a text") {
                Ok(text) => text.into_owned(),
                Err(_) => leaf.into_owned(),
            },
            other => other.to_string(),
        }
    }

    fn read(json: &mut Json<'a>) -> Result<Self> {
        let start = json.position();
        match json.peek() {
            b'{' => {
                let mut fields = Vec::new();
                json.object(|json, name, _| {
                    fields.push((name.to_owned(), Self::read(json)?));
                    Ok(())
                })?;
                fields.sort_by(|(one, _), (other, _)| one.cmp(other));
                match fields.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                    Some(pair) => Err(malformed(start, format!("`{}` stands here twice", pair[0].0))),
                    None => Ok(Self::Object(fields)),
                }
            }
            b'[' => {
                let mut items = Vec::new();
                json.array(|json| {
                    items.push(Self::read(json)?);
                    Ok(())
                })?;
                Ok(Self::Array(items))
            }
            _ => json.leaf().map(|leaf| Self::Leaf(leaf.into())),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Leaf(leaf) => out.push_str(leaf),
            Self::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    out.push(if at == 0 { '[' } else { ',' });
                    item.write(out);
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(fields) => {
                for (at, (name, value)) in fields.iter().enumerate() {
                    out.push(if at == 0 { '{' } else { ',' });
                    quote(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push_str(if fields.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.write(&mut text);
        f.write_str(&text)
    }
}
