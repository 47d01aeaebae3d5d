//! The command as a process, on a private RabbitMQ node.
#![cfg(unix)]

mod documentation;
mod listen;
mod publish;
mod secrets;
mod support;
mod topology;
