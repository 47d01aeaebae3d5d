//! What the guide shows of the service in Node stands in it, word for word.

use std::fs;

use interop::node_service;

const GUIDE: &str = include_str!("../../../docs/interop.md");

/// The blocks of TypeScript in a text, each with the file that its first line names.
fn snippets(markdown: &str) -> Vec<(&str, &str)> {
    let blocks = markdown.split("\n```ts\n").skip(1);
    blocks
        .map(|block| {
            let (code, _) = block.split_once("```").expect("a block that ends");
            let (file, code) = code.split_once('\n').expect("a line for the file");
            (file.strip_prefix("// ").unwrap_or_else(|| panic!("`{file}` names no file")), code)
        })
        .collect()
}

#[test]
fn every_snippet_of_the_guide_is_from_the_service() {
    let snippets = snippets(GUIDE);
    assert!(snippets.len() > 5, "the guide has lost its snippets");
    for (file, code) in snippets {
        let source =
            fs::read_to_string(node_service::folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(code), "{file} does not contain\n{code}");
    }
}
