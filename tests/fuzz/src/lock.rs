//! Lock files: text from anywhere is read or refused, and what is read is written as it was.

use serde_json::Value;
use user_events_schema::Side;
use user_events_schema::lock::{Lock, Revision, Sample, Shape, State};

/// The first byte says what the rest is: an encoded writer, an encoded reader, a sample, or else a file.
pub(crate) fn run(data: &[u8]) {
    match data {
        [b'W', bytes @ ..] => shape(Side::Writer, bytes),
        [b'R', bytes @ ..] => shape(Side::Reader, bytes),
        [b'S', text @ ..] => sample(&String::from_utf8_lossy(text)),
        text => file(&String::from_utf8_lossy(text)),
    }
}

fn file(text: &str) {
    match Lock::parse("v1.json", text) {
        Ok(lock) => {
            written_and_read(&lock);
            let shapes = Lock::parse_shapes("v1.json", text).expect("the compiler reads what the command reads");
            assert_eq!(shapes.revisions.len(), lock.revisions.len());
            serde_json::from_str::<Value>(text).expect("it is JSON");
        }
        Err(error) => {
            assert!(error.line() <= 1 + text.lines().count(), "{error}");
            assert!(error.to_string().starts_with("v1.json:"), "{error}");
            Lock::parse_shapes("v1.json", text).expect_err("the compiler refuses what the command refuses");
        }
    }
}

fn shape(side: Side, bytes: &[u8]) {
    let Ok(shape) = Shape::decode(side, bytes) else { return };
    assert_eq!(Shape::decode(side, shape.bytes()).as_ref(), Ok(&shape), "it is in its final order");
    let other = |side| Shape::decode(side, EMPTY).expect("`null` has both sides");
    let revision = Revision {
        number: 1,
        state: State::Draft,
        fingerprint: 0,
        writer: if side == Side::Writer { shape.clone() } else { other(Side::Writer) },
        reader: if side == Side::Reader { shape } else { other(Side::Reader) },
        tombstones: Vec::new(),
        samples: Vec::new(),
        reason: None,
    };
    written_and_read(&Lock { event_type: "Fuzzed".to_owned(), version: 1, revisions: vec![revision] });
}

/// One node, `null`.
const EMPTY: &[u8] = &[1, 1, 0, 0, 1, 6];

fn sample(text: &str) {
    let read = Sample::parse(text);
    // Serde_json takes names that come twice, and gives up earlier on what is nested.
    if let (Ok(sample), Ok(value)) = (&read, serde_json::from_str::<Value>(text)) {
        assert_eq!(serde_json::from_str::<Value>(sample.as_str()).expect("it is JSON"), value);
        assert_eq!(Sample::parse(sample.as_str()).as_ref(), Ok(sample));
    }
    let is_ours_to_refuse = |error: &str| error.contains("twice") || error.contains("stand in each other");
    match (read, serde_json::from_str::<Value>(text)) {
        (Err(error), Ok(_)) => assert!(is_ours_to_refuse(error.message()), "{error}"),
        (Ok(_), Err(error)) => {
            let message = error.to_string();
            assert!(message.contains("recursion limit") || message.contains("out of range"), "{message}");
        }
        _ => {}
    }
}

fn written_and_read(lock: &Lock) {
    let text = lock.to_text();
    assert_eq!(Lock::parse("v1.json", &text).as_ref(), Ok(lock), "{text}");
}
