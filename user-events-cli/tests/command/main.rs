//! The command as a process, on a private RabbitMQ node, and on packages with events.
#![cfg(unix)]

mod accept;
mod check;
mod documentation;
mod listen;
mod project;
mod publish;
mod secrets;
mod support;
mod topology;
