//! What the guide shows of programs in Node stands in them, word for word.

use std::fs;
use std::path::Path;

use interop::node_service;

const GUIDE: &str = include_str!("../../../docs/interop.md");

/// The blocks in this language, each with the file that its first line names.
fn snippets<'g>(markdown: &'g str, language: &str) -> Vec<(&'g str, &'g str)> {
    let fence = format!("\n```{language}\n");
    let blocks = markdown.split(&fence).skip(1);
    blocks
        .map(|block| {
            let (code, _) = block.split_once("```").expect("a block that ends");
            let (file, code) = code.split_once('\n').expect("a line for the file");
            (file.strip_prefix("// ").unwrap_or_else(|| panic!("`{file}` names no file")), code)
        })
        .collect()
}

fn assert_from(folder: &Path, snippets: &[(&str, &str)]) {
    for (file, code) in snippets {
        let source = fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(code), "{file} does not contain\n{code}");
    }
}

#[test]
fn every_snippet_in_typescript_is_from_the_service() {
    let snippets = snippets(GUIDE, "ts");
    assert!(snippets.len() > 5, "the guide has lost its snippets");
    assert_from(&node_service::folder(), &snippets);
}

#[test]
fn every_snippet_in_javascript_is_from_the_tests() {
    let snippets = snippets(GUIDE, "js");
    assert!(snippets.len() > 1, "the guide has lost its snippets");
    assert_from(Path::new(env!("CARGO_MANIFEST_DIR")), &snippets);
}
