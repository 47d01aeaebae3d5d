//! [`Reply`]: a broker's refusal, and what it names.

use std::error::Error;
use std::fmt;

/// A refusal: its code, and a text that is read but never shown, because brokers put user names into it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    code: u16,
    text: String,
}

pub(crate) const ACCESS_REFUSED: u16 = 403;
pub(crate) const NOT_FOUND: u16 = 404;
pub(crate) const RESOURCE_LOCKED: u16 = 405;
pub(crate) const PRECONDITION_FAILED: u16 = 406;
pub(crate) const NOT_ALLOWED: u16 = 530;

impl Reply {
    pub(crate) fn new(code: u16, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    pub(crate) const fn code(&self) -> u16 {
        self.code
    }

    /// The exchange that is missing or was refused: `no exchange 'x' in vhost '/'`, `… to exchange 'x' …`.
    pub(crate) fn exchange(&self) -> Option<&str> {
        matches!(self.code, NOT_FOUND | ACCESS_REFUSED).then(|| self.between("exchange '", "' in vhost")).flatten()
    }

    /// The largest body that the broker takes: `message size 12 is larger than configured max size 10`.
    pub(crate) fn size_limit(&self) -> Option<usize> {
        let (_, limit) = (self.code == PRECONDITION_FAILED).then(|| self.text.split_once("max size "))??;
        let digits = limit.find(|c: char| !c.is_ascii_digit()).unwrap_or(limit.len());
        limit[..digits].parse().ok()
    }

    /// The argument that differs from what was declared before.
    pub(crate) fn inequivalent(&self) -> Option<Inequivalent<'_>> {
        let argument = (self.code == PRECONDITION_FAILED).then(|| self.between("inequivalent arg '", "'"))??;
        let (_, values) = self.text.split_once("received ")?;
        let (received, current) = values.split_once(" but current is ")?;
        Some(Inequivalent { argument, received, current: current.trim_end() })
    }

    /// Whether it is a virtual host that does not exist, rather than one that is closed to the user.
    pub(crate) fn misses_vhost(&self) -> bool {
        self.code == NOT_ALLOWED && self.text.contains("not found")
    }

    fn between(&self, before: &str, after: &str) -> Option<&str> {
        let (_, rest) = self.text.split_once(before)?;
        rest.split_once(after).map(|(found, _)| found)
    }

    /// The name that the protocol gives to the code.
    const fn name(&self) -> &'static str {
        match self.code {
            311 => "CONTENT_TOO_LARGE",
            313 => "NO_CONSUMERS",
            320 => "CONNECTION_FORCED",
            402 => "INVALID_PATH",
            ACCESS_REFUSED => "ACCESS_REFUSED",
            NOT_FOUND => "NOT_FOUND",
            RESOURCE_LOCKED => "RESOURCE_LOCKED",
            PRECONDITION_FAILED => "PRECONDITION_FAILED",
            501 => "FRAME_ERROR",
            502 => "SYNTAX_ERROR",
            503 => "COMMAND_INVALID",
            504 => "CHANNEL_ERROR",
            505 => "UNEXPECTED_FRAME",
            506 => "RESOURCE_ERROR",
            NOT_ALLOWED => "NOT_ALLOWED",
            540 => "NOT_IMPLEMENTED",
            541 => "INTERNAL_ERROR",
            _ => "UNKNOWN",
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the broker answered {} {}", self.code, self.name())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("code", &self.code).field("name", &self.name()).finish_non_exhaustive()
    }
}

impl Error for Reply {}

/// The code of the broker's refusal, where this error or one of its causes is such a refusal: 403 where the user
/// has not the right, 404 where something does not exist.
///
/// The codes are those of [AMQP 0-9-1](https://www.rabbitmq.com/amqp-0-9-1-reference#constants).
#[must_use]
pub fn reply_code(error: &(dyn Error + 'static)) -> Option<u16> {
    let mut chain = std::iter::successors(Some(error), |error| Error::source(*error));
    chain.find_map(|error| error.downcast_ref::<Reply>()).map(Reply::code)
}

/// An argument of an exchange or queue that exists with another value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inequivalent<'a> {
    pub(crate) argument: &'a str,
    pub(crate) received: &'a str,
    pub(crate) current: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_brokers_name() {
        let missing = Reply::new(404, "NOT_FOUND - no exchange 'user.events' in vhost '/'");
        assert_eq!(missing.exchange(), Some("user.events"));
        let refused = Reply::new(403, "ACCESS_REFUSED - access to exchange 'a' in vhost '/' refused for user 'canary'");
        assert_eq!(refused.exchange(), Some("a"));
        let large = Reply::new(406, "PRECONDITION_FAILED - message size 20 is larger than configured max size 10");
        assert_eq!(large.size_limit(), Some(10));
        let differs = Reply::new(
            406,
            "PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'q' in vhost '/': \
             received the value '1000' of type 'signedint' but current is none",
        );
        assert_eq!(
            differs.inequivalent(),
            Some(Inequivalent {
                argument: "x-delivery-limit",
                received: "the value '1000' of type 'signedint'",
                current: "none"
            })
        );
        assert_eq!(differs.size_limit(), None);
        assert!(Reply::new(530, "NOT_ALLOWED - vhost nope not found").misses_vhost());
        assert!(!Reply::new(530, "NOT_ALLOWED - access to vhost '/' refused for user 'u'").misses_vhost());
    }

    #[test]
    fn the_code_is_found_among_the_causes() {
        use user_events_core::{PublishError, PublishErrorKind};

        let refused = PublishError::new(PublishErrorKind::Refused, "no");
        assert_eq!(reply_code(&refused), None);
        assert_eq!(reply_code(&refused.with_source(Reply::new(403, ""))), Some(403));
    }

    #[test]
    fn shows_no_text_of_the_broker() {
        let reply = Reply::new(403, "refused for user 'canary'");
        assert!(!format!("{reply} {reply:?}").contains("canary"));
    }
}
