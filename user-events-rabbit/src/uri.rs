//! [`Uri`]: where the broker is, and who asks. Never shows user name or password.

use std::fmt;

use user_events_core::{TransportError, TransportErrorKind};

/// What RabbitMQ proposes: 8 MiB for a connection.
const USUAL_FRAME: u32 = 128 << 10;
/// 64 MiB for a connection. Larger frames are for larger headers only: a body is sent in several.
const LARGEST_FRAME: u32 = 1 << 20;
/// AMQP's own limit: a broker ends the connection that proposes less.
const SMALLEST_FRAME: u32 = 4096;

/// A parsed `amqp` or `amqps` URI ([the specification](https://www.rabbitmq.com/docs/uri-spec)).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Uri {
    tls: bool,
    user: String,
    password: String,
    host: String,
    port: u16,
    vhost: String,
    heartbeat: Option<u16>,
    frame_max: Option<u32>,
    channel_max: Option<u16>,
}

impl Uri {
    pub(crate) fn parse(text: &str) -> Result<Self, TransportError> {
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| refused("the broker's URI has no scheme: it begins with `amqp://` or `amqps://`"))?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "amqp" => false,
            "amqps" => true,
            _ => return Err(refused("the broker's URI has an unknown scheme: it is `amqp`, or `amqps` with TLS")),
        };
        let unescaped = || {
            refused(
                "the broker's URI cannot be read: special characters in user name, password and virtual host are \
                 percent-encoded (`@` is `%40`, `/` is `%2f`, `?` is `%3f`, `#` is `%23`)",
            )
        };
        // Cut at one of these, a piece of a password would be taken for the host, and shown.
        let path_or_query = rest.find(['/', '?']).map_or("", |end| &rest[end..]);
        if rest.contains(['#', ' ']) || path_or_query.contains('@') {
            return Err(unescaped());
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, vhost) = rest.split_once('/').map_or((rest, None), |(before, vhost)| (before, Some(vhost)));
        let (userinfo, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        let (host, port) = split_port(host_and_port)?;
        if vhost.is_some_and(|vhost| vhost.contains('/')) {
            return Err(unescaped());
        }
        if host.is_empty() {
            return Err(refused("the broker's URI names no host"));
        }
        let vhost = vhost.map_or(Ok(String::from("/")), |vhost| decoded(vhost, "virtual host"))?;
        if vhost.len() > 255 {
            return Err(refused("the virtual host in the broker's URI is longer than 255 bytes"));
        }
        let mut uri = Self {
            tls,
            user: decoded(user, "user name")?,
            password: decoded(password, "password")?,
            host: decoded(host, "host")?,
            port: port.unwrap_or(if tls { 5671 } else { 5672 }),
            vhost,
            heartbeat: None,
            frame_max: None,
            channel_max: None,
        };
        if userinfo.is_empty() {
            (uri.user, uri.password) = ("guest".into(), "guest".into());
        }
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            match name {
                "heartbeat" => uri.heartbeat = Some(number(name, value)?),
                "frame_max" => uri.frame_max = Some(number(name, value)?),
                "channel_max" => uri.channel_max = Some(number(name, value)?),
                // Other clients' parameters (certificate files and the like) are theirs.
                _ => {}
            }
        }
        Ok(uri)
    }

    pub(crate) const fn is_tls(&self) -> bool {
        self.tls
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn vhost(&self) -> &str {
        &self.vhost
    }

    pub(crate) const fn heartbeat(&self) -> Option<u16> {
        self.heartbeat
    }

    /// The largest frame that is proposed to the broker, which may make it smaller. A wish of 0 is none.
    ///
    /// lapin allocates 64 frames for a connection, as soon as their size is agreed on. Where none is proposed it takes the
    /// broker's, and 4 GiB of a broker without a limit: the process is aborted.
    pub(crate) fn frame_max(&self) -> u32 {
        self.frame_max.filter(|bytes| *bytes > 0).unwrap_or(USUAL_FRAME).clamp(SMALLEST_FRAME, LARGEST_FRAME)
    }

    pub(crate) const fn channel_max(&self) -> Option<u16> {
        self.channel_max
    }

    /// Host and port, as people write them.
    pub(crate) fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vhost = self.vhost.replace('/', "%2f");
        write!(f, "{}://{}/{vhost}", if self.tls { "amqps" } else { "amqp" }, self.address())
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The host without brackets, and the port where there is one.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), TransportError> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, after) =
                rest.split_once(']').ok_or_else(|| refused("the broker's URI has a `[` without a `]`"))?;
            (host, after.strip_prefix(':'))
        }
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    // An unescaped `@`, `:` or `/` in a password ends up here: the text is not shown.
    let port = port.filter(|port| !port.is_empty()).map(|port| {
        port.parse().ok().filter(|port| *port != 0).ok_or_else(|| {
            refused("the port in the broker's URI is not a number from 1 to 65535; special characters in user name and password are percent-encoded")
        })
    });
    Ok((host, port.transpose()?))
}

fn decoded(text: &str, what: &str) -> Result<String, TransportError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(0), digit(1)) else {
            return Err(refused(format!("the {what} in the broker's URI has a `%` without two hexadecimal digits")));
        };
        bytes.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| refused(format!("the {what} in the broker's URI is not UTF-8")))
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, TransportError> {
    value.parse().map_err(|_| refused(format!("`{name}` in the broker's URI is not a number in range")))
}

fn refused(sentence: impl Into<std::borrow::Cow<'static, str>>) -> TransportError {
    TransportError::new(TransportErrorKind::Configuration, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_specification_has() {
        let uri =
            Uri::parse("amqps://u%40x:p%3A%2fx@broker.example.com:15671/my%2fhost?heartbeat=5&verify=none").unwrap();
        assert_eq!((uri.user(), uri.password()), ("u@x", "p:/x"));
        assert_eq!((uri.address().as_str(), uri.vhost()), ("broker.example.com:15671", "my/host"));
        assert_eq!((uri.is_tls(), uri.heartbeat()), (true, Some(5)));

        let uri = Uri::parse("amqp://localhost").unwrap();
        assert_eq!((uri.user(), uri.password(), uri.port(), uri.vhost()), ("guest", "guest", 5672, "/"));
        assert_eq!(Uri::parse("amqps://h").unwrap().port(), 5671);
        assert_eq!(Uri::parse("amqp://h/").unwrap().vhost(), "");
        let uri = Uri::parse("amqp://u@[::1]:1/%2f").unwrap();
        assert_eq!((uri.host(), uri.address().as_str(), uri.password()), ("::1", "[::1]:1", ""));
    }

    #[test]
    fn proposes_frames_that_the_broker_takes_and_memory_can_hold() {
        for (query, proposed) in [
            ("", 131_072),
            ("?frame_max=0", 131_072),
            ("?frame_max=1", 4096),
            ("?frame_max=4096", 4096),
            ("?frame_max=200000", 200_000),
            ("?frame_max=4294967295", 1 << 20),
        ] {
            assert_eq!(Uri::parse(&format!("amqp://h/{query}")).unwrap().frame_max(), proposed, "{query}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_use_without_repeating_it() {
        for (text, says) in [
            ("canary", "no scheme"),
            ("http://canary@h", "unknown scheme"),
            ("amqp://canary:canary@", "names no host"),
            ("amqp:///v", "names no host"),
            ("amqp://canary:canary@h:70000", "port"),
            ("amqp://canary:can/ary@h:1", "percent-encoded"),
            ("amqp://guest:can@ary/c@127.0.0.1:5999/%2f", "percent-encoded"),
            ("amqp://guest:p@canary#w/rd@127.0.0.1:28785/%2f", "percent-encoded"),
            ("amqp://guest:canary?x@127.0.0.1", "percent-encoded"),
            ("amqp://h/canary/x", "percent-encoded"),
            ("amqp://h:x", "port"),
            ("amqp://canary%zz@h", "hexadecimal"),
            ("amqp://canary%ff@h", "UTF-8"),
            ("amqp://[::1", "without a `]`"),
            ("amqp://canary:canary@h?heartbeat=soon", "`heartbeat`"),
        ] {
            let error = Uri::parse(text).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Configuration);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(says), "{text}: {shown}");
            assert!(!shown.contains("canary"), "{text}: {shown}");
        }
    }

    #[test]
    fn shows_neither_user_nor_password() {
        let uri = Uri::parse("amqp://canary:canary@h/v").unwrap();
        assert_eq!(format!("{uri} {uri:?}"), "amqp://h:5672/v \"amqp://h:5672/v\"");
    }
}
