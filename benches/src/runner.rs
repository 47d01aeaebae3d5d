//! [`Runner`]: laps, each in a process of its own, so that the CPU time is one contestant's alone.

use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use tokio::process::Command;
use tokio::runtime::{self, Runtime};

use crate::broker::{Broker, QueueKind};
use crate::contest::{Contest, Contestant, PUBLISHERS, SLICE};
use crate::lap::Lap;
use crate::{memory, ours, raw};

/// Runs laps on one broker, which it starts when the first lap needs it.
pub(crate) struct Runner {
    queue: QueueKind,
    broker: Option<Broker>,
}

impl Runner {
    pub(crate) const fn new(queue: QueueKind) -> Self {
        Self { queue, broker: None }
    }

    /// Runs one lap, and checks what it left in the queue.
    pub(crate) async fn lap(&mut self, contest: Contest, contestant: Contestant, messages: u64) -> Result<Lap> {
        let lap = match contest {
            Contest::Memory => in_child(contest, contestant, messages, "").await,
            Contest::Publish | Contest::PublishAll => {
                let broker = self.broker().await?;
                broker.empty().await?;
                let lap = in_child(contest, contestant, messages, broker.uri()).await?;
                broker.expect(messages).await.map(|()| lap)
            }
            Contest::Consume => {
                let broker = self.broker().await?;
                broker.empty().await?;
                broker.fill(messages).await?;
                broker.expect(messages).await?;
                let lap = in_child(contest, contestant, messages, broker.uri()).await?;
                broker.expect(0).await.map(|()| lap)
            }
        };
        lap.with_context(|| format!("{contestant}: {contest}"))
    }

    async fn broker(&mut self) -> Result<&Broker> {
        if self.broker.is_none() {
            self.broker = Some(Broker::start(self.queue).await?);
        }
        self.broker.as_ref().context("the broker has started")
    }
}

/// Runs a lap in a new process of this program.
async fn in_child(contest: Contest, contestant: Contestant, messages: u64, uri: &str) -> Result<Lap> {
    let mut child = Command::new(std::env::current_exe()?);
    child.arg("lap").arg(name(contest)).arg(name(contestant)).arg(uri).arg("--messages").arg(messages.to_string());
    let output = child.stdout(Stdio::piped()).kill_on_drop(true).spawn()?.wait_with_output().await?;
    ensure!(output.status.success(), "the lap's process ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What a value is called on the command line.
pub(crate) fn name(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Runs a lap in this process.
pub(crate) fn lap(contest: Contest, contestant: Contestant, messages: u64, uri: String) -> Result<Lap> {
    if contest == Contest::Memory {
        // On one thread, so that what is measured is one core.
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(memory::publish_and_handle(messages));
    }
    let runtime = Runtime::new()?;
    // As a task, since to wake the main thread costs more CPU time than to wake a worker.
    runtime.block_on(runtime.spawn(over_rabbit(contest, contestant, messages, uri)))?
}

async fn over_rabbit(contest: Contest, contestant: Contestant, messages: u64, uri: String) -> Result<Lap> {
    match (contest, contestant) {
        (Contest::Publish, Contestant::UserEvents) => ours::publish(&uri, messages).await,
        (Contest::Publish, Contestant::Lapin) => raw::publish(&uri, messages, PUBLISHERS).await,
        (Contest::PublishAll, Contestant::UserEvents) => ours::publish_all(&uri, messages).await,
        (Contest::PublishAll, Contestant::Lapin) => raw::publish(&uri, messages, SLICE).await,
        (Contest::Consume, Contestant::UserEvents) => ours::consume(&uri, messages).await,
        (Contest::Consume, Contestant::Lapin) => raw::consume(&uri, messages).await,
        (Contest::Memory, _) => bail!("in memory there is no broker"),
    }
}
