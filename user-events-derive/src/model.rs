//! A struct that `#[derive(DomainEvent)]` was given, every name settled and checked.

use syn::{ExprPath, Ident, Member};
use user_events_schema::identity;

use crate::private::Private;

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
    pub(crate) publishable: bool,
}

/// What an older publisher uses instead of the event's own names.
pub(crate) struct Alias {
    pub(crate) message_type: Option<String>,
    pub(crate) routing_key: Option<String>,
    pub(crate) exchange: Option<String>,
}

impl<'a> Event<'a> {
    /// An event that is named after its struct, in version 1.
    pub(crate) fn named_after(ident: &'a Ident, private: Private) -> Self {
        let type_name = ident.to_string();
        Self {
            ident,
            private,
            version: 1,
            message_type: identity::message_type(&type_name, 1),
            routing_key: identity::routing_key(&identity::stem(&type_name), 1),
            type_name,
            exchange: None,
            aliases: Vec::new(),
            partition_key: None,
            must_route: false,
            dialect: None,
            publishable: true,
        }
    }
}
