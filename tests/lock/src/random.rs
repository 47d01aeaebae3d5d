//! [`Family`], a random type and what random edits make of it.
//!
//! Each member is compared with each other: between two of them lie the edits of both.

mod edit;
mod explain;
mod model;
mod rng;
mod trial;

pub use model::Model;
pub use rng::Rng;
pub use trial::{Findings, Trial};

/// A random type and what random edits make of it.
pub struct Family {
    /// The types, the first as it was drawn.
    pub members: Vec<Model>,
}

impl Family {
    /// How many types a family has.
    pub const SIZE: usize = 8;

    /// The pairs of a family.
    pub const PAIRS: usize = Self::SIZE * (Self::SIZE - 1);

    /// Draws one.
    #[must_use]
    pub fn draw(rng: &mut Rng) -> Self {
        let first = Model::draw(rng);
        let mut members = vec![first.clone()];
        while members.len() < Self::SIZE {
            let mut member = first.clone();
            // No two members give one name to different things.
            member.skip_names(100 * members.len());
            for _ in 0..1 + rng.below(3) {
                member = edit::edit(&member, rng);
            }
            members.push(member);
        }
        Self { members }
    }

    /// Each member with each other.
    pub fn pairs() -> impl Iterator<Item = (usize, usize)> {
        (0..Self::SIZE).flat_map(|old| (0..Self::SIZE).map(move |new| (old, new))).filter(|(old, new)| old != new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn a_seed_gives_the_same_types_again() {
        let draw = || Family::draw(&mut Rng::new(7)).members.iter().map(Model::to_string).collect::<Vec<_>>();
        assert_eq!(draw(), draw());
    }

    #[test]
    fn what_is_drawn_is_rust() {
        let mut rng = Rng::new(1);
        for _ in 0..50 {
            for member in Family::draw(&mut rng).members {
                Source::parse(&member.to_string()).unwrap();
            }
        }
    }
}
