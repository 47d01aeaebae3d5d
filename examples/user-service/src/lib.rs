//! The events of the user service, shared by the service that publishes them and the services that handle them.
//!
//! An event crate needs neither a transport nor an async runtime: who depends on this one writes
//! `default-features = false`. The program beside it is behind the feature `service`.
//!
//! Enums list the values that the platform's documentation shows and keep any other as it is: a consumer of today reads
//! what a publisher of tomorrow writes. Fields that are absent are left out, except where an event says `null`.
#![allow(missing_docs, reason = "a field's name says what it holds")]

mod account;
mod address;
mod ids;
mod mfa;
mod password;
mod permission;
mod profile;
mod role;
mod session;
mod updated_fields;
mod user_event;

pub use account::*;
pub use address::*;
pub use ids::*;
pub use mfa::*;
pub use password::*;
pub use permission::*;
pub use profile::*;
pub use role::*;
pub use session::*;
pub use updated_fields::UpdatedFields;
pub use user_event::UserEvent;
