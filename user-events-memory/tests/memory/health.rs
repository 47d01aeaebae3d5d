//! Every field of health.

use std::time::Duration;

use tokio::time::sleep;
use user_events_core::{Link, Transport};
use user_events_memory::MemoryTransport;

use crate::support::{after, declare, finish, hand_over, message, next, publish, soon, subscribe};

#[tokio::test(start_paused = true)]
async fn health_tells_of_progress() {
    for transport in [MemoryTransport::queue(), MemoryTransport::log()] {
        declare(&transport, "q").await;
        let mut inbox = subscribe(&transport, "q", 8).await;
        publish(&transport, message("a")).await.unwrap();
        publish(&transport, message("b")).await.unwrap();
        let held = next(&mut *inbox).await;
        sleep(Duration::from_secs(2)).await;
        let later = next(&mut *inbox).await;
        sleep(Duration::from_secs(3)).await;
        transport.faults().lose_confirms(1);
        let unanswered = hand_over(&transport, message("c"), after(Duration::from_secs(1))).await;

        let health = transport.health();
        assert_eq!(health.link, Link::Connected);
        assert_eq!(health.consumers, 1);
        assert_eq!(health.oldest_unsettled, Some(Duration::from_secs(5)));
        assert_eq!(health.last_polled, Some(Duration::from_secs(3)));
        assert_eq!((health.in_flight_messages, health.in_flight_bytes), (1, message("c").size()));
        assert_eq!(health.stale_settlements, 0);

        assert!(unanswered.await.is_err());
        held.ticket.done();
        later.ticket.done();
        finish(&mut *inbox).await;
        let health = transport.health();
        assert_eq!((health.unsettled, health.oldest_unsettled), (0, None));
        assert_eq!((health.in_flight_messages, health.in_flight_bytes), (0, 0));

        let other = transport.connect();
        assert_eq!(other.health().consumers, 0, "another connection has its own health");
        transport.close(soon()).await.unwrap();
        assert_eq!((transport.health().link, transport.health().consumers), (Link::Closed, 0));
        assert_eq!(other.health().link, Link::Connected);
    }
}
