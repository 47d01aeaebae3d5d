//! [`Records`]: everything that was logged, as subscribers are given it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::canary;

/// What the guide tells operators to filter by.
const RECOMMENDED: &str = "info,lapin=off,lapin::returned_messages=off";
/// And, where lapin is to be heard. At TRACE it shows every frame, bodies and all.
const LAPIN_HEARD: &str = "debug,lapin::returned_messages=off";

/// What separates lines, turns the direction of writing or is not seen, but is no control character.
const HARMFUL: [char; 8] =
    ['\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{200b}', '\u{2060}', '\u{feff}'];

/// Everything that was logged, as subscribers are given it: texts as they are, before any formatting.
#[derive(Debug, Clone, Default)]
pub struct Records(Arc<Mutex<Vec<Logged>>>);

/// One value of one event or span.
#[derive(Debug, Clone)]
pub struct Logged {
    /// Who logged it.
    pub target: &'static str,
    /// The field, `message` for the sentence.
    pub field: &'static str,
    /// The value.
    pub value: String,
}

/// What one process logged, by what was listened to.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// Our own crates, at every level.
    pub ours: Records,
    /// Everybody, filtered as the guide recommends.
    pub recommended: Records,
    /// Everybody at DEBUG, lapin included, but not its returned messages.
    pub lapin_heard: Records,
    /// lapin at WARN: where its filter is missing.
    pub unfiltered: Records,
}

impl Captured {
    /// Listens to the whole process from now on. Once in a process.
    ///
    /// # Panics
    ///
    /// Somebody listens already.
    #[must_use]
    pub fn start() -> Self {
        let this = Self::default();
        let ours = ["user_events", "user_events_core", "user_events_rabbit", "user_events_memory", "hostile"];
        let ours = ours.map(|target| format!("{target}=trace")).join(",");
        tracing_subscriber::registry()
            .with(this.ours.clone().with_filter(EnvFilter::new(ours)))
            .with(this.recommended.clone().with_filter(EnvFilter::new(RECOMMENDED)))
            .with(this.lapin_heard.clone().with_filter(EnvFilter::new(LAPIN_HEARD)))
            .with(this.unfiltered.clone().with_filter(EnvFilter::new("lapin=warn")))
            .init();
        this
    }
}

impl Records {
    /// All that was logged so far.
    #[must_use]
    pub fn all(&self) -> Vec<Logged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// That no value shows a canary.
    ///
    /// # Panics
    ///
    /// One does.
    #[track_caller]
    pub fn assert_silent(&self) {
        let logged = self.all();
        let values: BTreeSet<&str> = logged.iter().map(|logged| logged.value.as_str()).collect();
        for value in values {
            assert_eq!(canary::found_in(value), None, "{value}");
        }
    }

    /// That no value can break a line, drive a terminal or fill a disk, however it is printed.
    ///
    /// # Panics
    ///
    /// One can.
    #[track_caller]
    pub fn assert_harmless(&self) {
        const LONGEST: usize = 5000;
        for logged in self.all() {
            let value = &logged.value;
            // What the victim's own handlers log is their choice.
            let of_ours = logged.target.starts_with("user_events");
            assert!(
                !of_ours || value.len() <= LONGEST,
                "{} bytes in {} of {}",
                value.len(),
                logged.field,
                logged.target
            );
            let harmful = value.chars().find(|c| c.is_control() || HARMFUL.contains(c));
            assert_eq!(harmful, None, "{logged:?}");
        }
    }

    /// That something was logged that contains this.
    ///
    /// # Panics
    ///
    /// Nothing was.
    #[track_caller]
    pub fn assert_has(&self, part: &str) {
        assert!(self.all().iter().any(|logged| logged.value.contains(part)), "nothing was logged with `{part}`");
    }

    fn visit(&self, metadata: &'static Metadata<'static>, record: impl FnOnce(&mut dyn Visit)) {
        let mut values = Values { target: metadata.target(), values: Vec::new() };
        record(&mut values);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(values.values);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Records {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.visit(event.metadata(), |values| event.record(values));
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.visit(attributes.metadata(), |values| attributes.record(values));
    }

    fn on_record(&self, span: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(span) else { return };
        self.visit(span.metadata(), |values| record.record(values));
    }
}

struct Values {
    target: &'static str,
    values: Vec<Logged>,
}

impl Visit for Values {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.values.push(Logged { target: self.target, field: field.name(), value: value.to_owned() });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
