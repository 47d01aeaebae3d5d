//! [`observe`], what real serde makes of a change.
//!
//! Values of one type are written as JSON and read as another. Whether a value is still the same is told by its
//! [`Meaning`], where fields and variants are known by their names in Rust.

mod meaning;
mod same;
mod sample;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use meaning::{Catch, Entry, Fields, Meaning, Means, Variant};
pub use same::Renames;
pub use sample::{Sample, home, own_variant, pick, rows, thin};

/// What becomes of the values of one type that are read as another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All are read, and are what they were.
    Ok,
    /// Some are refused.
    Some,
    /// All are refused.
    No,
    /// None is told of, and some are lost or changed.
    Silent,
}

/// How many values of a type are tried.
const MOST: usize = 400;

/// How many of them are changed into what is only tolerated: each in many ways.
const MOST_TOLERATED: usize = 24;

/// A type, without its type.
#[derive(Clone, Copy)]
pub struct Model {
    /// Boundary values, as JSON, and what they mean.
    pub samples: fn() -> Vec<(String, Meaning)>,
    /// Reads one.
    pub read: fn(&str) -> Result<Meaning, String>,
}

impl Model {
    /// The model of a type.
    #[must_use]
    pub const fn of<T: Means + Sample + DeserializeOwned>() -> Self {
        Self { samples: samples::<T>, read: read::<T> }
    }
}

fn samples<T: Means + Sample>() -> Vec<(String, Meaning)> {
    // A value that cannot be written is in no message.
    let written = |value: T| Some((serde_json::to_string(&value).ok()?, value.meaning()));
    let values = T::samples(4);
    let step = values.len().div_ceil(MOST);
    // Those at the end are the fullest.
    let last = values.len().saturating_sub(1);
    let chosen = values.into_iter().enumerate().filter(|(at, _)| at % step.max(1) == 0 || *at == last);
    chosen.filter_map(|(_, value)| written(value)).collect()
}

fn read<T: Means + DeserializeOwned>(json: &str) -> Result<Meaning, String> {
    serde_json::from_str(json).map(|value: T| value.meaning()).map_err(|error| error.to_string())
}

/// What was seen, with an example of each.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Observed {
    /// How many values were read and are what they were.
    pub kept: usize,
    /// How many were refused.
    pub refused: usize,
    /// How many were read, and are not what they were.
    pub lost: usize,
    /// One that was refused, and why.
    pub refusal: Option<String>,
    /// One that was lost, and what it became.
    pub loss: Option<String>,
}

impl Observed {
    /// The word for it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (self.kept, self.refused, self.lost) {
            (_, 0, 0) => Outcome::Ok,
            (_, _, 1..) => Outcome::Silent,
            (0, _, 0) => Outcome::No,
            (1.., _, 0) => Outcome::Some,
        }
    }

    /// Adds what was seen of other values.
    pub fn add(&mut self, other: &Self) {
        self.kept += other.kept;
        self.refused += other.refused;
        self.lost += other.lost;
        self.refusal = self.refusal.take().or_else(|| other.refusal.clone());
        self.loss = self.loss.take().or_else(|| other.loss.clone());
    }

    fn refuse(&mut self, json: &str, error: &str) {
        self.refused += 1;
        self.refusal.get_or_insert_with(|| format!("{json}: {error}"));
    }

    fn count(&mut self, json: &str, was: &Meaning, read: Result<Meaning, String>, renames: &Renames) {
        match read {
            Err(error) => self.refuse(json, &error),
            Ok(is) if same::same(was, &is, renames) => self.kept += 1,
            Ok(is) => {
                self.lost += 1;
                self.loss.get_or_insert_with(|| format!("{json}: became {}", is.json()));
            }
        }
    }
}

/// What the reader makes of the writer's values.
#[must_use]
pub fn observe(samples: &[(String, Meaning)], reader: Model, renames: &Renames) -> Observed {
    let mut observed = Observed::default();
    for (json, was) in samples {
        observed.count(json, was, (reader.read)(json), renames);
    }
    observed
}

/// What the new type makes of older documents, which the old one reads.
///
/// # Errors
///
/// The old type refuses one.
pub fn observe_stored(old: Model, new: Model, documents: &[String], renames: &Renames) -> Result<Observed, String> {
    let mut observed = Observed::default();
    for json in documents {
        let was = (old.read)(json).map_err(|error| format!("the old type does not read {json}: {error}"))?;
        observed.count(json, &was, (new.read)(json), renames);
    }
    Ok(observed)
}

/// Whether the new type still reads documents that the old one reads though it does not write them: without a field,
/// under an alias, with a field that nobody knows. What is absent is each reader's default, so values are compared only
/// where nothing is.
#[must_use]
pub fn observe_tolerance(
    samples: &[(String, Meaning)],
    old: Model,
    new: Model,
    aliases: &BTreeMap<String, Vec<String>>,
    renames: &Renames,
) -> Observed {
    let mut observed = Observed::default();
    for (json, _) in samples.iter().step_by(samples.len().div_ceil(MOST_TOLERATED).max(1)) {
        let Ok(value) = serde_json::from_str::<Value>(json) else { continue };
        // What the new type makes of the message itself is another question.
        if (new.read)(json).is_err() {
            continue;
        }
        for Neighbour { value, complete } in neighbours(&value, aliases) {
            let json = value.to_string();
            let Ok(was) = (old.read)(&json) else { continue };
            match (new.read)(&json) {
                Ok(_) if !complete => observed.kept += 1,
                // What reads anything keeps the alias.
                Ok(read) if read.json() == Meaning::written(&value).json() => observed.kept += 1,
                read => observed.count(&json, &was, read, renames),
            }
        }
    }
    observed
}

/// A document with one object changed.
struct Neighbour {
    value: Value,
    /// Whether all is there, if by another name.
    complete: bool,
}

fn neighbours(value: &Value, aliases: &BTreeMap<String, Vec<String>>) -> Vec<Neighbour> {
    let mut found = Vec::new();
    match value {
        Value::Object(object) => {
            for name in object.keys() {
                let mut without = object.clone();
                let taken = without.remove(name);
                found.push(Neighbour { value: Value::Object(without.clone()), complete: false });
                for alias in aliases.get(name).into_iter().flatten() {
                    let mut under = without.clone();
                    under.extend(taken.clone().map(|taken| (alias.clone(), taken)));
                    found.push(Neighbour { value: Value::Object(under), complete: true });
                }
            }
            if object.len() == 1 {
                // A variant, it may be.
                found.push(Neighbour { value: Value::from("nobodyKnows"), complete: false });
            }
            for stranger in [Value::from("stranger"), Value::from(1), Value::Null] {
                let mut with = object.clone();
                with.insert("nobodyKnows".to_owned(), stranger);
                found.push(Neighbour { value: Value::Object(with), complete: false });
            }
            for (name, inner) in object {
                found.extend(neighbours(inner, aliases).into_iter().map(|inner| {
                    let mut with = object.clone();
                    with.insert(name.clone(), inner.value);
                    Neighbour { value: Value::Object(with), ..inner }
                }));
            }
        }
        Value::Array(array) => {
            for (place, inner) in array.iter().enumerate() {
                found.extend(neighbours(inner, aliases).into_iter().map(|inner| {
                    let mut with = array.clone();
                    with[place] = inner.value;
                    Neighbour { value: Value::Array(with), ..inner }
                }));
            }
        }
        // The name of a variant, it may be.
        Value::String(_) => found.push(Neighbour { value: Value::from("nobodyKnows"), complete: false }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    found
}
