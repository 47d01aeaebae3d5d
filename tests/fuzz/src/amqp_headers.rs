//! AMQP's properties and headers as a broker sends them: through the guard and the client library's
//! parser to a message.

use user_events_rabbit::private::{guarded, message};

/// As RabbitMQ agrees on it by default.
const FRAME_MAX: usize = 131_072;
/// Class, weight, body size and flags, which every content header has.
const SMALLEST: usize = 2 + 2 + 8 + 2;

pub(crate) fn run(data: &[u8]) {
    // Any bytes, as if they came from a socket: what passes once passes again, unchanged.
    let passed = guarded(data, FRAME_MAX);
    assert!(passed.len() <= data.len());
    assert_eq!(guarded(&passed, FRAME_MAX), passed);

    // The same bytes as what describes a message: it is always shown, and does not grow.
    let Some(message) = message(data, FRAME_MAX) else {
        assert!(data.len() < SMALLEST, "the client library could not read what the guard let through");
        return;
    };
    let shown = format!("{message:?}");
    assert!(shown.len() < 64 * data.len() + 4096, "{} bytes are shown as {}", data.len(), shown.len());
    assert!(message.headers.size() <= 64 * data.len() + 1024, "headers grew from {} bytes", data.len());
}
