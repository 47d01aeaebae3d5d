//! Tracked access to elements, entries and variants: each is a step.

use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::error::TrackedError;
use super::seed::TrackedSeed;
use super::tracker::{Step, Tracker};
use super::visitor::TrackedVisitor;

pub(super) struct TrackedSeq<'t, A> {
    inner: A,
    tracker: Tracker<'t>,
    next: usize,
}

impl<'t, A> TrackedSeq<'t, A> {
    pub(super) fn new(inner: A, tracker: Tracker<'t>) -> Self {
        Self { inner, tracker, next: 0 }
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for TrackedSeq<'_, A> {
    type Error = TrackedError<A::Error>;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        let Self { inner, tracker, next } = self;
        let step = Step::Index(*next);
        *next += 1;
        let seed = TrackedSeed::new(seed, *tracker);
        tracker.step(step, || inner.next_element_seed(seed)).map_err(TrackedError::inner)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

pub(super) struct TrackedMap<'t, A> {
    inner: A,
    tracker: Tracker<'t>,
    fields: &'t [&'static str],
    step: Step,
}

impl<'t, A> TrackedMap<'t, A> {
    pub(super) fn new(inner: A, tracker: Tracker<'t>, fields: &'t [&'static str]) -> Self {
        Self { inner, tracker, fields, step: Step::AnyName }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for TrackedMap<'_, A> {
    type Error = TrackedError<A::Error>;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Self::Error> {
        let seed = TrackedSeed::of_name(seed, self.tracker, self.fields);
        let key = self.inner.next_key_seed(seed);
        self.step = self.tracker.named_step();
        key.map_err(TrackedError::inner)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Self::Error> {
        let Self { inner, tracker, step, .. } = self;
        let seed = TrackedSeed::new(seed, *tracker);
        tracker.step(*step, || inner.next_value_seed(seed)).map_err(TrackedError::inner)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

pub(super) struct TrackedEnum<'t, A> {
    pub(super) inner: A,
    pub(super) tracker: Tracker<'t>,
    pub(super) variants: &'t [&'static str],
}

impl<'de, 't, A: EnumAccess<'de>> EnumAccess<'de> for TrackedEnum<'t, A> {
    type Error = TrackedError<A::Error>;
    type Variant = TrackedVariant<'t, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), Self::Error> {
        let Self { inner, tracker, variants } = self;
        let seed = TrackedSeed::of_name(seed, tracker, variants);
        let read = inner.variant_seed(seed);
        let step = tracker.named_step();
        let (name, variant) = read.map_err(TrackedError::inner)?;
        Ok((name, TrackedVariant { inner: variant, tracker, step }))
    }
}

pub(super) struct TrackedVariant<'t, A> {
    inner: A,
    tracker: Tracker<'t>,
    step: Step,
}

impl<'t, A> TrackedVariant<'t, A> {
    fn visitor<V>(&self, visitor: V, fields: &'static [&'static str]) -> TrackedVisitor<'t, V> {
        TrackedVisitor { inner: visitor, tracker: self.tracker, fields, names: &[] }
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for TrackedVariant<'_, A> {
    type Error = TrackedError<A::Error>;

    fn unit_variant(self) -> Result<(), Self::Error> {
        self.inner.unit_variant().map_err(TrackedError::inner)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Self::Error> {
        let seed = TrackedSeed::new(seed, self.tracker);
        self.tracker.step(self.step, || self.inner.newtype_variant_seed(seed)).map_err(TrackedError::inner)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Self::Error> {
        let visitor = self.visitor(visitor, &[]);
        self.tracker.step(self.step, || self.inner.tuple_variant(len, visitor)).map_err(TrackedError::inner)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let visitor = self.visitor(visitor, fields);
        self.tracker.step(self.step, || self.inner.struct_variant(fields, visitor)).map_err(TrackedError::inner)
    }
}
