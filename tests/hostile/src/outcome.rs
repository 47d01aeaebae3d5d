//! [`Outcome`]: what has become of the whole table.

use std::collections::BTreeMap;

use user_events::prelude::*;
use user_events::{Consumable, ConsumerHealth, DeadLetter, Health, Link, Reason, Stopped};
use user_events_core::{DecodeError, InboundMessage, Matched, envelope};

use crate::{Everything, Expected, Fault, Good, Place, QUEUE, Quoting, Row, To, canary};

/// No header that the framework writes is longer.
const MAX_HEADER: usize = 255;
/// But this one.
const ERROR: (&str, usize) = ("ue-error", 4096);

/// What has become of the whole table.
#[derive(Debug)]
pub struct Outcome {
    /// How often the handlers were given each row, by its name.
    pub rows: BTreeMap<String, usize>,
    /// The good events, in the order in which they were handled.
    pub good: Vec<usize>,
    /// What lies in the dead letter queue.
    pub letters: Vec<DeadLetter>,
    /// How many deliveries there were.
    pub delivered: usize,
    /// The consumer before it was stopped.
    pub consumer: ConsumerHealth,
    /// The bus at that time.
    pub bus: Health,
    /// What the consumer says it did.
    pub stopped: Stopped,
}

impl Outcome {
    /// That every row has become what it says, and everything else was left alone.
    ///
    /// # Panics
    ///
    /// With all that is otherwise.
    #[track_caller]
    pub fn assert_as_told(&self, table: &[Row]) {
        let mut wrong = Vec::new();
        let mut letters = BTreeMap::<&str, Vec<&DeadLetter>>::new();
        for letter in &self.letters {
            letters.entry(letter.message().headers.get_str("row").unwrap_or_default()).or_default().push(letter);
        }
        for row in table {
            let handled = self.rows.get(&row.name).copied().unwrap_or_default();
            let found = letters.remove(row.name.as_str()).unwrap_or_default();
            if let Err(what) = judge(row, handled, &found) {
                wrong.push(format!("{}: {what}", row.name));
            }
        }
        wrong.extend(letters.keys().map(|name| format!("a letter that no row is about: {name}")));
        let of = wrong.len();
        wrong.truncate(60);
        assert!(
            wrong.is_empty(),
            "{of} of {} rows have not become what they should:\n{}",
            table.len(),
            wrong.join("\n")
        );
    }

    /// That every good event was handled once, in order, by a consumer that lives and holds nothing.
    ///
    /// # Panics
    ///
    /// It is otherwise.
    #[track_caller]
    pub fn assert_alive(&self, table: &[Row]) {
        assert!(self.good.iter().copied().eq(0..table.len()), "{:?}", self.good);
        let letters = table.iter().filter(|row| row.expected != Expected::Handled).count() as u64;
        let handled = 2 * table.len() as u64 - letters;
        assert_eq!(self.delivered, 2 * table.len(), "something was delivered again");
        assert_eq!((self.stopped.handled, self.stopped.dead_lettered), (handled, letters));
        assert_eq!(self.stopped.given_back, 0);
        assert!(self.consumer.running && self.consumer.held == 0, "{:?}", self.consumer);
        assert_eq!(self.bus.link, Link::Connected);
        assert_eq!(self.bus.stale_settlements, 0);
    }

    /// That no letter shows a canary, but where the sender has put it.
    ///
    /// # Panics
    ///
    /// One does.
    #[track_caller]
    pub fn assert_letters_silent(&self) {
        for letter in &self.letters {
            let written = letter.message().headers.iter().filter(|(name, _)| is_written(name));
            let written: String = written.map(|(name, value)| format!("{name}: {}\n", value.escape_ascii())).collect();
            let name = letter.message().headers.get_str("row");
            assert_eq!(canary::found_in(&written), None, "{name:?}\n{written}");
            let debug = format!("{letter:?} {:?}", letter.message());
            assert_eq!(canary::found_in(&debug), None, "{name:?}\n{debug}");
        }
    }
}

/// Whether the framework has written the header, rather than kept it.
fn is_written(name: &str) -> bool {
    name.starts_with("ue-") && name != "ue-causation-id"
}

fn judge(row: &Row, handled: usize, letters: &[&DeadLetter]) -> Result<(), String> {
    let ensure = |holds: bool, what: &dyn Fn() -> String| if holds { Ok(()) } else { Err(what()) };
    let errors = || letters.iter().map(|letter| letter.error()).collect::<Vec<_>>();
    let times = match row.expected {
        Expected::Handled => (1, 0),
        Expected::Letter(Reason::Failed) => (1, 1),
        _ => (0, 1),
    };
    let seen = (handled, letters.len());
    ensure(seen == times, &|| format!("{seen:?} times handled and dead-lettered, not {times:?}: {:?}", errors()))?;
    let Some(letter) = letters.first() else { return Ok(()) };
    let reason = match row.expected {
        Expected::Letter(reason) => reason,
        _ => Reason::Decode,
    };
    ensure(letter.reason() == Some(reason), &|| format!("{:?}: {}", letter.reason(), letter.error()))?;
    if let Expected::Undecodable(fault) = &row.expected {
        let error = diagnose(&row.delivered()).ok_or("it can be decoded")?;
        ensure(matches(&error, fault), &|| format!("{:?} at `{}`: {error}", error.kind(), error.path()))?;
        ensure(letter.error() == error.to_string(), &|| format!("the letter says {}, not {error}", letter.error()))?;
    }
    let message = letter.message();
    ensure(message.body == row.body, &|| "the body is another".to_owned())?;
    ensure(message.properties == row.properties, &|| format!("{:?}", message.properties))?;
    ensure(letter.queue() == QUEUE, &|| letter.queue().to_owned())?;
    let attempts: Vec<_> = message.headers.iter().filter(|(name, _)| *name == "ue-attempt").collect();
    ensure(attempts.len() == 1 && attempts[0].1 == "1", &|| format!("attempts {attempts:?}"))?;
    ensure(row.to == To::Queue || letter.origin() == row.address(), &|| format!("from {:?}", letter.origin()))?;
    for (name, value) in message.headers.iter().filter(|(name, _)| is_written(name)) {
        let max = if name == ERROR.0 { ERROR.1 } else { MAX_HEADER };
        ensure(value.len() <= max, &|| format!("header `{name}` has {} bytes", value.len()))?;
    }
    Ok(())
}

/// What a reader of the message is told.
#[must_use]
fn diagnose(message: &InboundMessage) -> Option<DecodeError> {
    let recognised = match envelope::recognise(message, &[]) {
        Ok(recognised) => recognised,
        Err(error) => return Some(error),
    };
    match recognised.message_type.as_deref()? {
        "Good.v1" => Good::decode(message, Matched::standard(Good::META)).err(),
        "Quoting.v1" => Quoting::decode(message, Matched::standard(Quoting::META)).err(),
        _ => Everything::decode(message, Matched::standard(Everything::META)).err(),
    }
}

fn matches(error: &DecodeError, fault: &Fault) -> bool {
    let told = error.line() > 0;
    error.kind() == fault.kind
        && match fault.place {
            Place::Field(path) => told && error.path() == path,
            Place::Somewhere => told,
            Place::Property(name) => !told && error.path() == name,
        }
}
