//! Rust and Node on one broker: events there and back, chains, the wire, what cannot be read.

mod chain;
mod events;
mod failures;
mod order;
mod rights;
mod strays;
mod wire;
