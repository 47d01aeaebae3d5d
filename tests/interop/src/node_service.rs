//! The project in `examples/node-service`, built.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::in_time;

/// Its folder.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/node-service")
}

/// Its folder, once what is in `dist` is what is in `src`.
///
/// # Panics
///
/// When it does not compile, or its dependencies were not installed.
pub async fn built() -> PathBuf {
    static BUILT: OnceCell<()> = OnceCell::const_new();
    BUILT.get_or_init(build).await;
    folder()
}

async fn build() {
    assert!(
        folder().join("node_modules").is_dir(),
        "the packages of examples/node-service are missing: `cargo xtask test interop` installs them, and so does \
         `npm ci` there"
    );
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", "build"]).current_dir(folder()).stdin(Stdio::null()).kill_on_drop(true);
    let output = in_time("npm run build", npm.output()).await.expect("npm is there");
    assert!(output.status.success(), "npm run build: {}", String::from_utf8_lossy(&output.stdout));
}
