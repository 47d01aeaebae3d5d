//! The conformance suite, run on every transport of the project. See `tests/`.
