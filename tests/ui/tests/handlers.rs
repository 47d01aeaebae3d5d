//! What the compiler says about each wrong handler, and about publishing what is not published.

use std::path::Path;
use std::{fs, io};

#[test]
fn wrong_handlers_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/handlers/*.rs");
}

/// Where the message is missing, trybuild accepts whatever the compiler says.
#[test]
fn every_wrong_handler_has_its_message() -> io::Result<()> {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers"))? {
        let file = entry?.path();
        let twin = file.with_extension(if file.extension().is_some_and(|ext| ext == "rs") { "stderr" } else { "rs" });
        assert!(twin.exists(), "{} stands alone", file.display());
    }
    Ok(())
}
