//! `topology`: plans, applies and verifies what consumers need on the broker.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use tokio::time::Instant;
use user_events_core::{Action, Object, Plan, QueueSpec, Shown, Step, Topology, TopologyMode, Transport as _};
use user_events_rabbit::RabbitTransport;

use crate::args::{TopologyArgs, TopologyCommand};
use crate::broker::BrokerArgs;
use crate::error::{Error, output};
use crate::exit::Exit;
use crate::say::say;
use crate::style;

mod document;

/// How long the goodbye to the broker may take.
const GOODBYE: std::time::Duration = std::time::Duration::from_secs(5);

/// Plans, applies or verifies.
pub(crate) async fn run(args: TopologyArgs, broker: &BrokerArgs) -> Result<Exit, Error> {
    let (TopologyCommand::Plan(consumers) | TopologyCommand::Apply(consumers) | TopologyCommand::Verify(consumers)) =
        &args.command;
    let queues = consumers.files.iter().map(|path| document::read(path)).collect::<Result<Vec<QueueSpec>, _>>()?;
    for queue in queues.iter().filter(|queue| queue.bindings.is_empty()) {
        say(format_args!("consumer `{}` is bound to nothing: it would receive nothing", Shown::new(&queue.name)));
    }
    let topology = queues.into_iter().fold(Topology::new(), Topology::with_queue);
    let transport = RabbitTransport::connect(broker.config()?).await?;
    let found = transport.plan(&topology).await?;
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
    print(found, "would be declared")?;
    refuse_differences(found, "`apply` would change nothing")?;
    refuse_closed(found)?;
    match count(found, is_missing) {
        0 => say(format_args!("nothing would be declared{}", exceptions(found))),
        missing => say(format_args!("{missing} would be declared{}", exceptions(found))),
    }
    Ok(Exit::Done)
}

fn verify(found: &Plan) -> Result<Exit, Error> {
    print(found, "missing")?;
    refuse_differences(found, REPLACE)?;
    if count(found, is_missing) > 0 {
        let missing = named(found, is_missing).join(", ");
        let sentence = format!("missing: {missing}; `user-events topology apply` declares what is missing");
        return Err(Error::new(Exit::Topology, sentence));
    }
    refuse_closed(found)?;
    say(format_args!("exchanges and queues exist as they are described{}", exceptions(found)));
    Ok(Exit::Done)
}

async fn apply(found: &Plan, transport: &RabbitTransport, topology: &Topology) -> Result<Exit, Error> {
    if count(found, differs) > 0 {
        print(found, "missing")?;
        refuse_differences(found, &format!("nothing was declared; {REPLACE}"))?;
    }
    refuse_closed(found)?;
    let mut applied = transport.apply(topology, TopologyMode::Declare).await?;
    for step in &mut applied.steps {
        // To declare what exists is no change.
        if found.action(&step.object) == Some(&Action::Exists) {
            step.action = Action::Exists;
        }
    }
    print(&applied, "missing")?;
    match count(found, is_missing) {
        0 => say("nothing was missing; bindings were made sure of"),
        missing => say(format_args!("{missing} declared")),
    }
    Ok(Exit::Done)
}

/// What can be done about an object that differs.
const REPLACE: &str = "delete what differs once it is drained, or take another name";

fn refuse_differences(found: &Plan, advice: &str) -> Result<(), Error> {
    if count(found, differs) == 0 {
        return Ok(());
    }
    let differing = named(found, differs).join(", ");
    Err(Error::new(Exit::Topology, format!("with other arguments: {differing}; {advice}")))
}

/// Queues are the consumer's own, and are compared; an exchange may be another's.
fn refuse_closed(found: &Plan) -> Result<(), Error> {
    let closed = |step: &&Step| step.action == Action::NotCompared && matches!(step.object, Object::Queue(_));
    let Some(Step { object, .. }) = found.steps.iter().find(closed) else { return Ok(()) };
    let sentence = format!("{object} exists, and is not compared: the user needs the right to configure it");
    Err(Error::new(Exit::Unauthorized, sentence))
}

fn named(plan: &Plan, is: impl Fn(&Action) -> bool) -> Vec<String> {
    plan.steps.iter().filter(|step| is(&step.action)).map(|step| step.object.to_string()).collect()
}

fn count(plan: &Plan, is: impl Fn(&Action) -> bool) -> usize {
    plan.steps.iter().filter(|step| is(&step.action)).count()
}

fn is_missing(action: &Action) -> bool {
    *action == Action::Missing
}

fn differs(action: &Action) -> bool {
    matches!(action, Action::Differs(_))
}

/// What makes sure of what was not checked.
const APPLY: &str = ": `user-events topology apply` makes sure of them";

/// What was not found out.
fn exceptions(found: &Plan) -> String {
    let (mut closed, mut bindings) = (String::new(), 0);
    for Step { object, action, .. } in &found.steps {
        match (object, action) {
            (Object::Binding { .. }, Action::NotChecked) => bindings += 1,
            // Writing to a String does not fail.
            (_, Action::NotCompared) => {
                let _ = write!(closed, "; {object} was not compared, since this user may not configure it");
            }
            _ => {}
        }
    }
    match bindings {
        0 => closed,
        1 => format!("{closed}; 1 binding was not checked, since AMQP cannot list bindings{APPLY}"),
        bindings => format!("{closed}; {bindings} bindings were not checked, since AMQP cannot list bindings{APPLY}"),
    }
}

/// A line for each object, which may hold three names of 255 bytes.
fn print(plan: &Plan, missing: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    let width = missing.len().max("not compared".len());
    for Step { object, action, .. } in &plan.steps {
        let (word, style) = match action {
            Action::Exists => ("exists", style::GOOD),
            Action::Declared => ("declared", style::WARNING),
            Action::Missing => (missing, style::WARNING),
            Action::Differs(_) => ("differs", style::ERROR),
            Action::NotCompared => ("not compared", style::WARNING),
            _ => ("not checked", style::ASIDE),
        };
        let difference = match action {
            Action::Differs(difference) => format!(": {difference}"),
            _ => String::new(),
        };
        let line = format!("{object}{difference}");
        writeln!(out, "{style}{word:<width$}{style:#}  {}", Shown::up_to(&line, 2048)).map_err(output)?;
    }
    io::Write::flush(&mut out).map_err(output)
}
