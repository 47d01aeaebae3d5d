//! [`Frames`]: which bytes belong to which frame, wherever a read ends.

use super::{Limit, Mended, header, method};

const METHOD: u8 = 1;
const HEADER: u8 = 2;
const BODY: u8 = 3;
const HEARTBEAT: u8 = 8;

/// Type, channel and size.
const HEAD: usize = 1 + 2 + 4;

/// The octet at a frame's end.
const END: u8 = 0xce;

/// What a frame has beside its payload.
const AROUND: usize = HEAD + 1;

/// The first letter of `AMQP`, and how long the answer is that names the version which the other side speaks.
const VERSION: u8 = b'A';
const VERSION_LENGTH: usize = 8;

/// A content header up to this size is looked at, whatever the agreed limit on frames: the broker
/// adds to what a publisher may fill a frame with, and sends what another limit let in. It bounds
/// what is held. A larger one loses its properties.
const LARGEST: usize = 1 << 20;

/// The size of a content header without properties.
const BARE: usize = HEAD + header::FIXED + header::FLAGS + 1;

/// The bytes that come in.
#[derive(Debug)]
pub(super) struct Frames {
    limit: Limit,
    /// How much of the current frame is yet to come, and nobody's business.
    passing: usize,
    /// How much of the current frame is yet to come, and to be left out.
    dropping: usize,
    /// The beginning of a frame that is looked at when it is complete. A read ends where it likes.
    held: Vec<u8>,
    /// How much of it has come.
    filled: usize,
    /// How much of it was given on, once it was looked at.
    given: usize,
}

/// What becomes of the bytes at hand.
enum Step {
    /// They are held until there are so many, which is more than there are.
    Await(usize),
    /// So many were read and became so many, at most as many.
    Done { read: usize, written: usize },
}

/// What becomes of a frame of so many bytes.
enum Plan {
    /// Unknown, until there are so many bytes, which is more than there are.
    Await(usize),
    Pass(usize),
    Mend(usize),
    Strip(usize),
}

impl Frames {
    pub(super) const fn new(limit: Limit) -> Self {
        Self { limit, passing: 0, dropping: 0, held: Vec::new(), filled: 0, given: 0 }
    }

    /// Looks at what was read, in place. Says how many bytes go on; what lacks its end is held.
    pub(super) fn pass(&mut self, bytes: &mut [u8]) -> usize {
        let (mut read, mut written) = (0, 0);
        while read < bytes.len() {
            match self.step(&mut bytes[read..]) {
                Step::Await(count) => {
                    self.held.extend_from_slice(&bytes[read..]);
                    self.filled = self.held.len();
                    self.held.resize(count, 0);
                    break;
                }
                Step::Done { read: step, written: kept } => {
                    if written != read {
                        bytes.copy_within(read..read + kept, written);
                    }
                    read += step;
                    written += kept;
                }
            }
        }
        written
    }

    /// Where the missing bytes of a held frame go, if there is one.
    pub(super) fn room(&mut self) -> Option<&mut [u8]> {
        let room = &mut self.held[self.filled..];
        (!room.is_empty()).then_some(room)
    }

    /// So many bytes went into the [room](Self::room).
    pub(super) fn filled(&mut self, count: usize) {
        self.filled += count;
        if self.filled < self.held.len() {
            return;
        }
        let mut held = std::mem::take(&mut self.held);
        match self.step(&mut held) {
            Step::Await(count) => held.resize(count, 0),
            // No more was held than the step needs.
            Step::Done { written, .. } => {
                held.truncate(written);
                self.filled = written;
            }
        }
        self.held = held;
    }

    /// Gives a held frame on that is complete. Says how many bytes went into `buf`.
    pub(super) fn give(&mut self, buf: &mut [u8]) -> usize {
        if self.filled < self.held.len() {
            return 0;
        }
        let ready = &self.held[self.given..];
        let count = ready.len().min(buf.len());
        buf[..count].copy_from_slice(&ready[..count]);
        self.given += count;
        if self.given == self.held.len() {
            self.held.clear();
            (self.filled, self.given) = (0, 0);
        }
        count
    }

    /// The next step with these bytes, of which there is one at least.
    fn step(&mut self, bytes: &mut [u8]) -> Step {
        if self.passing == 0 && self.dropping == 0 {
            match self.plan(bytes) {
                Plan::Await(count) => return Step::Await(count),
                Plan::Pass(count) => self.passing = count,
                Plan::Mend(count) => {
                    return Step::Done { read: count, written: mend(&mut bytes[..count], self.limit.get()) };
                }
                Plan::Strip(count) => {
                    strip(&mut bytes[..BARE]);
                    self.dropping = count - BARE;
                    return Step::Done { read: BARE, written: BARE };
                }
            }
        }
        let passed = self.passing.min(bytes.len());
        self.passing -= passed;
        let dropped = self.dropping.min(bytes.len() - passed);
        self.dropping -= dropped;
        Step::Done { read: passed + dropped, written: passed }
    }

    /// What becomes of the frame that begins with these bytes.
    fn plan(&self, bytes: &[u8]) -> Plan {
        match bytes[0] {
            METHOD | HEADER | BODY | HEARTBEAT => {}
            VERSION => return Plan::Pass(VERSION_LENGTH),
            // No AMQP: the client library says so when it reads this byte, and reads no other.
            _ => return Plan::Pass(usize::MAX),
        }
        let Some(&[kind, _, _, size @ ..]) = bytes.first_chunk::<HEAD>() else { return Plan::Await(HEAD) };
        let size = usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX).saturating_add(AROUND);
        let (plan, needed): (fn(usize) -> Plan, usize) = match kind {
            HEADER if size > LARGEST.max(self.limit.get()) => (Plan::Strip, BARE),
            HEADER => (Plan::Mend, size),
            METHOD if size <= method::LONGEST + AROUND => (Plan::Mend, size),
            _ => (Plan::Pass, HEAD),
        };
        if bytes.len() < needed { Plan::Await(needed) } else { plan(size) }
    }
}

/// Changes a complete frame to one that can be read. Says how long it is now.
fn mend(frame: &mut [u8], limit: usize) -> usize {
    let end = frame.len() - 1;
    let (length, mended) = match frame[0] {
        HEADER => header::mend(&mut frame[HEAD..end], limit.saturating_sub(AROUND)),
        _ => (end - HEAD, method::mend(&mut frame[HEAD..end])),
    };
    mended.report();
    if HEAD + length < end {
        set_size(frame, length);
        frame[HEAD + length] = frame[end];
    }
    length + AROUND
}

/// Makes a content header without properties of the beginning of one.
fn strip(bare: &mut [u8]) {
    set_size(bare, header::FIXED + header::FLAGS);
    bare[HEAD + header::FIXED..BARE - 1].fill(0);
    bare[BARE - 1] = END;
    Mended { stripped: 1, ..Mended::default() }.report();
}

fn set_size(frame: &mut [u8], payload: usize) {
    // Shorter than it was, when four bytes were enough.
    let size = u32::try_from(payload).unwrap_or(u32::MAX);
    frame[HEAD - 4..HEAD].copy_from_slice(&size.to_be_bytes());
}
