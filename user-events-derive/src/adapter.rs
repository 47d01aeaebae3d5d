//! [`known`], the `with` modules of well-known crates, by the text of their path.
//!
//! A path cannot be resolved here, so it is compared as it is written, from its end: `ts_seconds`, `serde::ts_seconds` and
//! `chrono::serde::ts_seconds` are the same module, `crate::ts_seconds` is another. A module whose own name says little
//! (`option`, `timestamp`, `str`) is known with more of its path only.

/// The constant in `__private::adapter` that describes a `with` module, or the module of a function that
/// `serialize_with` or `deserialize_with` names.
pub(crate) fn known(path: &str) -> Option<&'static str> {
    let mut segments: Vec<&str> = path.split("::").map(str::trim).collect();
    if matches!(segments.last(), Some(&("serialize" | "deserialize"))) {
        segments.pop();
    }
    if segments.first() == Some(&"") {
        segments.remove(0);
    }
    ADAPTERS.iter().find(|adapter| adapter.is(&segments)).map(|adapter| adapter.name)
}

struct Adapter {
    /// The whole path.
    path: &'static [&'static str],
    /// How many segments, from the end, tell it from a module of the user's own.
    telling: usize,
    name: &'static str,
}

impl Adapter {
    fn is(&self, segments: &[&str]) -> bool {
        let mut pairs = self.path.iter().rev().zip(segments.iter().rev());
        segments.len() >= self.telling && pairs.all(|(own, written)| own == written)
    }
}

const fn adapter(path: &'static [&'static str], telling: usize, name: &'static str) -> Adapter {
    Adapter { path, telling, name }
}

const ADAPTERS: &[Adapter] = &[
    adapter(&["time", "millis"], 1, "MILLIS"),
    adapter(&["time", "millis", "option"], 2, "MILLIS_OPTION"),
    adapter(&["chrono", "serde", "ts_seconds"], 1, "EPOCH_SECONDS"),
    adapter(&["chrono", "serde", "ts_seconds_option"], 1, "EPOCH_SECONDS_OPTION"),
    adapter(&["chrono", "serde", "ts_milliseconds"], 1, "EPOCH_MILLIS"),
    adapter(&["chrono", "serde", "ts_milliseconds_option"], 1, "EPOCH_MILLIS_OPTION"),
    adapter(&["chrono", "serde", "ts_microseconds"], 1, "EPOCH_MICROS"),
    adapter(&["chrono", "serde", "ts_microseconds_option"], 1, "EPOCH_MICROS_OPTION"),
    adapter(&["chrono", "serde", "ts_nanoseconds"], 1, "EPOCH_NANOS"),
    adapter(&["chrono", "serde", "ts_nanoseconds_option"], 1, "EPOCH_NANOS_OPTION"),
    adapter(&["chrono", "naive", "serde", "ts_seconds"], 2, "EPOCH_SECONDS"),
    adapter(&["chrono", "naive", "serde", "ts_seconds_option"], 2, "EPOCH_SECONDS_OPTION"),
    adapter(&["chrono", "naive", "serde", "ts_milliseconds"], 2, "EPOCH_MILLIS"),
    adapter(&["chrono", "naive", "serde", "ts_milliseconds_option"], 2, "EPOCH_MILLIS_OPTION"),
    adapter(&["chrono", "naive", "serde", "ts_microseconds"], 2, "EPOCH_MICROS"),
    adapter(&["chrono", "naive", "serde", "ts_microseconds_option"], 2, "EPOCH_MICROS_OPTION"),
    adapter(&["chrono", "naive", "serde", "ts_nanoseconds"], 2, "EPOCH_NANOS"),
    adapter(&["chrono", "naive", "serde", "ts_nanoseconds_option"], 2, "EPOCH_NANOS_OPTION"),
    adapter(&["time", "serde", "rfc3339"], 1, "TIME_RFC3339"),
    adapter(&["time", "serde", "rfc3339", "option"], 2, "TIME_RFC3339_OPTION"),
    adapter(&["time", "serde", "rfc2822"], 1, "TIME_RFC2822"),
    adapter(&["time", "serde", "rfc2822", "option"], 2, "TIME_RFC2822_OPTION"),
    adapter(&["time", "serde", "iso8601"], 1, "TIME_ISO8601"),
    adapter(&["time", "serde", "iso8601", "option"], 2, "TIME_ISO8601_OPTION"),
    adapter(&["time", "serde", "timestamp"], 2, "EPOCH_SECONDS"),
    adapter(&["time", "serde", "timestamp", "option"], 3, "EPOCH_SECONDS_OPTION"),
    adapter(&["time", "serde", "timestamp", "milliseconds_i64"], 2, "EPOCH_MILLIS"),
    adapter(&["time", "serde", "timestamp", "milliseconds_i64", "option"], 3, "EPOCH_MILLIS_OPTION"),
    adapter(&["time", "serde", "timestamp", "milliseconds"], 2, "TIME_EPOCH_MILLIS"),
    adapter(&["time", "serde", "timestamp", "milliseconds", "option"], 3, "TIME_EPOCH_MILLIS_OPTION"),
    adapter(&["time", "serde", "timestamp", "microseconds"], 2, "TIME_EPOCH_MICROS"),
    adapter(&["time", "serde", "timestamp", "microseconds", "option"], 3, "TIME_EPOCH_MICROS_OPTION"),
    adapter(&["time", "serde", "timestamp", "nanoseconds"], 2, "TIME_EPOCH_NANOS"),
    adapter(&["time", "serde", "timestamp", "nanoseconds", "option"], 3, "TIME_EPOCH_NANOS_OPTION"),
    adapter(&["rust_decimal", "serde", "str"], 2, "DECIMAL_STR"),
    adapter(&["rust_decimal", "serde", "str_option"], 2, "DECIMAL_STR_OPTION"),
    adapter(&["rust_decimal", "serde", "float"], 2, "DECIMAL_FLOAT"),
    adapter(&["rust_decimal", "serde", "float_option"], 2, "DECIMAL_FLOAT_OPTION"),
    adapter(&["uuid", "serde", "simple"], 2, "UUID_SIMPLE"),
    adapter(&["uuid", "serde", "simple", "option"], 3, "UUID_SIMPLE_OPTION"),
    adapter(&["uuid", "serde", "hyphenated"], 2, "UUID_HYPHENATED"),
    adapter(&["uuid", "serde", "hyphenated", "option"], 3, "UUID_HYPHENATED_OPTION"),
    adapter(&["uuid", "serde", "braced"], 2, "UUID_BRACED"),
    adapter(&["uuid", "serde", "braced", "option"], 3, "UUID_BRACED_OPTION"),
    adapter(&["uuid", "serde", "urn"], 2, "UUID_URN"),
    adapter(&["uuid", "serde", "urn", "option"], 3, "UUID_URN_OPTION"),
    adapter(&["uuid", "serde", "compact"], 2, "UUID_COMPACT"),
    adapter(&["uuid", "serde", "compact", "option"], 3, "UUID_COMPACT_OPTION"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_known_by_the_end_of_its_path() {
        for (path, expected) in [
            ("chrono::serde::ts_seconds", Some("EPOCH_SECONDS")),
            ("::chrono::naive::serde::ts_milliseconds_option", Some("EPOCH_MILLIS_OPTION")),
            ("platform::chrono::serde::ts_seconds", Some("EPOCH_SECONDS")),
            ("ts_nanoseconds::deserialize", Some("EPOCH_NANOS")),
            ("chrono :: serde :: ts_microseconds :: serialize", Some("EPOCH_MICROS")),
            ("millis", Some("MILLIS")),
            ("user_events::time::millis", Some("MILLIS")),
            ("user_events_core::time::millis::option", Some("MILLIS_OPTION")),
            ("time::serde::rfc3339::option", Some("TIME_RFC3339_OPTION")),
            ("rfc3339", Some("TIME_RFC3339")),
            ("time::serde::timestamp", Some("EPOCH_SECONDS")),
            ("timestamp::milliseconds::option", Some("TIME_EPOCH_MILLIS_OPTION")),
            ("serde::timestamp::milliseconds", Some("TIME_EPOCH_MILLIS")),
            ("rust_decimal::serde::str", Some("DECIMAL_STR")),
            ("uuid::serde::simple", Some("UUID_SIMPLE")),
            ("crate::ts_seconds", None),
            ("crate::chrono::ts_seconds", None),
            ("self::millis", None),
            ("str", None),
            ("option", None),
            ("timestamp", None),
            ("simple", None),
            ("serialize", None),
            ("", None),
        ] {
            assert_eq!(known(path), expected, "{path}");
        }
    }
}
