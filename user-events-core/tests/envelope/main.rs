//! The envelope through its public door: written byte for byte, read tolerantly, refused in silence about values.

mod canaries;
mod decode_errors;
mod encoder;
mod event;
mod golden;
mod malformed;
mod round_trip;
mod support;
mod tolerance;
