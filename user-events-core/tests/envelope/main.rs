//! The envelope through its public door: written byte for byte, read tolerantly, refused in silence about values.

mod canaries;
mod cloudevents;
mod content;
mod decode_errors;
mod dialects;
mod encoder;
mod event;
mod golden;
mod malformed;
mod recognition;
mod round_trip;
mod support;
mod tolerance;
