//! [`difference`]: what the broker says of arguments that differ.

use user_events_core::Difference;

use crate::error::LinkError;

/// In what something exists otherwise than it was declared.
pub(super) fn difference(error: &LinkError) -> Option<Difference> {
    let differs = error.reply()?.inequivalent()?;
    let (found, wanted) = (value(differs.current), value(differs.received));
    Some(match found == wanted {
        // The same text as another type: only the broker's whole words tell them apart.
        true => Difference::new(differs.argument, differs.current, differs.received),
        false => Difference::new(differs.argument, found, wanted),
    })
}

/// `7` of `the value '7' of type 'signedint'`.
fn value(text: &str) -> &str {
    let typed = text.strip_prefix("the value '").and_then(|rest| rest.rsplit_once("' of type '"));
    typed.map_or_else(|| text.trim_matches('\''), |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::{NOT_FOUND, PRECONDITION_FAILED, Reply};

    fn difference_in(values: &str) -> Option<String> {
        let text = format!("PRECONDITION_FAILED - inequivalent arg 'a' for queue 'q' in vhost '/': {values}");
        difference(&LinkError::Channel(Reply::new(PRECONDITION_FAILED, text))).map(|difference| difference.to_string())
    }

    #[test]
    fn a_difference_is_told_by_its_values() {
        for (values, expected) in [
            ("received the value '1000' of type 'signedint' but current is none", "`a` is none, 1000 was wanted"),
            ("received none but current is the value '7' of type 'long'", "`a` is 7, none was wanted"),
            ("received 'true' but current is 'false'", "`a` is false, true was wanted"),
            (
                "received the value '1' of type 'longstr' but current is the value '1' of type 'long'",
                "`a` is the value '1' of type 'long', the value '1' of type 'longstr' was wanted",
            ),
        ] {
            assert_eq!(difference_in(values).as_deref(), Some(expected));
        }
        assert_eq!(difference(&LinkError::Channel(Reply::new(NOT_FOUND, "no queue 'q'"))), None);
    }
}
