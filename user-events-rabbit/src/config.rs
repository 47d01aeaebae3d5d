//! [`RabbitConfig`]: where the broker is, and what the transport may do there.

use std::time::Duration;

use user_events_core::{Text, TopologyMode, TransportError};

use crate::uri::Uri;

/// Where the broker is, and what the transport may do there.
///
/// Its `Debug` output shows neither user name nor password.
#[derive(Debug, Clone)]
pub struct RabbitConfig {
    pub(crate) uri: Uri,
    pub(crate) connection_name: Text,
    pub(crate) max_in_flight: usize,
    pub(crate) max_in_flight_bytes: usize,
    pub(crate) max_message_bytes: usize,
    pub(crate) topology: TopologyMode,
    pub(crate) connect_timeout: Duration,
}

impl RabbitConfig {
    /// The broker at `uri`: `amqps://user:password@host:port/vhost`, or `amqp` without TLS.
    ///
    /// User name, password and virtual host are percent-encoded (`/` is `%2f`). The parameters
    /// `heartbeat` (in seconds, 10 where absent), `frame_max` (in bytes, 131072 where absent, from 4096
    /// to 1 MiB) and `channel_max` are understood.
    ///
    /// # Errors
    ///
    /// `Configuration` when the URI cannot be used. The error does not repeat it.
    pub fn from_uri(uri: &str) -> Result<Self, TransportError> {
        Ok(Self {
            uri: Uri::parse(uri)?,
            connection_name: Text::from_static("user-events"),
            max_in_flight: 1024,
            max_in_flight_bytes: 64 << 20,
            max_message_bytes: 16 << 20,
            topology: TopologyMode::Declare,
            connect_timeout: Duration::from_secs(10),
        })
    }

    /// Names the connections in the broker's management pages; a service gives its own name.
    #[must_use]
    pub fn with_connection_name(mut self, name: impl Into<Text>) -> Self {
        self.connection_name = name.into();
        self
    }

    /// Bounds what was published and is not answered yet: 1024 messages and 64 MiB by default.
    #[must_use]
    pub const fn with_max_in_flight(mut self, messages: usize, bytes: usize) -> Self {
        (self.max_in_flight, self.max_in_flight_bytes) = (messages, bytes);
        self
    }

    /// Refuses larger bodies before they are sent: 16 MiB by default, which is RabbitMQ's own limit
    /// from version 4.0. A broker that takes less closes the channel on one that is too large.
    #[must_use]
    pub const fn with_max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }

    /// What a consumer does at its start about what it needs, and a publish about its exchange: declare it (the
    /// default), verify it, or assume that it is there.
    ///
    /// To a publish an exchange of any type will do, if only it exists.
    #[must_use]
    pub const fn with_topology(mut self, mode: TopologyMode) -> Self {
        self.topology = mode;
        self
    }

    /// Bounds how long opening a connection may take: 10 seconds by default.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_no_credentials() {
        let config = RabbitConfig::from_uri("amqp://canary:canary@broker/v").unwrap();
        let shown = format!("{config:?}");
        assert!(!shown.contains("canary") && shown.contains("broker:5672"), "{shown}");
    }
}
