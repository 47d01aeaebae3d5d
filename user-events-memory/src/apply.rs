//! [`apply`] and [`plan`]: what a topology does to a broker in memory, and what it finds there.

use user_events_core::{
    Action, Object, Plan, QueueKind, Topology, TopologyMode, TransportError, TransportErrorKind, is_dead_letter_queue,
};

/// What a broker in memory has of a topology, and can add.
pub(crate) trait Objects {
    /// Whether it exists.
    fn find(&self, object: &Object, kind: QueueKind) -> Action;

    /// Adds what does not exist.
    fn declare(&mut self, object: &Object, kind: QueueKind);
}

/// Says what exists.
pub(crate) fn plan(broker: &impl Objects, topology: &Topology) -> Plan {
    let mut plan = Plan::new();
    for (object, kind) in objects(topology) {
        let found = broker.find(&object, kind);
        plan.push(object, found);
    }
    plan
}

/// Adds what does not exist, verifies that everything does, or trusts so.
pub(crate) fn apply(
    broker: &mut impl Objects,
    topology: &Topology,
    mode: TopologyMode,
) -> Result<Plan, TransportError> {
    if mode != TopologyMode::Assume {
        // Before anything is declared: an error changes nothing.
        plan(broker, topology).steps.iter().try_for_each(|step| refuse(mode, &step.object, &step.action))?;
    }
    let mut applied = Plan::new();
    for (object, kind) in objects(topology) {
        let action = match (mode, broker.find(&object, kind)) {
            (TopologyMode::Assume, _) => Action::NotChecked,
            (TopologyMode::Declare, Action::Missing | Action::NotChecked) => {
                broker.declare(&object, kind);
                Action::Declared
            }
            (_, found) => found,
        };
        applied.push(object, action);
    }
    Ok(applied)
}

/// What a topology consists of, each after what it needs, with the kind of queues.
fn objects(topology: &Topology) -> Vec<(Object, QueueKind)> {
    let exchanges = topology.exchanges.iter().map(|name| (Object::Exchange(name.clone()), QueueKind::default()));
    let mut objects: Vec<_> = exchanges.collect();
    for queue in &topology.queues {
        let name = &queue.name;
        let letters = (!is_dead_letter_queue(name)).then(|| queue.dead_letter_queue());
        let queues = [Some(name.clone()), letters].into_iter().flatten().map(Object::Queue);
        let bindings =
            queue.bindings.iter().map(|binding| Object::Binding { queue: name.clone(), binding: binding.clone() });
        objects.extend(queues.chain(bindings).map(|object| (object, queue.kind)));
    }
    objects
}

fn refuse(mode: TopologyMode, object: &Object, found: &Action) -> Result<(), TransportError> {
    match found {
        Action::Differs(difference) => Err(topology_error(format!(
            "{object} exists with another `{}`: it is {}, not {}",
            difference.argument, difference.found, difference.wanted
        ))),
        Action::Missing if mode == TopologyMode::Verify => Err(topology_error(format!("{object} does not exist"))),
        _ => Ok(()),
    }
}

pub(crate) fn topology_error(message: String) -> TransportError {
    TransportError::new(TransportErrorKind::Topology, message)
}
