//! Names on the wire: what an event's type and version become, and what a name may look like.
//!
//! The type `UserRegistered` in version 1 is announced as the message type `UserRegistered.v1` under the routing key
//! `user.registered.v1`.

use std::error::Error;
use std::fmt;

/// Longest routing key: AMQP 0-9-1 carries it as a short string, whose length is one byte.
pub const MAX_ROUTING_KEY_BYTES: usize = 255;

/// Longest message type: it travels in the AMQP property `type`, a short string too.
pub const MAX_MESSAGE_TYPE_BYTES: usize = 255;

/// Longest exchange name: an exchange is a topic on Kafka, where 249 bytes are the limit.
pub const MAX_EXCHANGE_BYTES: usize = 249;

/// The message type of a version of an event: `UserRegistered.v1`.
#[must_use]
pub fn message_type(type_name: &str, version: u32) -> String {
    format!("{type_name}.v{version}")
}

/// The type and version that a message type is made of, if [`message_type`] makes it of any: `UserRegistered` and 1 for
/// `UserRegistered.v1`, but nothing for `UserRegistered.v01`, `UserRegistered.v+1` and `UserRegistered.v0`.
///
/// ```
/// use user_events_schema::identity::split;
///
/// assert_eq!(split("UserRegistered.v12"), Some(("UserRegistered", 12)));
/// assert_eq!(split("UserRegisteredEventV12"), None);
/// ```
#[must_use]
pub fn split(message_type: &str) -> Option<(&str, u32)> {
    let (type_name, version) = message_type.rsplit_once(".v")?;
    // As it is written, not as it can be read: `+1` and `01` are other texts.
    if type_name.is_empty() || !version.starts_with(|first: char| matches!(first, '1'..='9')) {
        return None;
    }
    Some((type_name, version.parse().ok()?))
}

/// The routing key of a version of an event: `user.registered.v1` for the stem `user.registered`.
#[must_use]
pub fn routing_key(stem: &str, version: u32) -> String {
    format!("{stem}.v{version}")
}

/// The stem of an event's routing keys: the words of its type in lower case, joined by dots.
///
/// A capital starts a word, with two refinements:
///
/// - A run of capitals is one word, and its last capital starts the next word when a lower-case letter follows:
///   `MFAStatusChanged` has the words `MFA`, `Status`, `Changed`.
/// - A digit belongs to the word before it: `Oauth2LinkAdded` has the words `Oauth2`, `Link`, `Added`.
///
/// No dictionary is consulted, so `OAuth2LinkAdded` gives `o.auth2.link.added`. An event that wants another stem writes
/// its type as `Oauth2LinkAdded` or names the stem itself.
///
/// ```
/// use user_events_schema::identity::stem;
///
/// assert_eq!(stem("UserRegistered"), "user.registered");
/// assert_eq!(stem("MFAStatusChanged"), "mfa.status.changed");
/// assert_eq!(stem("Oauth2LinkAdded"), "oauth2.link.added");
/// ```
#[must_use]
pub fn stem(type_name: &str) -> String {
    words(type_name).join(".").to_ascii_lowercase()
}

fn words(type_name: &str) -> Vec<&str> {
    let bytes = type_name.as_bytes();
    let starts_word = |at: usize| {
        bytes[at].is_ascii_uppercase()
            && (!bytes[at - 1].is_ascii_uppercase() || bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase))
    };

    let mut words = Vec::new();
    let mut start = 0;
    for at in (1..bytes.len()).filter(|&at| starts_word(at)) {
        words.push(&type_name[start..at]);
        start = at;
    }
    words.push(&type_name[start..]);
    words
}

/// Checks that an event's type is a PascalCase name of ASCII letters and digits.
///
/// # Errors
///
/// Says what is wrong with the name.
pub fn check_type_name(type_name: &str) -> Result<(), InvalidTypeName> {
    if type_name.is_empty() {
        return Err(InvalidTypeName::Empty);
    }
    let capitalized = type_name.starts_with(|first: char| first.is_ascii_uppercase());
    if !capitalized || type_name.contains(|c: char| !c.is_ascii_alphanumeric()) {
        return Err(InvalidTypeName::NotPascalCase);
    }
    Ok(())
}

/// Checks that a stem is made of words joined by dots, each of lower-case letters, digits, `_` and `-`.
///
/// Upper case is refused because brokers compare keys byte by byte: `User.registered` would never meet a binding for
/// `user.registered`.
///
/// # Errors
///
/// Says what is wrong with the stem.
pub fn check_stem(stem: &str) -> Result<(), InvalidRoutingKey> {
    if stem.is_empty() {
        return Err(InvalidRoutingKey::Empty);
    }
    for word in stem.split('.') {
        check_no_wildcard(word)?;
        if word.is_empty() {
            return Err(InvalidRoutingKey::EmptyWord);
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        if let Some(character) = word.chars().find(|&c| !allowed(c)) {
            return Err(InvalidRoutingKey::StemCharacter(character));
        }
    }
    Ok(())
}

/// Checks that a whole routing key can be published and bound: visible ASCII, no wildcard word, at most
/// [`MAX_ROUTING_KEY_BYTES`].
///
/// This is less than [`check_stem`] asks for, because older publishers chose their keys by other rules.
///
/// # Errors
///
/// Says what is wrong with the key.
pub fn check_routing_key(key: &str) -> Result<(), InvalidRoutingKey> {
    if key.is_empty() {
        return Err(InvalidRoutingKey::Empty);
    }
    if key.len() > MAX_ROUTING_KEY_BYTES {
        return Err(InvalidRoutingKey::TooLong { bytes: key.len() });
    }
    if let Some(character) = key.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(InvalidRoutingKey::KeyCharacter(character));
    }
    key.split('.').try_for_each(check_no_wildcard)
}

fn check_no_wildcard(word: &str) -> Result<(), InvalidRoutingKey> {
    match word {
        "*" => Err(InvalidRoutingKey::Wildcard('*')),
        "#" => Err(InvalidRoutingKey::Wildcard('#')),
        _ => Ok(()),
    }
}

/// Checks that a message type is visible ASCII of at most [`MAX_MESSAGE_TYPE_BYTES`].
///
/// # Errors
///
/// Says what is wrong with the message type.
pub fn check_message_type(message_type: &str) -> Result<(), InvalidMessageType> {
    if message_type.is_empty() {
        return Err(InvalidMessageType::Empty);
    }
    if message_type.len() > MAX_MESSAGE_TYPE_BYTES {
        let bytes = message_type.len();
        return Err(InvalidMessageType::TooLong { bytes });
    }
    match message_type.chars().find(|c| !c.is_ascii_graphic()) {
        Some(character) => Err(InvalidMessageType::Character(character)),
        None => Ok(()),
    }
}

/// Checks that a name can be an exchange on RabbitMQ and a topic on Kafka: letters, digits, `.`, `_` and `-`, at most
/// [`MAX_EXCHANGE_BYTES`].
///
/// # Errors
///
/// Says what is wrong with the name.
pub fn check_exchange(exchange: &str) -> Result<(), InvalidExchange> {
    if exchange.is_empty() {
        return Err(InvalidExchange::Empty);
    }
    if exchange.len() > MAX_EXCHANGE_BYTES {
        let bytes = exchange.len();
        return Err(InvalidExchange::TooLong { bytes });
    }
    if matches!(exchange, "." | "..") {
        return Err(InvalidExchange::OnlyDots);
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    match exchange.chars().find(|&c| !allowed(c)) {
        Some(character) => Err(InvalidExchange::Character(character)),
        None => Ok(()),
    }
}

/// Why a text is not the type of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidTypeName {
    /// The name is empty.
    Empty,
    /// The name does not start with a capital, or contains something other than ASCII letters and digits.
    NotPascalCase,
}

/// Why a text is not a routing key, or not the stem of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRoutingKey {
    /// The key is empty.
    Empty,
    /// Nothing stands before, after or between two dots.
    EmptyWord,
    /// A word is a wildcard of bindings.
    Wildcard(char),
    /// A word of a stem contains this character.
    StemCharacter(char),
    /// A whole key contains this character.
    KeyCharacter(char),
    /// The whole key is longer than [`MAX_ROUTING_KEY_BYTES`].
    TooLong {
        /// Length of the whole key.
        bytes: usize,
    },
}

/// Why a text is not a message type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidMessageType {
    /// The message type is empty.
    Empty,
    /// The message type contains this character.
    Character(char),
    /// The message type is longer than [`MAX_MESSAGE_TYPE_BYTES`].
    TooLong {
        /// Length of the message type.
        bytes: usize,
    },
}

/// Why a text is not the name of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidExchange {
    /// The name is empty.
    Empty,
    /// The name is `.` or `..`, which Kafka reserves.
    OnlyDots,
    /// The name contains this character.
    Character(char),
    /// The name is longer than [`MAX_EXCHANGE_BYTES`].
    TooLong {
        /// Length of the name.
        bytes: usize,
    },
}

impl fmt::Display for InvalidTypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "expected the name of an event, found an empty string",
            Self::NotPascalCase => "expected a PascalCase name of ASCII letters and digits",
        })
    }
}

impl fmt::Display for InvalidRoutingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("expected a routing key, found an empty string"),
            Self::EmptyWord => f.write_str("expected a word on both sides of every dot"),
            Self::Wildcard(wildcard) => {
                write!(f, "expected a word, found `{wildcard}`, which is a wildcard of bindings")
            }
            Self::StemCharacter(character) => write!(
                f,
                "expected lower-case letters, digits, `_` and `-` in words joined by dots, found {character:?}"
            ),
            Self::KeyCharacter(character) => {
                write!(f, "expected visible ASCII characters, found {character:?}")
            }
            Self::TooLong { bytes } => write!(
                f,
                "expected a routing key of at most {MAX_ROUTING_KEY_BYTES} bytes, version included, found {bytes}"
            ),
        }
    }
}

impl fmt::Display for InvalidMessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("expected a message type, found an empty string"),
            Self::Character(character) => {
                write!(f, "expected visible ASCII characters, found {character:?}")
            }
            Self::TooLong { bytes } => write!(
                f,
                "expected a message type of at most {MAX_MESSAGE_TYPE_BYTES} bytes, version included, found {bytes}"
            ),
        }
    }
}

impl fmt::Display for InvalidExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("expected the name of an exchange, found an empty string"),
            Self::OnlyDots => f.write_str("expected a name of an exchange that is more than dots alone"),
            Self::Character(character) => write!(f, "expected letters, digits, `.`, `_` and `-`, found {character:?}"),
            Self::TooLong { bytes } => {
                write!(f, "expected a name of at most {MAX_EXCHANGE_BYTES} bytes, found {bytes}")
            }
        }
    }
}

impl Error for InvalidTypeName {}
impl Error for InvalidRoutingKey {}
impl Error for InvalidMessageType {}
impl Error for InvalidExchange {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_follows_the_name() {
        assert_eq!(message_type("UserRegistered", 1), "UserRegistered.v1");
        assert_eq!(routing_key("user.auth.loggedin", 12), "user.auth.loggedin.v12");
    }

    #[test]
    fn a_message_type_is_split_into_what_it_was_made_of() {
        for (type_name, version) in
            [("UserRegistered", 1), ("UserRegistered", u32::MAX), ("com.example.user", 12), ("A.v1", 2)]
        {
            assert_eq!(split(&message_type(type_name, version)), Some((type_name, version)));
        }
        for other in [
            "",
            ".v1",
            "T",
            "T.v",
            "T.v0",
            "T.v01",
            "T.v+1",
            "T.v-1",
            "T.v 1",
            "T.v1 ",
            "T.v1x",
            "T.v1.0",
            "T.V1",
            "Tv1",
            "T.v4294967296",
            "T.v\u{661}",
        ] {
            assert_eq!(split(other), None, "{other}");
        }
    }

    #[test]
    fn capitals_start_words() {
        assert_eq!(stem("UserProfileUpdated"), "user.profile.updated");
        assert_eq!(stem("Ping"), "ping");
    }

    #[test]
    fn run_of_capitals_is_one_word() {
        assert_eq!(stem("MFAStatusChanged"), "mfa.status.changed");
        assert_eq!(stem("UserMFA"), "user.mfa");
        assert_eq!(stem("PlanAChosen"), "plan.a.chosen");
        assert_eq!(stem("GDPR"), "gdpr");
    }

    #[test]
    fn digit_belongs_to_the_word_before_it() {
        assert_eq!(stem("Oauth2LinkAdded"), "oauth2.link.added");
        assert_eq!(stem("S3ObjectCreated"), "s3.object.created");
        assert_eq!(stem("HTTP2Enabled"), "http2.enabled");
        assert_eq!(stem("Sha256sumComputed"), "sha256sum.computed");
    }

    #[test]
    fn no_dictionary_joins_o_and_auth() {
        assert_eq!(stem("OAuth2LinkAdded"), "o.auth2.link.added");
    }

    #[test]
    fn every_type_name_gives_a_valid_stem() {
        for name in ["UserRegistered", "MFAStatusChanged", "A", "A1", "Z9ABc0D"] {
            assert_eq!(check_type_name(name), Ok(()));
            assert_eq!(check_stem(&stem(name)), Ok(()), "{name}");
        }
    }

    #[test]
    fn type_name_is_pascal_case() {
        assert_eq!(check_type_name(""), Err(InvalidTypeName::Empty));
        for name in ["userRegistered", "User_Registered", "User.Registered", "1User", "Überweisung", "Café"] {
            assert_eq!(check_type_name(name), Err(InvalidTypeName::NotPascalCase), "{name}");
        }
    }

    #[test]
    fn stem_is_made_of_lower_case_words() {
        assert_eq!(check_stem("user.auth.logged-in_2"), Ok(()));
        assert_eq!(check_stem(""), Err(InvalidRoutingKey::Empty));
        for stem in [".user", "user.", "user..registered", "."] {
            assert_eq!(check_stem(stem), Err(InvalidRoutingKey::EmptyWord), "{stem}");
        }
        assert_eq!(check_stem("user.*"), Err(InvalidRoutingKey::Wildcard('*')));
        assert_eq!(check_stem("#.registered"), Err(InvalidRoutingKey::Wildcard('#')));
        assert_eq!(check_stem("user.Registered"), Err(InvalidRoutingKey::StemCharacter('R')));
        assert_eq!(check_stem("user.a*"), Err(InvalidRoutingKey::StemCharacter('*')));
    }

    #[test]
    fn older_keys_are_taken_literally() {
        for key in ["UserCreated", "user:created", "a..b", "price.50#"] {
            assert_eq!(check_routing_key(key), Ok(()), "{key}");
        }
        assert_eq!(check_routing_key(""), Err(InvalidRoutingKey::Empty));
        assert_eq!(check_routing_key("user.#"), Err(InvalidRoutingKey::Wildcard('#')));
        assert_eq!(check_routing_key("user created"), Err(InvalidRoutingKey::KeyCharacter(' ')));
    }

    #[test]
    fn lengths_are_bounded() {
        assert_eq!(check_routing_key(&"k".repeat(255)), Ok(()));
        assert_eq!(check_routing_key(&"k".repeat(256)), Err(InvalidRoutingKey::TooLong { bytes: 256 }));
        assert_eq!(check_message_type(&"m".repeat(255)), Ok(()));
        assert_eq!(check_message_type(&"m".repeat(256)), Err(InvalidMessageType::TooLong { bytes: 256 }));
        assert_eq!(check_exchange(&"e".repeat(249)), Ok(()));
        assert_eq!(check_exchange(&"e".repeat(250)), Err(InvalidExchange::TooLong { bytes: 250 }));
    }

    #[test]
    fn message_type_is_visible_ascii() {
        assert_eq!(check_message_type("urn:message:UserCreated/1"), Ok(()));
        assert_eq!(check_message_type(""), Err(InvalidMessageType::Empty));
        assert_eq!(check_message_type("User Created"), Err(InvalidMessageType::Character(' ')));
    }

    #[test]
    fn exchange_can_be_a_topic() {
        assert_eq!(check_exchange("user.events-2_A"), Ok(()));
        assert_eq!(check_exchange(""), Err(InvalidExchange::Empty));
        assert_eq!(check_exchange(".."), Err(InvalidExchange::OnlyDots));
        assert_eq!(check_exchange("user/events"), Err(InvalidExchange::Character('/')));
    }

    #[test]
    fn errors_say_what_was_expected() {
        let sentences = [
            InvalidTypeName::NotPascalCase.to_string(),
            InvalidRoutingKey::Wildcard('*').to_string(),
            InvalidMessageType::Character('\n').to_string(),
            InvalidExchange::TooLong { bytes: 300 }.to_string(),
        ];
        assert_eq!(
            sentences,
            [
                "expected a PascalCase name of ASCII letters and digits",
                "expected a word, found `*`, which is a wildcard of bindings",
                "expected visible ASCII characters, found '\\n'",
                "expected a name of at most 249 bytes, found 300",
            ]
        );
    }
}
