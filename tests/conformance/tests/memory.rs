//! The suite on the in-memory transport, in both modes.

use std::sync::Arc;

use user_events_core::Transport;
use user_events_memory::{Builder, MemoryTransport};
use user_events_testkit::conformance::{self, Harness};

struct Memory {
    name: &'static str,
    transport: MemoryTransport,
}

#[async_trait::async_trait]
impl Harness for Memory {
    fn name(&self) -> &str {
        self.name
    }

    async fn connect(&self) -> Arc<dyn Transport> {
        Arc::new(self.transport.connect())
    }

    fn can_refuse(&self) -> bool {
        true
    }

    async fn make_refuse(&self, _queue: &str) {
        self.transport.faults().refuse(1);
    }
}

fn builder() -> Builder {
    MemoryTransport::builder().max_message_bytes(2 << 20)
}

fn queue() -> Memory {
    Memory { name: "memory queue", transport: builder().queue() }
}

fn log() -> Memory {
    Memory { name: "memory log", transport: builder().log() }
}

#[tokio::test(start_paused = true)]
async fn both_modes_keep_the_contract() {
    let report = conformance::run(queue()).await.beside(conformance::run(log()).await);
    println!("{report}");
    report.assert_passed();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_modes_keep_it_on_several_threads_and_the_real_clock() {
    let report = conformance::run(queue()).await.beside(conformance::run(log()).await);
    report.assert_passed();
}
