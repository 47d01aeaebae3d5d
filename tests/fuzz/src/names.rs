//! The rules of names on the wire: types, message types, routing keys, exchanges.

use user_events_core::TopicPattern;
use user_events_schema::identity::{
    check_exchange, check_message_type, check_routing_key, check_stem, check_type_name, message_type, routing_key, stem,
};

pub(crate) fn run(data: &[u8]) {
    let (version, text) = match data {
        [a, b, c, d, text @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), text),
        text => (1, text),
    };
    let text = String::from_utf8_lossy(text);
    // What is refused says why.
    for refusal in [
        check_type_name(&text).err().map(|refusal| refusal.to_string()),
        check_message_type(&text).err().map(|refusal| refusal.to_string()),
        check_routing_key(&text).err().map(|refusal| refusal.to_string()),
        check_stem(&text).err().map(|refusal| refusal.to_string()),
        check_exchange(&text).err().map(|refusal| refusal.to_string()),
    ]
    .into_iter()
    .flatten()
    {
        assert!(!refusal.is_empty() && refusal.len() < 512, "{refusal}");
    }
    if check_type_name(&text).is_ok() {
        let stem = stem(&text);
        assert_eq!(check_stem(&stem), Ok(()), "the stem of {text}");
        assert_eq!(stem.replace('.', ""), text.to_ascii_lowercase(), "a stem has the letters of its type, in order");
        let key = routing_key(&stem, version);
        // A long type has a long key, which is refused; whatever else would be wrong with it is not.
        if check_routing_key(&key).is_ok() {
            assert!(TopicPattern::from(key.as_str()).matches(&key), "a binding to {key} takes it");
        } else {
            assert!(key.len() > 255, "{key}");
        }
        let message_type = message_type(&text, version);
        assert_eq!(check_message_type(&message_type).is_ok(), message_type.len() <= 255, "{message_type}");
    }
    if check_routing_key(&text).is_ok() {
        assert!(TopicPattern::from(&*text).matches(&text), "a key without wildcards binds itself");
    }
}
