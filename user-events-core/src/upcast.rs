//! [`Upcast`], from one version of an event to the next.

/// How an event is made of the version before it.
///
/// An event that names the version before with `upcasts = …` is consumed in both versions, and in all that the older
/// one upcasts in turn: a handler of version 3 takes messages of versions 1 and 2 as what they are in version 3. That is
/// so wherever a message comes from, a queue or a dead letter.
///
/// The older version has the same `type`, the number before, message types of its own, and is marked `superseded`: it is
/// not published any more, or, with `superseded(still_published)`, until all producers are new.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it is made of `{Old}`",
    label = "`{Self}` does not implement `Upcast<{Old}>`",
    note = "`upcasts = …` in its `#[event(…)]` promises it: \
            `impl Upcast<{Old}> for {Self} {{ fn upcast(old: {Old}) -> Self {{ … }} }}`"
)]
pub trait Upcast<Old>: Sized {
    /// The same event as it is in this version.
    ///
    /// It cannot fail: what was published was valid, and what an older version does not say needs a value that tells
    /// so, such as none. And it is a function of `old` alone, without clock, randomness or input: a message that is
    /// delivered twice, or moved back from a dead letter queue, is the same event each time.
    fn upcast(old: Old) -> Self;
}
