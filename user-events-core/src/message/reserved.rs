//! [`is_reserved`]: which header names are the broker's. `Headers::is_reserved` says why, and where they are from.

const ROUTING: [&str; 2] = ["CC", "BCC"];

/// What follows `x-`.
const NAMES: [&str; 17] = [
    "acquired-count",
    "cc",
    "correlation-id-type",
    "death",
    "delay",
    "delivery-count",
    "exchange",
    "invalid-headers",
    "message-id-type",
    "original-cc",
    "original-exchange",
    "original-routing-key",
    "received-from",
    "recent-history-no-store",
    "reply-to-topic",
    "routed-by",
    "routing-key",
];

/// What follows `x-` in names of which the broker owns all.
const FAMILIES: [&str; 8] =
    ["amqp-1.0-", "basic-", "first-death-", "last-death-", "mqtt-", "opt-", "shovelled", "stream-"];

pub(super) fn is_reserved(name: &str) -> bool {
    match name.strip_prefix("x-") {
        Some(rest) => NAMES.contains(&rest) || FAMILIES.iter().any(|family| rest.starts_with(family)),
        None => ROUTING.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_broker_writes_or_acts_upon_is_reserved_and_names_beside_it_are_free() {
        for name in [
            "CC",
            "BCC",
            "x-acquired-count",
            "x-cc",
            "x-correlation-id-type",
            "x-death",
            "x-delay",
            "x-delivery-count",
            "x-exchange",
            "x-invalid-headers",
            "x-message-id-type",
            "x-original-cc",
            "x-original-exchange",
            "x-original-routing-key",
            "x-received-from",
            "x-recent-history-no-store",
            "x-reply-to-topic",
            "x-routed-by",
            "x-routing-key",
        ] {
            assert!(is_reserved(name), "{name}");
            let (longer, shorter) = (format!("{name}s"), &name[..name.len() - 1]);
            assert!(!is_reserved(&longer) && !is_reserved(shorter), "{longer}, {shorter}");
        }
    }

    #[test]
    fn what_begins_as_the_broker_s_names_do_is_reserved() {
        for (family, name) in [
            ("x-amqp-1.0-", "x-amqp-1.0-properties"),
            ("x-basic-", "x-basic-expiration"),
            ("x-first-death-", "x-first-death-queue"),
            ("x-last-death-", "x-last-death-reason"),
            ("x-mqtt-", "x-mqtt-publish-qos"),
            ("x-opt-", "x-opt-rabbitmq-received-time"),
            ("x-shovelled", "x-shovelled-timestamp"),
            ("x-stream-", "x-stream-filter-value"),
        ] {
            assert!(is_reserved(family) && is_reserved(name), "{name}");
            let shorter = &family[..family.len() - 1];
            assert!(!is_reserved(shorter), "{shorter}");
        }
    }

    #[test]
    fn what_services_use_is_free() {
        for name in [
            "",
            "x-",
            "x-request-id",
            "x-correlation-id",
            "x-message-id",
            "x-retry-count",
            "x-original-routingKey",
            "x-deaths",
            "x-forwarded-for",
            "x-b3-traceid",
            // Names are compared as they are written.
            "X-Death",
            "cc",
            "bcc",
            "death",
        ] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
