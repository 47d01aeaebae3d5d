//! The queue mode's likeness to RabbitMQ.

use user_events_core::{
    Binding, OutboundMessage, PublishErrorKind, QueueKind, QueueSpec, Routed, Topology, TopologyMode, Transport,
    TransportErrorKind,
};
use user_events_memory::MemoryTransport;

use crate::support::{body, declare, finish, keyed, message, next, nothing_now, publish, soon, subscribe};

#[tokio::test(start_paused = true)]
async fn consumers_are_served_in_turn() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let (mut one, mut two) = (subscribe(&transport, "q", 8).await, subscribe(&transport, "q", 8).await);
    for text in ["a", "b", "c", "d"] {
        publish(&transport, message(text)).await.unwrap();
    }
    assert_eq!([finish(&mut *one).await, finish(&mut *one).await], ["a", "c"]);
    assert_eq!([finish(&mut *two).await, finish(&mut *two).await], ["b", "d"]);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_without_room_is_passed_over() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let (mut one, mut two) = (subscribe(&transport, "q", 1).await, subscribe(&transport, "q", 8).await);
    for text in ["a", "b", "c"] {
        publish(&transport, message(text)).await.unwrap();
    }
    assert_eq!(finish(&mut *two).await, "b");
    assert_eq!(finish(&mut *two).await, "c");
    let held = next(&mut *one).await;
    assert_eq!(body(&held), "a");
}

#[tokio::test(start_paused = true)]
async fn single_requeues_come_back_in_the_order_of_return_and_before_all_others() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let mut inbox = subscribe(&transport, "q", 5).await;
    for text in ["0", "1", "2", "3", "4", "5"] {
        publish(&transport, message(text)).await.unwrap();
    }
    let mut held = Vec::new();
    for _ in 0..5 {
        held.push(next(&mut *inbox).await);
    }
    // One after the other the room becomes free, and the first in it is what was never given out:
    // so nothing may be given out until all are back.
    inbox.pause(&[held[0].lane]);
    let lane = held[0].lane;
    held.into_iter().rev().for_each(|delivery| delivery.ticket.requeue());
    inbox.resume(&[lane]);
    let mut again = Vec::new();
    for _ in 0..6 {
        again.push(finish(&mut *inbox).await);
    }
    assert_eq!(again, ["4", "3", "2", "1", "0", "5"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_closed_subscription_leaves_comes_back_in_the_order_of_the_queue() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let mut inbox = subscribe(&transport, "q", 8).await;
    for text in ["a", "b", "c", "d"] {
        publish(&transport, message(text)).await.unwrap();
    }
    let first = next(&mut *inbox).await;
    next(&mut *inbox).await.ticket.done();
    // Requeued, it is given to the same consumer again, behind the others.
    first.ticket.requeue();
    inbox.close(soon()).await.unwrap();
    let mut inbox = subscribe(&transport, "q", 8).await;
    let again = next(&mut *inbox).await;
    assert_eq!((body(&again), again.message.redelivered, again.message.delivery_count), ("a", true, Some(2)));
    assert_eq!([finish(&mut *inbox).await, finish(&mut *inbox).await], ["c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_while_others_store() {
    let transport = MemoryTransport::builder().max_queue_len(1).queue();
    declare(&transport, "full").await;
    publish(&transport, message("a")).await.unwrap();
    declare(&transport, "free").await;
    let error = publish(&transport, message("b")).await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::Refused);
    assert!(error.to_string().contains("`full`"), "{error}");
    assert_eq!(transport.queue_messages("full").len(), 1);
    assert_eq!(transport.queue_messages("free").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn publishing_makes_an_exchange() {
    let transport = MemoryTransport::queue();
    let exchange = Topology::new().with_exchange("user.events");
    assert!(transport.apply(&exchange, TopologyMode::Verify).await.is_err());
    assert_eq!(publish(&transport, message("a")).await.unwrap().routed(), Routed::No);
    transport.apply(&exchange, TopologyMode::Verify).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_queue_of_another_kind_is_a_topology_error_that_names_the_argument() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let classic = Topology::new()
        .with_exchange("made.by.nobody")
        .with_queue(QueueSpec::new("q").with_kind(QueueKind::Classic).bind(Binding::new("user.events", "#")));
    let error = transport.apply(&classic, TopologyMode::Declare).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Topology);
    assert!(error.to_string().contains("x-queue-type"), "{error}");
    let exchange = Topology::new().with_exchange("made.by.nobody");
    assert!(transport.apply(&exchange, TopologyMode::Verify).await.is_err(), "a failed declaration left something");
}

#[tokio::test(start_paused = true)]
async fn the_plan_says_what_was_there() {
    let transport = MemoryTransport::queue();
    let topology = Topology::new().with_queue(QueueSpec::new("q").bind(Binding::new("user.events", "user.#")));
    let first = transport.apply(&topology, TopologyMode::Declare).await.unwrap();
    assert_eq!(
        first.to_string(),
        "declared     exchange `user.events`\n\
         declared     queue `q`\n\
         declared     queue `q.dlq`\n\
         declared     binding of queue `q` to `user.#` of exchange `user.events`\n"
    );
    let second = transport.apply(&topology, TopologyMode::Verify).await.unwrap();
    assert!(second.steps.iter().all(|step| step.action.to_string() == "exists"), "{second}");
}

#[tokio::test(start_paused = true)]
async fn planning_changes_nothing_and_says_what_declaring_would_find() {
    let transport = MemoryTransport::queue();
    declare(&transport, "there").await;
    let queue = |name: &str| QueueSpec::new(name).bind(Binding::new("user.events", "user.#"));
    let topology = Topology::new().with_queue(queue("there").with_kind(QueueKind::Classic)).with_queue(queue("new"));
    for _ in 0..2 {
        let plan = transport.plan(&topology).await.unwrap();
        assert_eq!(
            plan.to_string(),
            "exists       exchange `user.events`\n\
             differs      queue `there`: `x-queue-type` is quorum, classic was wanted\n\
             differs      queue `there.dlq`: `x-queue-type` is quorum, classic was wanted\n\
             missing      binding of queue `there` to `user.#` of exchange `user.events`\n\
             missing      queue `new`\n\
             missing      queue `new.dlq`\n\
             missing      binding of queue `new` to `user.#` of exchange `user.events`\n"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_default_exchange_leads_to_every_queue() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let letter = OutboundMessage::new("", "q.dlq", "letter");
    assert_eq!(publish(&transport, letter).await.unwrap().routed(), Routed::Yes);
    let letters = transport.queue_messages("q.dlq");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, "letter");
}

#[tokio::test(start_paused = true)]
async fn texts_that_amqp_cannot_carry_are_not_sent() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let error = publish(&transport, message("").with_message_id("x".repeat(256))).await.unwrap_err();
    assert_eq!(error.kind(), PublishErrorKind::NotSent);
    assert!(error.to_string().contains("message id"), "{error}");
    assert!(transport.queue_messages("q").is_empty());
}

#[tokio::test(start_paused = true)]
async fn queues_share_one_body() {
    let transport = MemoryTransport::queue();
    declare(&transport, "one").await;
    declare(&transport, "two").await;
    publish(&transport, keyed("k", "shared")).await.unwrap();
    let (one, two) = (transport.queue_messages("one"), transport.queue_messages("two"));
    assert_eq!(one[0].body.as_ptr(), two[0].body.as_ptr());
}

#[tokio::test(start_paused = true)]
async fn an_abandoned_message_does_not_hold_up_the_others() {
    let transport = MemoryTransport::queue();
    declare(&transport, "q").await;
    let mut inbox = subscribe(&transport, "q", 2).await;
    for text in ["a", "b", "c"] {
        publish(&transport, message(text)).await.unwrap();
    }
    drop(next(&mut *inbox).await);
    assert_eq!([finish(&mut *inbox).await, finish(&mut *inbox).await], ["b", "c"]);
    assert!(nothing_now(&mut *inbox));
    assert_eq!(finish(&mut *inbox).await, "a");
}
