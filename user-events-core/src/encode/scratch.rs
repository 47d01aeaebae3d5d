//! The buffer that every body of a thread is written into first.

use std::cell::Cell;

use bytes::Bytes;

/// A body longer than this leaves with the buffer itself: copying it would cost more than a new
/// buffer, and a buffer that grew so large is better not kept.
const HAND_OVER_ABOVE: usize = 64 * 1024;

thread_local! {
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The bytes that `write` writes, in one allocation of their exact size.
pub(super) fn body<E>(write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<Bytes, E> {
    // Taken, not borrowed: a `Serialize` may itself encode an event, and finds an empty buffer.
    // A thread that is ending has no scratch any more.
    let mut buffer = SCRATCH.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    write(&mut buffer)?;
    if buffer.len() > HAND_OVER_ABOVE {
        return Ok(Bytes::from(buffer.into_boxed_slice()));
    }
    let body = Bytes::copy_from_slice(&buffer);
    let _ = SCRATCH.try_with(|scratch| scratch.set(buffer));
    Ok(body)
}
