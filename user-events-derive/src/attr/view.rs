//! The settings of `#[view(…)]`: which event a consumer's own struct is a view of.

use syn::{Attribute, ExprPath, LitInt, LitStr, Path, Result};

use super::{AliasAttr, Setting, Written, alias, read};
use crate::mistakes::Mistakes;
use crate::private::Private;

#[derive(Default)]
pub(crate) struct ViewAttr {
    pub(crate) of: Written<Path>,
    pub(crate) version: Written<LitInt>,
    pub(crate) lock: Written<LitStr>,
    pub(crate) exchange: Written<LitStr>,
    pub(crate) routing_key: Written<LitStr>,
    pub(crate) message_type: Written<LitStr>,
    pub(crate) aliases: Vec<AliasAttr>,
    pub(crate) dialect: Written<ExprPath>,
    krate: Written<Path>,
    /// The settings that the producer's struct decides.
    pub(crate) of_the_event: Vec<syn::Ident>,
}

impl ViewAttr {
    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut view = Self::default();
        read("view", attrs, mistakes, |setting| view.set(setting));
        view
    }

    pub(crate) fn private(&self) -> Private {
        Private(self.krate.value().cloned())
    }

    fn set(&mut self, setting: &Setting) -> Result<()> {
        let name = setting.name.to_string();
        if matches!(&*name, "exchange" | "routing_key" | "message_type" | "alias" | "dialect") {
            self.of_the_event.push(setting.name.clone());
        }
        match &*name {
            "of" => {
                let event = setting.value("the producer's struct, without quotes", "of = UserRegistered");
                self.of.set(setting, event)
            }
            "version" => self.version.set(setting, setting.value("a number", "version = 1")),
            "lock" => self.lock.set(setting, setting.text(r#"lock = "vendor/UserRegistered/v1.json""#)),
            "exchange" => self.exchange.set(setting, setting.text(r#"exchange = "user.events""#)),
            "routing_key" => self.routing_key.set(setting, setting.text(r#"routing_key = "user.registered""#)),
            "message_type" => self.message_type.set(setting, setting.text(r#"message_type = "UserRegisteredEvent""#)),
            "alias" => alias(&mut self.aliases, setting),
            "dialect" => self.dialect.set(setting, setting.dialect()),
            "crate" => self.krate.set(setting, setting.krate()),
            _ => Err(setting.unknown(&[
                "of",
                "version",
                "lock",
                "exchange",
                "routing_key",
                "message_type",
                "alias",
                "dialect",
                "crate",
            ])),
        }
    }
}
