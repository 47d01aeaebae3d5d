//! The error reference names every kind of every error.

use std::fs;

use crate::workspace::Workspace;

/// Where the kinds are, and what a table calls them by before `::`; empty where it is the page's main table.
const ENUMS: [(&str, &str, &str); 6] = [
    ("user-events/src/error.rs", "ErrorKind", ""),
    ("user-events/src/dead_letter.rs", "Reason", "Reason::"),
    ("user-events-core/src/decode_error.rs", "DecodeErrorKind", "DecodeErrorKind::"),
    ("user-events-core/src/encode_error.rs", "EncodeErrorKind", "EncodeErrorKind::"),
    ("user-events-core/src/error.rs", "PublishErrorKind", "PublishErrorKind::"),
    ("user-events-core/src/error.rs", "TransportErrorKind", "TransportErrorKind::"),
];

/// The variants of an enum without fields, as rustfmt writes it.
fn variants(source: &str, name: &str) -> Vec<String> {
    let (_, body) = source.split_once(&format!("pub enum {name} {{\n")).unwrap_or_else(|| panic!("no enum {name}"));
    let (body, _) = body.split_once("\n}").expect("the enum ends");
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('#'));
    lines.map(|line| line.trim_end_matches(',').to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn the_reference_has_a_row_for_every_kind() {
    let root = Workspace::here().root().to_owned();
    let reference = fs::read_to_string(root.join("docs/errors.md")).unwrap();
    // `A::B`, `::C` in one row is short for `A::B`, `A::C`.
    let mut rows = String::new();
    for line in reference.lines().filter(|line| line.starts_with("| `")) {
        let mut prefix = "";
        for name in line.split('`').skip(1).step_by(2) {
            match name.split_once("::") {
                Some(("", variant)) => rows.push_str(&format!("{prefix}::{variant}\n")),
                Some((of, _)) => {
                    prefix = of;
                    rows.push_str(&format!("{name}\n"));
                }
                None => rows.push_str(&format!("{name}\n")),
            }
        }
    }
    for (file, name, prefix) in ENUMS {
        let variants = variants(&fs::read_to_string(root.join(file)).unwrap(), name);
        assert!(variants.len() > 2, "{name}: {variants:?}");
        for variant in variants {
            let row = format!("{prefix}{variant}");
            assert!(rows.lines().any(|line| line == row), "docs/errors.md has no row for `{row}`");
        }
    }
}

/// Whoever has a sentence before him looks it up.
#[test]
fn the_sentences_of_decode_errors_are_those_that_are_printed() {
    let root = Workspace::here().root().to_owned();
    let reference = fs::read_to_string(root.join("docs/errors.md")).unwrap();
    let source = fs::read_to_string(root.join("user-events-core/src/decode_error.rs")).unwrap();
    let rows: Vec<_> = reference.lines().filter(|line| line.starts_with("| `DecodeErrorKind::")).collect();
    assert!(!rows.is_empty());
    for row in rows {
        let sentence = row.split(" *").nth(1).and_then(|rest| rest.split('*').next()).expect("a sentence");
        for part in sentence.split('…').map(str::trim) {
            assert!(source.contains(part), "docs/errors.md says `{part}`, and DecodeError does not: {row}");
        }
    }
}

#[test]
fn no_error_has_kinds_that_the_reference_does_not_know() {
    let root = Workspace::here().root().to_owned();
    for folder in ["user-events/src", "user-events-core/src", "user-events-rabbit/src", "user-events-memory/src"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(source) = fs::read_to_string(&path) else { continue };
            for line in source.lines().filter_map(|line| line.strip_prefix("pub enum ")) {
                let name = line.trim_end_matches(" {");
                let known = ENUMS.iter().any(|(_, known, _)| *known == name);
                assert!(known || !name.ends_with("ErrorKind"), "{}: `{name}` is not in docs/errors.md", path.display());
            }
        }
    }
}
