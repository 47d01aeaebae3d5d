//! [`Pair`], an old and a new type as a person wrote them, and what is expected of the change.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

use crate::{oracle::Outcome, source::Source};

/// An old and a new type, and what is expected of the change.
pub struct Pair {
    /// Where it stands: `fields.txt:12`.
    pub place: String,
    /// What it shows.
    pub title: String,
    /// The old type.
    pub old: String,
    /// The new type.
    pub new: String,
    /// What is expected of the framework.
    pub expected: Expected,
    /// What is expected of serde alone, where it sees less or more.
    pub serde: Expected,
    /// What was renamed.
    pub renames: BTreeMap<String, String>,
    /// Older documents, which the old type reads.
    pub stored: Vec<String>,
    /// The fields that were removed on purpose.
    pub tombstones: Vec<String>,
    /// The field path that a refusal names.
    pub field: Option<String>,
}

/// What is expected of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expected {
    /// The new type reads what the old one wrote.
    pub backward: Outcome,
    /// The old type reads what the new one writes.
    pub forward: Outcome,
    /// The new type reads what it writes.
    pub own: Outcome,
}

impl Pair {
    /// The pairs of `pairs/`, in the order of the files' names.
    ///
    /// # Errors
    ///
    /// One cannot be read.
    pub fn all() -> Result<Vec<Self>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pairs");
        let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        paths.sort();
        let mut pairs = Vec::new();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            pairs.extend(parse(&name, &fs::read_to_string(&path)?)?);
        }
        Ok(pairs)
    }

    /// The two types.
    ///
    /// # Errors
    ///
    /// One is not Rust.
    pub fn sources(&self) -> Result<(Source, Source)> {
        let parse = |text| Source::parse(text).with_context(|| self.place.clone());
        Ok((parse(&self.old)?, parse(&self.new)?))
    }
}

/// Pairs begin with `== title | b | f | self`; lines that begin with a space go on with what is before them.
fn parse(file: &str, text: &str) -> Result<Vec<Pair>> {
    let mut pairs = Vec::<Pair>::new();
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        match lines.last_mut() {
            Some((_, last)) if line.starts_with(' ') => {
                last.push('\n');
                last.push_str(line);
            }
            _ => lines.push((at + 1, line.to_owned())),
        }
    }
    for (at, line) in lines {
        let place = format!("{file}:{at}");
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(head) = line.strip_prefix("== ") {
            pairs.push(Pair::begin(place.clone(), head).with_context(|| place)?);
            continue;
        }
        let pair = pairs.last_mut().with_context(|| format!("{place}: no pair has begun"))?;
        let (name, value) = line.split_once(": ").with_context(|| format!("{place}: not `name: value`"))?;
        pair.set(name, value).with_context(|| place)?;
    }
    for pair in &pairs {
        ensure!(!pair.old.is_empty() && !pair.new.is_empty(), "{}: no old or no new type", pair.place);
    }
    Ok(pairs)
}

impl Pair {
    fn begin(place: String, head: &str) -> Result<Self> {
        let (title, outcomes) = head.split_once(" | ").context("not `== title | b | f`")?;
        let expected = Expected::parse(outcomes)?;
        Ok(Self {
            place,
            title: title.to_owned(),
            old: String::new(),
            new: String::new(),
            expected,
            serde: expected,
            renames: BTreeMap::new(),
            stored: Vec::new(),
            tombstones: Vec::new(),
            field: None,
        })
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "old" => value.clone_into(&mut self.old),
            "new" => value.clone_into(&mut self.new),
            "serde" => {
                let (outcomes, why) = value.split_once(" -- ").context("not `b | f -- why`")?;
                ensure!(!why.is_empty(), "serde differs without a reason");
                self.serde = Expected::parse(outcomes)?;
            }
            "renamed" => {
                let (was, is) = value.split_once(" -> ").context("not `old -> new`")?;
                self.renames.insert(was.to_owned(), is.to_owned());
            }
            "stored" => self.stored.push(value.to_owned()),
            "tombstone" => self.tombstones.push(value.to_owned()),
            "field" => self.field = Some(value.to_owned()),
            _ => bail!("unknown `{name}`"),
        }
        Ok(())
    }
}

impl Expected {
    fn parse(text: &str) -> Result<Self> {
        let mut outcomes = text.split(" | ").map(|word| {
            Ok(match word {
                "ok" => Outcome::Ok,
                "some" => Outcome::Some,
                "no" => Outcome::No,
                "silent" => Outcome::Silent,
                _ => bail!("`{word}` is none of ok, some, no, silent"),
            })
        });
        let mut next = || outcomes.next().transpose();
        let expected = Self {
            backward: next()?.context("no outcome")?,
            forward: next()?.context("one outcome")?,
            own: next()?.unwrap_or(Outcome::Ok),
        };
        ensure!(next()?.is_none(), "too many outcomes");
        Ok(expected)
    }
}
