//! What an operator sees of a message that is shown changed. Apart from other tests: whether a log line is enabled is
//! known per process.

#![allow(missing_docs)]

use std::io;
use std::sync::{Arc, Mutex};

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tracing_subscriber::fmt::MakeWriter;
use user_events_rabbit::private::guarded;

/// Log lines, kept.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A content header with these bytes for a message id, and behind it so many that nothing reads.
fn frame(id: &[u8], behind: usize) -> Vec<u8> {
    let size = u32::try_from(15 + id.len() + behind).unwrap().to_be_bytes();
    let header = [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 << 7, u8::try_from(id.len()).unwrap()];
    [&[2, 0, 1][..], &size, &header, id, &vec![0; behind], &[0xce]].concat()
}

#[test]
fn every_frame_that_is_changed_is_counted_and_warned_of_and_no_other() {
    let (recorder, lines) = (DebuggingRecorder::new(), Lines::default());
    let snapshotter = recorder.snapshotter();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(lines.clone()).finish();
    let shown = metrics::with_local_recorder(&recorder, || {
        tracing::subscriber::with_default(subscriber, || {
            // As it is, with a substitute, and without any properties.
            [(&b"id"[..], 0), (b"canary-\xff", 0), (b"id", 2 << 20)]
                .map(|(id, behind)| guarded(&frame(id, behind), 4096))
        })
    });
    assert_eq!(shown[..2], [frame(b"id", 0), frame(b"canary-\x1a", 0)]);
    assert_eq!(shown[2].len(), 7 + 14 + 1);

    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let warning = |texts: u8, stripped: u8| {
        format!(
            " WARN user_events_rabbit::guard: a message came with properties that AMQP does not allow, and is shown changed \
             texts={texts} nested=0 unreadable=0 left_out=0 stripped={stripped}\n"
        )
    };
    assert_eq!(lines, warning(1, 0) + &warning(0, 1));
    let counted: Vec<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| (key.key().name().to_owned(), value))
        .collect();
    assert_eq!(counted, [("user_events.mended.frames".to_owned(), DebugValue::Counter(2))]);
}
