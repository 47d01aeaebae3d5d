//! [`Filter`]: which messages are shown, of those that the broker sends.

use user_events_schema::identity;

use super::seen::Seen;

/// Which messages are shown. What is not given lets everything pass.
pub(super) struct Filter {
    pub(super) types: Vec<String>,
    pub(super) source: Option<String>,
    pub(super) correlation_id: Option<String>,
}

impl Filter {
    pub(super) fn lets_pass(&self, seen: &Seen) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        (self.types.is_empty()
            || seen.message_type().is_some_and(|found| self.types.iter().any(|name| names(name, found))))
            && is(&self.source, seen.source())
            && is(&self.correlation_id, seen.correlation_id())
    }
}

/// Whether a name is this message type, or the type without its version.
fn names(name: &str, message_type: &str) -> bool {
    message_type == name || identity::split(message_type).is_some_and(|(type_name, _)| type_name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::seen::tests::seen;

    #[test]
    fn a_type_is_named_with_its_version_or_without() {
        assert!(names("UserRegistered", "UserRegistered.v1"));
        assert!(names("UserRegistered.v1", "UserRegistered.v1"));
        for other in ["UserRegistered.v12", "User", "UserRegistered.v", "UserRegistered.v1.v1"] {
            assert!(!names(other, "UserRegistered.v1"), "{other}");
        }
        for no_version in ["UserRegistered.v01", "UserRegistered.v+1", "UserRegistered.v0", "UserRegistered.version"] {
            assert!(!names("UserRegistered", no_version), "{no_version}");
        }
    }

    #[test]
    fn all_that_is_given_must_agree() {
        let body = r#"{"messageType":"A.v1","sourceService":"S","correlationId":"c","payload":1}"#;
        let seen = seen(body, |_| {});
        let passes = |types: &[&str], source: Option<&str>, correlation_id: Option<&str>| {
            let types = types.iter().map(ToString::to_string).collect();
            let [source, correlation_id] = [source, correlation_id].map(|text| text.map(str::to_owned));
            Filter { types, source, correlation_id }.lets_pass(&seen)
        };
        assert!(passes(&[], None, None));
        assert!(passes(&["B", "A"], Some("S"), Some("c")));
        assert!(!passes(&["B"], Some("S"), Some("c")));
        assert!(!passes(&["A"], Some("T"), None));
        assert!(!passes(&["A"], None, Some("d")));
    }
}
