//! [`LinkError`]: why a link to the broker failed, and what to tell whom.

use std::error::Error;
use std::fmt;
use std::io;

use user_events_core::{TransportError, TransportErrorKind};

use crate::reply::{ACCESS_REFUSED, NOT_ALLOWED, Reply};
use crate::uri::Uri;

/// Why a link to the broker failed. Holds nothing that the broker or the client library wrote for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkError {
    /// The broker closed the channel; the connection goes on.
    Channel(Reply),
    /// The broker closed the connection.
    Connection(Reply),
    /// The connection broke.
    Io(io::ErrorKind),
    /// The broker was silent for two heartbeats.
    Heartbeat,
    /// The other side does not speak AMQP 0-9-1.
    NotAmqp,
    /// The channel or connection had ended before.
    Closed,
    /// No answer in time.
    Timeout,
}

impl LinkError {
    /// Whether it ends the channel only.
    pub(crate) const fn is_of_channel(&self) -> bool {
        matches!(self, Self::Channel(_))
    }

    /// The broker's refusal, if that is what it was.
    pub(crate) const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Channel(reply) | Self::Connection(reply) => Some(reply),
            _ => None,
        }
    }

    const fn kind(&self) -> TransportErrorKind {
        match self {
            Self::Channel(reply) | Self::Connection(reply) => match reply.code() {
                ACCESS_REFUSED => TransportErrorKind::Unauthorized,
                // Forced, or out of resources: the broker restarts or recovers.
                320 | 506 | 541 => TransportErrorKind::Connection,
                _ => TransportErrorKind::Protocol,
            },
            Self::Io(_) | Self::Heartbeat | Self::Closed => TransportErrorKind::Connection,
            Self::NotAmqp => TransportErrorKind::Protocol,
            Self::Timeout => TransportErrorKind::Timeout,
        }
    }

    /// An error of the transport, in a sentence that says what could not be done.
    pub(crate) fn into_transport(self, what: impl fmt::Display) -> TransportError {
        TransportError::new(self.kind(), format!("{what}: {self}")).with_source_of(self)
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(_) => f.write_str("the broker closed the channel"),
            Self::Connection(_) => f.write_str("the broker closed the connection"),
            Self::Io(_) => f.write_str("the connection broke"),
            Self::Heartbeat => f.write_str("the broker was silent for too long"),
            Self::NotAmqp => f.write_str("what came cannot be read as AMQP 0-9-1"),
            Self::Closed => f.write_str("the connection is closed"),
            Self::Timeout => f.write_str("no answer in time"),
        }
    }
}

/// Keeps what a sentence does not repeat.
pub(crate) trait WithSourceOf {
    fn with_source_of(self, error: LinkError) -> Self;
}

impl WithSourceOf for TransportError {
    fn with_source_of(self, error: LinkError) -> Self {
        match error {
            LinkError::Channel(reply) | LinkError::Connection(reply) => self.with_source(reply),
            LinkError::Io(kind) => self.with_source(io::Error::from(kind)),
            _ => self,
        }
    }
}

/// Why a connection to `uri` could not be opened, with what to do about it.
pub(crate) fn connecting(uri: &Uri, error: LinkError) -> TransportError {
    use TransportErrorKind::{Configuration, Connection, Protocol, Timeout, Unauthorized};
    let address = uri.address();
    let plain = !uri.is_tls();
    let (kind, sentence) = match &error {
        LinkError::Connection(reply) | LinkError::Channel(reply) => match reply.code() {
            ACCESS_REFUSED => (Unauthorized, format!("{address} does not know this user, or not with this password")),
            NOT_ALLOWED if reply.misses_vhost() => (
                Configuration,
                format!(
                    "{address} has no virtual host `{}`: create it, or name another after the last `/` of the URI{}",
                    uri.vhost(),
                    if uri.vhost().is_empty() { "; the default one is written `%2f`" } else { "" },
                ),
            ),
            NOT_ALLOWED => {
                (Unauthorized, format!("{address} does not let this user into virtual host `{}`", uri.vhost()))
            }
            _ => (error.kind(), format!("{address} refused the connection")),
        },
        LinkError::Io(io::ErrorKind::ConnectionRefused) => {
            (Connection, format!("nothing listens at {address}: is the broker running, and is the port right?"))
        }
        // What rustls reports: a certificate that is not trusted, or of another host; no TLS on the other side.
        LinkError::Io(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) if !plain => (
            Configuration,
            format!(
                "the TLS handshake with {address} failed: the certificate must be valid for this host name and \
                 signed by an authority that this machine trusts, and the port must be the one for TLS"
            ),
        ),
        LinkError::Io(kind) if plain && broke_early(*kind) => (
            Connection,
            format!("{address} closed the connection at once: if the port expects TLS, use amqps instead of amqp"),
        ),
        LinkError::Io(_) => (
            Connection,
            format!("{address} cannot be reached: is the host spelt right, and does DNS know it from here?"),
        ),
        LinkError::NotAmqp => (Protocol, format!("what listens at {address} does not speak AMQP 0-9-1")),
        LinkError::Timeout => (Timeout, format!("{address} did not answer in time")),
        _ => (error.kind(), format!("no connection to {address}: {error}")),
    };
    TransportError::new(kind, sentence).with_source_of(error)
}

const fn broke_early(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof)
}

impl Error for LinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.reply().map(|reply| reply as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str, error: LinkError) -> TransportError {
        connecting(&Uri::parse(uri).unwrap(), error)
    }

    #[test]
    fn every_way_to_fail_has_a_kind_and_says_what_to_do() {
        use TransportErrorKind::{Configuration, Connection, Protocol, Timeout, Unauthorized};
        let refused = |code, text: &str| LinkError::Connection(Reply::new(code, text));
        for (uri, error, kind, says) in [
            ("amqp://h", refused(403, "Login was refused"), Unauthorized, "h:5672 does not know this user"),
            ("amqp://h/", refused(530, "vhost  not found"), Configuration, "written `%2f`"),
            ("amqp://h/v", refused(530, "vhost v not found"), Configuration, "no virtual host `v`"),
            ("amqp://h/v", refused(530, "access to vhost"), Unauthorized, "into virtual host `v`"),
            ("amqp://h", refused(541, ""), Connection, "refused the connection"),
            ("amqp://h:1", LinkError::Io(io::ErrorKind::ConnectionRefused), Connection, "nothing listens at h:1"),
            ("amqp://h:5671", LinkError::Io(io::ErrorKind::ConnectionReset), Connection, "use amqps"),
            ("amqps://h", LinkError::Io(io::ErrorKind::InvalidData), Configuration, "TLS handshake with h:5671"),
            ("amqp://h", LinkError::NotAmqp, Protocol, "does not speak AMQP"),
            ("amqp://h", LinkError::Timeout, Timeout, "did not answer in time"),
        ] {
            let error = of(uri, error);
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
