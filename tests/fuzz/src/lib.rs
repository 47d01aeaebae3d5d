//! What is fuzzed: one function for each target, which takes any bytes and panics when a promise is broken.
//!
//! `cargo xtask fuzz` runs them under libFuzzer, by way of the crate in `fuzz/`. Every test run
//! replays them on the seeds and on what was found, in `seeds/` and `findings/` beside this crate.

mod amqp_headers;
mod dialects;
mod envelope;
mod event;
mod lock;
mod names;
mod wildcards;

/// A function that takes any bytes and panics when a promise is broken.
pub type Target = fn(&[u8]);

/// Every target, with its name in `fuzz/fuzz_targets`, `seeds` and `findings`.
pub const TARGETS: [(&str, Target); 6] = [
    ("envelope", envelope::run),
    ("dialects", dialects::run),
    ("amqp_headers", amqp_headers::run),
    ("names", names::run),
    ("wildcards", wildcards::run),
    ("lock", lock::run),
];

/// Runs one target by its name.
///
/// # Panics
///
/// There is no target of that name, or the bytes break a promise.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find_map(|(known, target)| (*known == name).then_some(target));
    target.unwrap_or_else(|| panic!("there is no fuzz target `{name}`"))(data);
}
