//! [`check_names`]: names that cannot be, refused before the broker sees them.

use user_events_core::{Object, QueueSpec, Topology, TransportError};

use super::topology_error;

/// The longest name of an exchange, or pattern of a binding: AMQP carries it as a short string, whose length is one byte.
const LONGEST: usize = 255;

/// Refuses names that cannot be: to a broker, an empty queue name means that it chooses one.
pub(super) fn check_names(topology: &Topology) -> Result<(), TransportError> {
    let exchanges = topology.exchanges.iter().map(|name| ("exchange", name, LONGEST));
    let queues = topology.queues.iter().map(|queue| ("queue", &queue.name, QueueSpec::MAX_NAME_BYTES));
    for (what, name, longest) in exchanges.chain(queues) {
        if name.is_empty() {
            return Err(topology_error(format!("the name of a {what} is empty")));
        }
        if name.len() > longest {
            return Err(topology_error(format!("the name of {what} `{name}` is longer than {longest} bytes")));
        }
    }
    for queue in &topology.queues {
        if let Some(binding) = queue.bindings.iter().find(|binding| binding.pattern.as_str().len() > LONGEST) {
            let object = Object::Binding { queue: queue.name.clone(), binding: binding.clone() };
            return Err(topology_error(format!("the pattern of the {object} is longer than {LONGEST} bytes")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use user_events_core::Binding;

    use super::*;

    #[test]
    fn a_name_that_a_broker_would_replace_or_cut_is_refused() {
        let refusal = |topology: Topology| check_names(&topology).map_err(|error| error.to_string());
        assert_eq!(refusal(Topology::new().with_queue(QueueSpec::new(""))), Err("the name of a queue is empty".into()));
        assert!(refusal(Topology::new().with_queue(QueueSpec::new("q".repeat(201)))).is_err(), "as everywhere");
        assert_eq!(refusal(Topology::new().with_queue(QueueSpec::new("q".repeat(200)))), Ok(()));
        assert!(refusal(Topology::new().with_exchange("")).is_err());
        assert!(refusal(Topology::new().with_exchange("x".repeat(256))).is_err());
        let long = QueueSpec::new("q").bind(Binding::new("x", "k".repeat(256).as_str()));
        assert!(refusal(Topology::new().with_queue(long)).unwrap_err().contains("binding of queue `q`"));
    }
}
