//! `listen`: shows what passes on an exchange.

use std::future::pending;
use std::time::Duration;

use chrono::Utc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep, timeout};
use user_events_core::Shown;
use user_events_rabbit::{RabbitConfig, RabbitObserver};

use crate::args::{Format, ListenArgs};
use crate::error::Error;
use crate::exit::Exit;
use crate::interrupt::{GRACE, Interrupt};
use crate::output::Output;
use crate::say::say;
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
    let mut interrupt = Interrupt::listen()?;
    announce(&args);
    let time = args.time;
    let mut listener = Listener::new(args);
    let outcome = tokio::select! {
        outcome = listener.follow(&mut observer) => outcome,
        () = after(time) => Ok(()),
        () = interrupt.asked() => Ok(()),
    };
    let outcome = outcome.and(listener.output.finish().await);
    listener.leave(observer).await;
    listener.summarize();
    outcome.map(|()| Exit::Done)
}

async fn after(time: Option<Duration>) {
    match time {
        Some(time) => sleep(time).await,
        None => pending().await,
    }
}

fn announce(args: &ListenArgs) {
    let ListenArgs { exchange, keys, .. } = args;
    let keys: Vec<_> = keys.iter().map(|key| format!("`{}`", Shown::new(key.as_str()))).collect();
    say(format_args!("listening on exchange `{}` for {}; ctrl-c ends it", Shown::new(exchange), keys.join(" and ")));
}

/// What is shown, and what was.
struct Listener {
    filter: Filter,
    format: Format,
    payload: bool,
    count: Option<u64>,
    table: Table,
    output: Output,
    shown: u64,
    passed_over: u64,
    dropped: u64,
}

impl Listener {
    fn new(args: ListenArgs) -> Self {
        let ListenArgs { types, source, correlation_id, payload, format, count, .. } = args;
        let filter = Filter { types, source, correlation_id };
        let (table, output) = (Table::new(), Output::default());
        Self { filter, format, payload, count, table, output, shown: 0, passed_over: 0, dropped: 0 }
    }

    /// Shows what comes, until it is enough.
    async fn follow(&mut self, observer: &mut RabbitObserver) -> Result<(), Error> {
        let mut checks = interval_at(Instant::now() + CHECK, CHECK);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.has_enough() {
            tokio::select! {
                message = observer.next() => self.show(Seen::new(message?, Utc::now())).await?,
                _ = checks.tick() => self.note_dropped(observer.take_dropped().await?),
            }
        }
        Ok(())
    }

    /// Asks a last time what was dropped, and says goodbye to the broker. One that does not answer is left alone.
    async fn leave(&mut self, mut observer: RabbitObserver) {
        let goodbye = async {
            if let Ok(dropped) = observer.take_dropped().await {
                self.note_dropped(dropped);
            }
            observer.close().await;
        };
        let _ = timeout(GRACE, goodbye).await;
    }

    fn has_enough(&self) -> bool {
        self.count.is_some_and(|count| self.shown >= count)
    }

    async fn show(&mut self, seen: Seen) -> Result<(), Error> {
        if !self.filter.lets_pass(&seen) {
            self.passed_over += 1;
            return Ok(());
        }
        self.shown += 1;
        let text = match self.format {
            Format::Text => self.table.row(&seen, self.payload),
            Format::Json => json::line(&seen, self.payload),
        };
        // It may be large, and its reader slow.
        drop(seen);
        self.output.push(text);
        self.output.written().await
    }

    fn note_dropped(&mut self, dropped: Option<u32>) {
        let Some(dropped @ 1..) = dropped else { return };
        self.dropped += u64::from(dropped);
        let warning = style::WARNING;
        say(format_args!(
            "{warning}warning{warning:#}: at least {dropped} messages were dropped, because this listener did not keep up"
        ));
    }

    fn summarize(&self) {
        let Self { shown, passed_over, dropped, .. } = self;
        let passed_over = if *passed_over > 0 { format!(", {passed_over} filtered out") } else { String::new() };
        let dropped = if *dropped > 0 { format!(", at least {dropped} dropped") } else { String::new() };
        let messages = if *shown == 1 { "message" } else { "messages" };
        say(format_args!("{shown} {messages} shown{passed_over}{dropped}"));
    }
}
