//! [`same`], whether a value that was read is the one that was written.

use std::collections::BTreeMap;

use super::{Catch, Entry, Meaning, Variant};

/// Fields and variants that mean what another one meant, whatever they are called: the old name and the new one.
#[derive(Clone, Default, Debug)]
pub struct Renames(pub BTreeMap<String, String>);

impl Renames {
    fn same(&self, was: &str, is: &str) -> bool {
        was == is
            || self.0.get(was).is_some_and(|renamed| renamed == is)
            || self.0.get(is).is_some_and(|renamed| renamed == was)
    }
}

/// Whether a value that was read is the one that was written: absent, null and the reader's default are one value, and
/// what only one of the types has is not compared.
pub(crate) fn same(was: &Meaning, is: &Meaning, renames: &Renames) -> bool {
    match (was, is) {
        (Meaning::Variant(was), Meaning::Variant(is)) => same_variant(was, is, renames),
        // An enum of one variant that is not told is what it holds.
        (Meaning::Variant(was), is) if was.untagged && was.idents.len() == 1 => same(&was.payload, is, renames),
        (was, Meaning::Variant(is)) if is.untagged && is.idents.len() == 1 => same(was, &is.payload, renames),
        (Meaning::Null | Meaning::Unit, is) => is.is_empty(),
        (Meaning::Fields(..), Meaning::Unit) => true,
        (Meaning::Fields(was, _), Meaning::Fields(is, _)) => same_fields(was, is, renames),
        (Meaning::List(was), Meaning::Fields(is, _)) => {
            was.len() <= is.len() && was.iter().zip(is).all(|(was, is)| same(was, &is.value, renames))
        }
        (Meaning::Bool(was), Meaning::Bool(is)) => was == is,
        (Meaning::Number(was), Meaning::Number(is)) | (Meaning::Text(was), Meaning::Text(is)) => was == is,
        (Meaning::List(was), Meaning::List(is)) => {
            was.len() <= is.len()
                && was.iter().zip(is).all(|(was, is)| same(was, is, renames))
                && is[was.len()..].iter().all(Meaning::is_empty)
        }
        (Meaning::List(was) | Meaning::Set(was), Meaning::List(is) | Meaning::Set(is)) => same_set(was, is, renames),
        (Meaning::Map(was), Meaning::Map(is)) => was.len() == is.len() && holds(was, is, renames),
        // Whatever the shapes are called, they are written alike or they are not.
        (was, is) => was.json() == is.json(),
    }
}

fn same_fields(was: &[Entry], is: &[Entry], renames: &Renames) -> bool {
    was.iter().all(|was| {
        let Some(is) = is.iter().find(|is| renames.same(was.ident, is.ident)) else { return true };
        if was.flattened && is.flattened {
            match (&was.value, &is.value) {
                // Their fields are compared by themselves.
                (Meaning::Fields(..) | Meaning::Null, Meaning::Fields(..) | Meaning::Null) => return true,
                // It takes what it was not written from as well.
                (Meaning::Map(was), Meaning::Map(is)) => return holds(was, is, renames),
                _ => {}
            }
        }
        if was.omitted || matches!(was.value, Meaning::Null | Meaning::Unit) {
            return is.is_default() || same(&was.value, &is.value, renames);
        }
        same(&was.value, &is.value, renames)
    })
}

/// Whether every entry is still there.
fn holds(was: &BTreeMap<String, Meaning>, is: &BTreeMap<String, Meaning>, renames: &Renames) -> bool {
    was.iter().all(|(name, was)| is.get(name).is_some_and(|is| same(was, is, renames)))
}

fn same_set(was: &[Meaning], is: &[Meaning], renames: &Renames) -> bool {
    let mut left: Vec<&Meaning> = is.iter().collect();
    was.iter().all(|was| {
        let found = left.iter().position(|is| same(was, is, renames));
        found.map(|found| left.swap_remove(found)).is_some()
    }) && left.is_empty()
}

fn same_variant(was: &Variant, is: &Variant, renames: &Renames) -> bool {
    let reader_has = is.idents.iter().any(|ident| renames.same(was.ident, ident));
    let written = was.written.json() == is.written.json();
    if renames.same(was.ident, is.ident) && is.catch.is_none() {
        return same(&was.payload, &is.payload, renames);
    }
    match is.catch {
        Some(Catch::Other) => return false,
        Some(Catch::Open) => return !reader_has,
        Some(Catch::Any) => return !reader_has,
        None => {}
    }
    if was.untagged && is.untagged {
        return match counterpart(was, is, renames) {
            Some(counterpart) if counterpart == is.ident => same(&was.payload, &is.payload, renames),
            // Another takes it: as it did before, and whole.
            Some(_) => was.home != was.ident && stood_before(was, is) && written,
            None => written || same(&was.payload, &is.payload, renames),
        };
    }
    // One that was renamed, and no other's.
    !reader_has && !was.idents.contains(&is.ident) && same(&was.payload, &is.payload, renames)
}

/// The reader's variant that means what the writer's means: of the same name, or at the same place among those that
/// have no namesake.
fn counterpart(was: &Variant, is: &Variant, renames: &Renames) -> Option<&'static str> {
    if let Some(namesake) = is.idents.iter().find(|ident| renames.same(was.ident, ident)) {
        return Some(namesake);
    }
    let alone = |these: &'static [&'static str], those: &'static [&'static str]| {
        these.iter().filter(move |this| !those.iter().any(|that| renames.same(this, that) || renames.same(that, this)))
    };
    let place = alone(was.idents, is.idents).position(|ident| *ident == was.ident)?;
    alone(is.idents, was.idents).nth(place).copied()
}

fn stood_before(was: &Variant, is: &Variant) -> bool {
    let place = |ident: &str| was.idents.iter().position(|other| *other == ident);
    place(is.ident).is_some_and(|taker| place(was.ident).is_some_and(|own| taker < own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::{Fields, Means};

    fn of(fields: Fields) -> Meaning {
        fields.unwritten()
    }

    #[test]
    fn a_field_is_told_by_its_name_in_rust() {
        let renames = Renames::default();
        let five = of(Fields::new().field("a", 5.meaning(), false, None));
        let none = of(Fields::new().field("a", Meaning::Null, false, None));
        let gone = of(Fields::new().field("b", 7.meaning(), false, None));
        assert!(same(&five, &five, &renames));
        assert!(!same(&five, &none, &renames));
        assert!(same(&five, &gone, &renames));
        assert!(!same(&five, &gone, &Renames(BTreeMap::from([("a".to_owned(), "b".to_owned())]))));
    }

    #[test]
    fn absent_and_null_and_the_default_are_one() {
        let renames = Renames::default();
        let null = of(Fields::new().field("a", Meaning::Null, false, None));
        let five = of(Fields::new().field("a", 5.meaning(), false, Some(|| 5.meaning())));
        let six = of(Fields::new().field("a", 6.meaning(), false, Some(|| 5.meaning())));
        assert!(same(&null, &five, &renames));
        assert!(!same(&null, &six, &renames));
    }

    #[test]
    fn numbers_are_compared_by_their_text() {
        let renames = Renames::default();
        assert!(same(&7_i32.meaning(), &7.0_f64.meaning(), &renames));
        assert!(same(&0.1_f32.meaning(), &0.1_f64.meaning(), &renames));
        assert!(!same(&u64::MAX.meaning(), &18446744073709551615.0_f64.meaning(), &renames));
    }

    #[test]
    fn a_set_keeps_no_equal_items() {
        let renames = Renames::default();
        let list = vec![1, 1].meaning();
        assert!(!same(&list, &Meaning::Set(vec![1.meaning()]), &renames));
        assert!(same(&vec![2, 1].meaning(), &Meaning::Set(vec![1.meaning(), 2.meaning()]), &renames));
    }
}
