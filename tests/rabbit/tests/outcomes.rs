//! Every single outcome of many publishes, checked.

use std::collections::BTreeSet;

use rabbit::{bound, delivery, node, publish, soon, subscribe, transport, unique};
use user_events_core::{OutboundMessage, Routed};

const TASKS: usize = 8;
const EACH: usize = 2_500;

/// A message of one task: every third is unroutable, and ids are given out without any care.
fn message(exchange: &str, task: usize, number: usize) -> (OutboundMessage, Routed) {
    let (key, routed) = match number % 3 {
        0 => ("nobody.listens", Routed::No),
        _ => ("somebody.listens", Routed::Yes),
    };
    let id = match number % 10 {
        // One id under both keys, in flight at the same time.
        0..=5 => format!("{task}-{}", number / 3),
        // The same ids from every task: same id and same key.
        6..=7 => format!("shared-{}", number / 10),
        _ => format!("{task}-{number}-own"),
    };
    let body = format!("{task}/{number}");
    (OutboundMessage::new(exchange.to_owned(), key, body).with_message_id(id), routed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_tasks_learn_of_every_message_whether_it_was_routed() {
    let node = node().await;
    let transport = std::sync::Arc::new(transport(node).await);
    let (exchange, queue) = (unique("outcomes"), unique("outcomes-queue"));
    bound(&transport, &queue, &exchange, &["somebody.#"]).await;

    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (transport, exchange) = (transport.clone(), exchange.clone());
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for number in 0..EACH {
                    let (message, routed) = message(&exchange, task, number);
                    answers.push((number, routed, publish(&transport, message).await));
                }
                let mut wrong = Vec::new();
                for (number, routed, answer) in answers {
                    let receipt = answer.await.expect("the broker takes everything");
                    if receipt.routed() != routed {
                        wrong.push((task, number, routed, receipt.routed()));
                    }
                }
                wrong
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("the task ends"), [], "(task, number, expected, told)");
    }

    let mut expected: BTreeSet<String> = (0..TASKS)
        .flat_map(|task| (0..EACH).map(move |number| (task, number)))
        .filter(|(task, number)| message("", *task, *number).1 == Routed::Yes)
        .map(|(task, number)| format!("{task}/{number}"))
        .collect();
    let mut subscription = subscribe(&transport, &queue, 500).await;
    while !expected.is_empty() {
        let delivery = delivery(&mut *subscription).await;
        let body = String::from_utf8(delivery.message.body.to_vec()).expect("text");
        assert!(expected.remove(&body), "{body} came twice, or was never routed");
        delivery.ticket.done();
    }
    subscription.close(soon()).await.expect("the subscription closes");
    let client = rabbit::client(node).await;
    assert_eq!(rabbit::ready(&client, &queue).await, 0, "the queue holds the routed ones and nothing else");
}
