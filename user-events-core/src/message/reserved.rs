//! [`is_reserved`]: which header names are the broker's. `Headers::is_reserved` says why, and where they are from.

const ROUTING: [&str; 2] = ["CC", "BCC"];

/// What follows `x-`.
const NAMES: [&str; 16] = [
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
    fn what_the_broker_writes_or_acts_upon_is_reserved() {
        for name in [
            "CC",
            "BCC",
            "x-death",
            "x-first-death-queue",
            "x-last-death-reason",
            "x-delivery-count",
            "x-acquired-count",
            "x-delay",
            "x-received-from",
            "x-shovelled",
            "x-shovelled-timestamp",
            "x-stream-offset",
            "x-stream-filter-value",
            "x-opt-deaths",
            "x-opt-rabbitmq-received-time",
            "x-basic-expiration",
            "x-amqp-1.0-properties",
            "x-mqtt-publish-qos",
            "x-exchange",
            "x-routing-key",
            "x-cc",
        ] {
            assert!(is_reserved(name), "{name}");
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
