//! [`uri_reference`]: a service's name as the URI reference that CloudEvents' `source` must be.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The name with everything percent-encoded that a URI reference (RFC 3986, 4.1) does not allow
/// where it stands; `/` where it is empty, for `source` must not be.
///
/// Most names are one as they are. What reads as a URI stays one: `urn:service:users`.
pub(crate) fn uri_reference(name: &str) -> Cow<'_, str> {
    if name.is_empty() {
        return Cow::Borrowed("/");
    }
    let mut place = Place::of(name);
    if name.bytes().enumerate().all(|(at, byte)| place.allows(name, at, byte)) {
        return Cow::Borrowed(name);
    }
    let mut place = Place::of(name);
    let mut encoded = String::with_capacity(name.len() + 16);
    for (at, byte) in name.bytes().enumerate() {
        if place.allows(name, at, byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

/// Where in the reference a character stands.
struct Place {
    /// Before this, `:` begins nothing and must not stand: the first segment of a path without a scheme.
    colon_from: usize,
    in_fragment: bool,
}

impl Place {
    fn of(name: &str) -> Self {
        let first_segment = name.find(['/', '?', '#']).unwrap_or(name.len());
        let has_scheme = name[..first_segment].split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
        Self { colon_from: if has_scheme { 0 } else { first_segment }, in_fragment: false }
    }

    fn allows(&mut self, name: &str, at: usize, byte: u8) -> bool {
        match byte {
            b'%' => name.as_bytes()[at + 1..].iter().take(2).filter(|digit| digit.is_ascii_hexdigit()).count() == 2,
            b':' => at >= self.colon_from,
            b'#' => !std::mem::replace(&mut self.in_fragment, true),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'?' | b'@' => true,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' => true,
            // Brackets stand around an IPv6 address only, where no service's name is.
            _ => byte.is_ascii_alphanumeric(),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_uri_reference_stays_as_it_is() {
        for name in [
            "UserService",
            "user-service_1.0~x",
            "https://example.com/users?a=b&c=%20#part",
            "urn:service:users",
            "/services/users:read",
            "users@eu",
            "1-555-123-4567",
        ] {
            assert!(matches!(uri_reference(name), Cow::Borrowed(same) if same == name), "{name}");
        }
    }

    #[test]
    fn what_is_not_allowed_is_percent_encoded() {
        for (name, encoded) in [
            ("", "/"),
            ("User Service", "User%20Service"),
            ("Größe", "Gr%C3%B6%C3%9Fe"),
            ("100%", "100%25"),
            ("a%2", "a%252"),
            ("a%é0", "a%25%C3%A90"),
            ("a#b#c", "a#b%23c"),
            ("1:users", "1%3Ausers"),
            (":users/a:b", "%3Ausers/a:b"),
            ("a b:c", "a%20b%3Ac"),
            ("a\"<>\\^`{|}[]\n\u{7f}", "a%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%0A%7F"),
        ] {
            assert_eq!(uri_reference(name), encoded);
        }
    }
}
