//! A struct that `#[derive(DomainEvent)]` was given, every name settled and checked.

use syn::{DeriveInput, ExprPath, Fields, Ident, Member, Path};
use user_events_schema::identity;

use crate::lock::Locked;
use crate::private::Private;
use crate::shape::Shape;

pub(crate) struct Event<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) private: Private,
    pub(crate) type_name: String,
    pub(crate) version: u32,
    pub(crate) message_type: String,
    pub(crate) routing_key: String,
    pub(crate) exchange: Option<String>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) partition_key: Option<Member>,
    pub(crate) must_route: bool,
    pub(crate) dialect: Option<ExprPath>,
    /// Whether it is marked as superseded, still published or not.
    pub(crate) superseded: bool,
    pub(crate) publishable: bool,
    /// The version before, which it reads, too.
    pub(crate) upcasts: Option<Path>,
    /// The oldest version that is still read.
    pub(crate) floor: Option<u32>,
    /// Where its lock is, if not where it is looked for.
    pub(crate) lock: Option<String>,
    pub(crate) locked: Locked,
    pub(crate) sample: Option<String>,
    pub(crate) allow_unlocked: bool,
    pub(crate) shape: Shape<'a>,
    /// The fields as they were written.
    pub(crate) fields: Option<&'a Fields>,
}

/// What an older publisher uses instead of the event's own names.
pub(crate) struct Alias {
    pub(crate) message_type: Option<String>,
    pub(crate) routing_key: Option<String>,
    pub(crate) exchange: Option<String>,
}

impl<'a> Event<'a> {
    /// What stands in for an event with a mistake: it is named after its struct, in version 0, which is no version.
    pub(crate) fn named_after(input: &'a DeriveInput, private: Private) -> Self {
        let type_name = input.ident.to_string();
        Self {
            ident: &input.ident,
            private,
            version: 0,
            message_type: identity::message_type(&type_name, 1),
            routing_key: identity::routing_key(&identity::stem(&type_name), 1),
            type_name,
            exchange: None,
            aliases: Vec::new(),
            partition_key: None,
            must_route: false,
            dialect: None,
            superseded: false,
            publishable: true,
            upcasts: None,
            floor: None,
            lock: None,
            locked: Locked::NoFolder,
            sample: None,
            allow_unlocked: false,
            shape: Shape::unknown(input),
            fields: None,
        }
    }
}
