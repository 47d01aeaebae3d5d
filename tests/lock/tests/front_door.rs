//! What users see: a crate whose events are accepted, then changed, then checked.
//!
//! The compiler reports every event that is refused, so that one crate holds the whole table.

use std::collections::BTreeMap;

use lock::{generated::Crate, oracle::Outcome, table::Pair};

const PRELUDE: &str = "
#![allow(dead_code)]
mod prelude {
    pub use std::{
        borrow::Cow,
        collections::{BTreeMap, BTreeSet, HashMap, HashSet},
        net::{IpAddr, Ipv4Addr},
        num::{NonZeroU32, NonZeroU64},
        sync::Arc,
        time::Duration,
    };
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
    pub use serde_json::{Value, value::RawValue};
}
";

#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

fn event_type(at: usize) -> String {
    format!("Pair{at}")
}

/// All events, each in a module of its own; a file a hundred, so that the compiler's messages are short.
fn sources(pairs: &[Pair], side: Side) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let mut root = PRELUDE.to_owned();
    for (at, pair) in pairs.iter().enumerate() {
        let (old, new) = pair.sources().unwrap();
        let source = if let Side::Old = side { old } else { new };
        let module = format!("pair{at}");
        let tokens = source.event_body(&event_type(at)).to_string();
        root.push_str(&format!("pub mod {module};\n"));
        sources.push((format!("src/{module}.rs"), format!("use crate::prelude::*;\n{tokens}\n")));
    }
    sources.push(("src/lib.rs".to_owned(), root));
    sources
}

/// The compiler's errors, by the event that they name.
fn refusals(messages: &str) -> BTreeMap<String, Vec<String>> {
    let mut refusals = BTreeMap::<String, Vec<String>>::new();
    let mut others = Vec::new();
    for line in messages.lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let message = &message["message"];
        let text = message["message"].as_str().unwrap_or_default();
        if message["level"] != "error" || text.starts_with("aborting") || text.starts_with("could not compile") {
            continue;
        }
        match text.split_once("breaking change to published event `").and_then(|(_, rest)| rest.split_once('`')) {
            Some((event, _)) => refusals.entry(event.to_owned()).or_default().push(text.to_owned()),
            None => others.push(text.to_owned()),
        }
    }
    assert!(others.is_empty(), "errors that are no refusals:\n{}", others.join("\n"));
    refusals
}

#[test]
fn the_compiler_refuses_what_the_table_refuses_and_says_why() {
    // A removal that was accepted is a revision of its own, which this crate has no time for.
    let of_two = |pair: &Pair| pair.tombstones.is_empty();
    let pairs: Vec<Pair> = Pair::all().unwrap().into_iter().filter(of_two).collect();
    let events = Crate::of_events("front", &sources(&pairs, Side::Old)).unwrap();
    let locks = events.folder().join("events.lock");
    if locks.exists() {
        std::fs::remove_dir_all(&locks).unwrap();
    }
    let accept = events.user_events(&["accept", "--yes"]).unwrap();
    assert!(
        accept.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&accept.stdout),
        String::from_utf8_lossy(&accept.stderr)
    );
    let accepted = std::fs::read_dir(&locks).unwrap().count();
    assert_eq!(accepted, pairs.len());
    let unchanged = events.cargo(&["check", "--quiet"]).unwrap();
    assert!(unchanged.status.success(), "{}", String::from_utf8_lossy(&unchanged.stderr));

    for (path, text) in sources(&pairs, Side::New) {
        events.write(&path, &text).unwrap();
    }
    let check = events.cargo(&["check", "--message-format", "json"]).unwrap();
    let refusals = refusals(&String::from_utf8(check.stdout).unwrap());
    let mut wrong = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let expected = pair.expected;
        let texts = refusals.get(&event_type(at)).cloned().unwrap_or_default();
        let allowed = [expected.backward, expected.forward, expected.own] == [Outcome::Ok; 3];
        let text = texts.join("\n");
        let mut lacks = Vec::new();
        if allowed {
            lacks.extend((!texts.is_empty()).then(|| "it is refused".to_owned()));
        } else if texts.is_empty() {
            lacks.push("it compiles".to_owned());
        } else {
            let field = pair.field.as_ref().map(|field| format!("field: `{field}"));
            let backward =
                (expected.backward != Outcome::Ok).then(|| "this build cannot read stored v1 events".to_owned());
            let forward = (expected.forward != Outcome::Ok).then(|| "consumers that are deployed".to_owned());
            let own = (expected.own != Outcome::Ok).then(|| "this build cannot read what it writes itself".to_owned());
            let wanted = [field, backward, forward, own, Some("fix:   ".to_owned())];
            lacks.extend(wanted.into_iter().flatten().filter(|wanted| !text.contains(wanted)));
        }
        if !lacks.is_empty() {
            wrong.push(format!("{} {}: {lacks:?}\n{text}", pair.place, pair.title));
        }
    }
    assert!(wrong.is_empty(), "{} of {} events:\n{}", wrong.len(), pairs.len(), wrong.join("\n\n"));
}
