//! Publishing many events, without waiting for one another's confirms.

use std::cell::Cell;
use std::io;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{interval, sleep};
use user_events::{Publisher, shutdown_signal};
use user_service::UserEvent;

use crate::args::Args;
use crate::outcome::Outcome;
use crate::summary::Summary;
use crate::{GRACE, publish};

/// So many publishes wait for their confirms at once.
const IN_FLIGHT: usize = 1024;

/// Publishes as many events as asked for, in turn, at the rate asked for, and prints each outcome.
///
/// Asked to end, it publishes nothing more and waits for the outcomes that are still open.
pub(crate) async fn publish(publisher: &Publisher, events: &[UserEvent], args: &Args) -> io::Result<Summary> {
    let count = args.count.unwrap_or(events.len());
    let asked_to_end = shutdown_signal().shared();
    let out_of_patience = asked_to_end.clone().then(|()| sleep(GRACE));
    let published = Cell::new(0);
    let outcomes = stream::iter(events.iter().cycle().take(count))
        .zip(ticks(args.rate))
        .take_until(asked_to_end)
        .map(|(event, ())| {
            published.set(published.get() + 1);
            Outcome::of(publish::start(publisher, event))
        })
        .buffer_unordered(IN_FLIGHT)
        .take_until(out_of_patience);

    let mut outcomes = pin!(outcomes);
    let mut summary = Summary::default();
    while let Some(outcome) = outcomes.next().await {
        outcome.print(args.format)?;
        summary.add(outcome.verdict);
    }
    summary.unpublished = count - published.get();
    summary.unanswered = published.get() - summary.answered();
    Ok(summary)
}

/// Something to wait for before each event.
fn ticks(rate: u32) -> impl Stream<Item = ()> {
    match rate {
        0 => Either::Left(stream::repeat(())),
        rate => Either::Right(stream::unfold(interval(Duration::from_secs(1) / rate), async |mut interval| {
            interval.tick().await;
            Some(((), interval))
        })),
    }
}
