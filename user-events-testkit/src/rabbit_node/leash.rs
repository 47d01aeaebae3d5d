//! [`Leash`], what ends a node when this process is gone.

use std::{
    io::{self, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
};

use tempfile::TempDir;

/// Reads the processes to end, always the last line, until its input ends: which happens when the leash is dropped, and
/// when this process is killed, as the kernel then closes the pipe. It ignores the signals by which a whole test run is
/// told to end. A killed process may write for another moment, hence the second removal.
const WATCHER: &str = r#"
trap '' HUP INT TERM
while read -r line; do held=$line; done
for process in $held; do kill -s KILL -- "-$process" 2>/dev/null; done
rm -rf -- "$1" 2>/dev/null || { sleep 1; rm -rf -- "$1"; }
"#;

/// A watcher process that kills the held processes and removes their folder as soon as the leash is dropped, or this
/// process ends in whatever way.
#[derive(Debug)]
pub(super) struct Leash {
    watcher: Child,
    /// Taken when the leash is dropped: the watcher waits for its end.
    input: Option<ChildStdin>,
    /// Removes the folder once more, should somebody have killed the watcher.
    _folder: TempDir,
}

impl Leash {
    pub(super) fn new(folder: TempDir) -> io::Result<Self> {
        let mut watcher = Command::new("/bin/sh")
            .args(["-c", WATCHER, "leash"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            // Ctrl-C goes to the whole group of the test process; the watcher has to outlive it.
            .process_group(0)
            .spawn()?;
        let input = watcher.stdin.take();
        Ok(Self { watcher, input, _folder: folder })
    }

    /// Holds these process groups from now on, and no others.
    ///
    /// A process must be let go before it is waited for: after that its number may belong to somebody else.
    pub(super) fn hold(&mut self, processes: &[&Child]) -> io::Result<()> {
        let line: String = processes.iter().map(|process| format!("{} ", process.id())).collect();
        match &mut self.input {
            Some(input) => writeln!(input, "{line}"),
            None => Ok(()),
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        self.input = None;
        // Fails only for what is not a child of this process.
        let _ = self.watcher.wait();
    }
}
