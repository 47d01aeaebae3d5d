//! [`Lap`]: what one measured run came to.

use std::fmt;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What one measured run came to: so many messages in so much time and CPU time of the client.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Lap {
    messages: u64,
    seconds: f64,
    cpu_seconds: f64,
}

impl Lap {
    pub(crate) fn messages_per_second(self) -> f64 {
        self.messages as f64 / self.seconds
    }

    /// The CPU time of a million messages.
    pub(crate) fn cpu_per_million(self) -> f64 {
        self.cpu_seconds * 1e6 / self.messages as f64
    }
}

impl fmt::Display for Lap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} msg/s, {:.1} CPU s per million", self.messages_per_second(), self.cpu_per_million())
    }
}

/// Runs since it was started.
pub(crate) struct Stopwatch {
    time: Instant,
    cpu: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self { time: Instant::now(), cpu: cpu_time() }
    }

    /// The lap in which this many messages went through.
    pub(crate) fn stop(self, messages: u64) -> Lap {
        let cpu_seconds = (cpu_time() - self.cpu).as_secs_f64();
        Lap { messages, seconds: self.time.elapsed().as_secs_f64(), cpu_seconds }
    }
}

/// What all threads of this process have used so far.
fn cpu_time() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(used.tv_sec.unsigned_abs(), u32::try_from(used.tv_nsec).unwrap_or_default())
}
