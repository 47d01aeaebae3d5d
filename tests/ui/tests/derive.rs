//! What the compiler says about each mistake in a derive.

use std::path::Path;
use std::{fs, io};

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/derive/*.rs");
}

/// Where the message is missing, trybuild accepts whatever the compiler says.
#[test]
fn every_mistake_has_its_message() -> io::Result<()> {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/derive"))? {
        let file = entry?.path();
        let twin = file.with_extension(if file.extension().is_some_and(|ext| ext == "rs") { "stderr" } else { "rs" });
        assert!(twin.exists(), "{} stands alone", file.display());
    }
    Ok(())
}
