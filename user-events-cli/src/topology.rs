//! `topology`: plans, applies and verifies what consumers need on the broker.

use std::io::{self, Write as _};

use tokio::time::Instant;
use user_events_core::{Action, Plan, QueueSpec, Shown, Step, Topology, TopologyMode, Transport as _};
use user_events_rabbit::RabbitTransport;

use crate::args::{TopologyArgs, TopologyCommand};
use crate::broker::BrokerArgs;
use crate::error::{Error, output};
use crate::exit::Exit;
use crate::style;

mod document;

/// How long the goodbye to the broker may take.
const GOODBYE: std::time::Duration = std::time::Duration::from_secs(5);

/// Plans, applies or verifies.
pub(crate) async fn run(args: TopologyArgs, broker: &BrokerArgs) -> Result<Exit, Error> {
    let (TopologyCommand::Plan(consumers) | TopologyCommand::Apply(consumers) | TopologyCommand::Verify(consumers)) =
        &args.command;
    let queues = consumers.files.iter().map(|path| document::read(path)).collect::<Result<Vec<QueueSpec>, _>>()?;
    let topology = queues.into_iter().fold(Topology::new(), Topology::with_queue);
    let transport = RabbitTransport::connect(broker.config()?).await?;
    let found = transport.apply(&topology, TopologyMode::Plan).await?;
    let ended = match args.command {
        TopologyCommand::Plan(_) => plan(&found),
        TopologyCommand::Verify(_) => verify(&found),
        TopologyCommand::Apply(_) => apply(&found, &transport, &topology).await,
    };
    // What was asked is answered.
    let _ = transport.close((Instant::now() + GOODBYE).into_std()).await;
    ended
}

fn plan(found: &Plan) -> Result<Exit, Error> {
    print(&found.steps, "would be declared")?;
    refuse_differences(found, "`apply` would change nothing")?;
    match count(found, is_missing) {
        0 => anstream::eprintln!("nothing would be declared{}", unchecked(found)),
        missing => anstream::eprintln!("{missing} would be declared{}", unchecked(found)),
    }
    Ok(Exit::Done)
}

fn verify(found: &Plan) -> Result<Exit, Error> {
    print(&found.steps, "missing")?;
    refuse_differences(found, REPLACE)?;
    let missing = names(found, is_missing);
    if !missing.is_empty() {
        let sentence =
            format!("missing: {}; `user-events topology apply` declares what is missing", missing.join(", "));
        return Err(Error::new(Exit::Topology, sentence));
    }
    anstream::eprintln!("everything exists as it is described{}", unchecked(found));
    Ok(Exit::Done)
}

async fn apply(found: &Plan, transport: &RabbitTransport, topology: &Topology) -> Result<Exit, Error> {
    if count(found, differs) > 0 {
        print(&found.steps, "missing")?;
        refuse_differences(found, &format!("nothing was declared; {REPLACE}"))?;
    }
    let applied = transport.apply(topology, TopologyMode::Declare).await?;
    // To declare what exists is no change.
    let done = applied.steps.into_iter().zip(&found.steps).map(|(mut step, found)| {
        if found.action == Action::Exists {
            step.action = Action::Exists;
        }
        step
    });
    print(&done.collect::<Vec<_>>(), "declared")?;
    match count(found, is_missing) {
        0 => anstream::eprintln!("nothing was missing"),
        missing => anstream::eprintln!("{missing} declared"),
    }
    Ok(Exit::Done)
}

/// What can be done about an object that differs.
const REPLACE: &str = "delete what differs once it is drained, or take another name";

fn refuse_differences(found: &Plan, advice: &str) -> Result<(), Error> {
    match names(found, differs) {
        names if names.is_empty() => Ok(()),
        names => Err(Error::new(Exit::Topology, format!("with other arguments: {}; {advice}", names.join(", ")))),
    }
}

fn names(plan: &Plan, is: impl Fn(&Action) -> bool) -> Vec<&str> {
    plan.steps.iter().filter(|step| is(&step.action)).map(|step| &*step.object).collect()
}

fn is_missing(action: &Action) -> bool {
    *action == Action::Missing
}

fn differs(action: &Action) -> bool {
    matches!(action, Action::Differs(_))
}

fn count(plan: &Plan, is: impl Fn(&Action) -> bool) -> usize {
    names(plan, is).len()
}

/// AMQP has no question for bindings.
fn unchecked(found: &Plan) -> String {
    match count(found, |action| *action == Action::NotChecked) {
        0 => String::new(),
        1 => "; 1 binding was not checked, since AMQP cannot list bindings".to_owned(),
        bindings => format!("; {bindings} bindings were not checked, since AMQP cannot list bindings"),
    }
}

/// A line for each object.
fn print(steps: &[Step], missing: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    for Step { object, action, .. } in steps {
        let (word, style) = match action {
            Action::Exists => ("exists", style::GOOD),
            Action::Declared => ("declared", style::WARNING),
            Action::Missing => (missing, style::WARNING),
            Action::Differs(_) => ("differs", style::ERROR),
            _ => ("not checked", style::ASIDE),
        };
        let difference = match action {
            Action::Differs(difference) => format!(": {difference}"),
            _ => String::new(),
        };
        let (object, difference) = (Shown::new(object), Shown::new(&difference));
        let width = missing.len().max("not checked".len());
        writeln!(out, "{style}{word:<width$}{style:#}  {object}{difference}").map_err(output)?;
    }
    io::Write::flush(&mut out).map_err(output)
}
