//! [`Effects`], what can happen to the values of a writer at a reader.

use super::Outcome;

/// A set of what can happen when a reader takes what a writer writes. It is empty where nothing is ever written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Effects(u8);

impl Effects {
    /// Nothing is ever written.
    pub(super) const NONE: Self = Self(0);
    /// The value is read as it was meant.
    pub(super) const SAME: Self = Self(1);
    /// The message is refused.
    pub(super) const REFUSED: Self = Self(2);
    /// It is accepted, and a value is lost or changed.
    pub(super) const CHANGED: Self = Self(4);
    /// Some values are read, some refused.
    pub(super) const SOME: Self = Self(1 | 2);
    /// Some values are read as they were meant, some are changed.
    pub(super) const LOSSY: Self = Self(1 | 4);
    /// What is read ignores a part of the message. It says nothing alone: fields may be removed.
    pub(super) const IGNORING: Self = Self(8);

    const ACCEPTED: u8 = 1 | 4;
    const VALUES: u8 = 1 | 2 | 4;

    /// Either of both happens.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Both happen, to two parts of one message.
    pub(super) const fn and(self, other: Self) -> Self {
        if self.0 & Self::VALUES == 0 || other.0 & Self::VALUES == 0 {
            return Self::NONE;
        }
        let either = self.0 | other.0;
        let mut both = either & (Self::REFUSED.0 | Self::IGNORING.0);
        if self.0 & Self::ACCEPTED != 0 && other.0 & Self::ACCEPTED != 0 {
            both |= self.0 & other.0 & Self::SAME.0;
            both |= either & Self::CHANGED.0;
        }
        Self(both)
    }

    /// It happens to any number of parts, none included.
    pub(super) const fn repeated(self) -> Self {
        self.or(Self::SAME)
    }

    pub(super) const fn can(self, effect: Self) -> bool {
        self.0 & effect.0 != 0
    }

    pub(super) const fn accepts(self) -> bool {
        self.0 & Self::ACCEPTED != 0
    }

    /// Whether every value is read as it was meant, and nothing of it ignored.
    pub(super) const fn is_exact(self) -> bool {
        self.0 == Self::SAME.0
    }

    pub(super) const fn is_same(self) -> bool {
        self.0 & (Self::REFUSED.0 | Self::CHANGED.0) == 0
    }

    /// Without the values that are refused.
    pub(super) const fn accepted(self) -> Self {
        self.without(Self::REFUSED)
    }

    pub(super) const fn without(self, effects: Self) -> Self {
        Self(self.0 & !effects.0)
    }

    /// As if every value that is accepted were changed.
    pub(super) const fn changed(self) -> Self {
        if self.accepts() { Self(self.0 & !Self::SAME.0 | Self::CHANGED.0) } else { self }
    }

    pub(super) const fn outcome(self) -> Outcome {
        if self.can(Self::CHANGED) {
            Outcome::Silent
        } else if !self.can(Self::REFUSED) {
            Outcome::Ok
        } else if self.can(Self::SAME) {
            Outcome::Some
        } else {
            Outcome::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_always_refused_refuses_the_whole() {
        assert_eq!(Effects::REFUSED.and(Effects::SAME).outcome(), Outcome::No);
        assert_eq!(Effects::REFUSED.and(Effects::SOME).outcome(), Outcome::No);
        assert_eq!(Effects::REFUSED.and(Effects::CHANGED).outcome(), Outcome::No);
        assert_eq!(Effects::SOME.and(Effects::SAME).outcome(), Outcome::Some);
        assert_eq!(Effects::SOME.and(Effects::LOSSY).outcome(), Outcome::Silent);
    }

    #[test]
    fn below_a_list_or_a_variant_no_becomes_some() {
        assert_eq!(Effects::REFUSED.repeated().outcome(), Outcome::Some);
        assert_eq!(Effects::REFUSED.or(Effects::SAME).outcome(), Outcome::Some);
        assert_eq!(Effects::CHANGED.repeated().outcome(), Outcome::Silent);
    }

    #[test]
    fn what_is_never_written_harms_nobody() {
        assert_eq!(Effects::NONE.and(Effects::REFUSED).outcome(), Outcome::Ok);
        assert_eq!(Effects::NONE.or(Effects::REFUSED).outcome(), Outcome::No);
    }
}
