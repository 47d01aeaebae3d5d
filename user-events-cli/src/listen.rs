//! `listen`: shows what passes on an exchange.

use std::future::Future;
use std::io::Write as _;
use std::pin::pin;
use std::time::Duration;

use chrono::Utc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};
use user_events_core::Shown;
use user_events_rabbit::{RabbitConfig, RabbitObserver};

use crate::args::{Format, ListenArgs};
use crate::error::{Error, output};
use crate::exit::Exit;
use crate::interrupt::interrupted;
use crate::style;

mod filter;
mod json;
mod one_line;
mod seen;
mod table;
mod units;

use filter::Filter;
use seen::Seen;
use table::Table;

/// How often the broker is asked whether it had to drop messages.
const CHECK: Duration = Duration::from_secs(1);

/// Shows messages until it is asked to end, or has shown enough.
pub(crate) async fn run(args: ListenArgs, config: RabbitConfig) -> Result<Exit, Error> {
    let mut observer = RabbitObserver::connect(config, &args.exchange, &args.keys).await?;
    let ended = interrupted()?;
    announce(&args);
    let mut listener = Listener::new(args);
    let outcome = listener.watch(&mut observer, ended).await;
    observer.close().await;
    listener.summarize();
    outcome.map(|()| Exit::Done)
}

fn announce(args: &ListenArgs) {
    let ListenArgs { exchange, keys, .. } = args;
    let keys: Vec<_> = keys.iter().map(|key| format!("`{}`", Shown::new(key.as_str()))).collect();
    anstream::eprintln!("listening on exchange `{}` for {}; ctrl-c ends it", Shown::new(exchange), keys.join(" and "));
}

/// What is shown, and what was.
struct Listener {
    filter: Filter,
    format: Format,
    payload: bool,
    count: Option<u64>,
    time: Option<Duration>,
    table: Table,
    shown: u64,
    passed_over: u64,
    dropped: u64,
}

impl Listener {
    fn new(args: ListenArgs) -> Self {
        let ListenArgs { types, source, correlation_id, payload, format, count, time, .. } = args;
        let filter = Filter { types, source, correlation_id };
        Self { filter, format, payload, count, time, table: Table::new(), shown: 0, passed_over: 0, dropped: 0 }
    }

    async fn watch(
        &mut self,
        observer: &mut RabbitObserver,
        interrupted: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let mut interrupted = pin!(interrupted);
        let started = Instant::now();
        let end = self.time.map(|time| started + time);
        let mut checks = interval_at(started + CHECK, CHECK);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.has_enough() {
            tokio::select! {
                message = observer.next() => self.show(&Seen::new(message?, Utc::now()))?,
                _ = checks.tick() => self.note_dropped(observer.dropped().await?),
                () = sleep_until(end.unwrap_or(started)), if end.is_some() => break,
                () = &mut interrupted => break,
            }
        }
        self.note_dropped(observer.dropped().await?);
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.count.is_some_and(|count| self.shown >= count)
    }

    fn show(&mut self, seen: &Seen) -> Result<(), Error> {
        if !self.filter.lets_pass(seen) {
            self.passed_over += 1;
            return Ok(());
        }
        self.shown += 1;
        let text = match self.format {
            Format::Text => self.table.row(seen, self.payload),
            Format::Json => json::line(seen, self.payload),
        };
        anstream::stdout().lock().write_all(text.as_bytes()).map_err(output)
    }

    fn note_dropped(&mut self, dropped: Option<u32>) {
        let Some(dropped @ 1..) = dropped else { return };
        self.dropped += u64::from(dropped);
        let warning = style::WARNING;
        anstream::eprintln!(
            "{warning}warning{warning:#}: at least {dropped} messages were dropped, because this listener did not keep up"
        );
    }

    fn summarize(&self) {
        let Self { shown, passed_over, dropped, .. } = self;
        let passed_over = if *passed_over > 0 { format!(", {passed_over} filtered out") } else { String::new() };
        let dropped = if *dropped > 0 { format!(", at least {dropped} dropped") } else { String::new() };
        anstream::eprintln!("{shown} {} shown{passed_over}{dropped}", if *shown == 1 { "message" } else { "messages" });
    }
}
