//! Rust and Node on one broker: events there and back, chains, the wire, other envelopes, what cannot be read.

mod chain;
mod cloudevents;
mod dialects;
mod events;
mod failures;
mod order;
mod rights;
mod seen;
mod strays;
mod wire;
