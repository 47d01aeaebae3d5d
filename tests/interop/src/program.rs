//! [`Program`], a service in Node that runs.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::{in_time, node_service};

/// Runs a program, passes on the signals that it reads, and kills the program when its input ends: which happens when
/// the [`Program`] is dropped, and when this process is gone in whatever way, as the kernel then closes the pipe.
const LEASH: &str = r#"
"$@" </dev/null 2>&1 &
program=$!
# So that what is read of the program ends with it.
exec >/dev/null 2>&1
trap '' HUP INT TERM
while read -r signal; do kill -s "$signal" "$program"; done
kill -s KILL "$program"
wait "$program"
"#;

/// How a shell says that SIGTERM ended a program.
pub const TERMINATED: i32 = 128 + 15;

/// A service in Node that runs. It is killed when dropped.
#[derive(Debug)]
pub struct Program {
    leash: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// What it has printed.
    printed: Vec<String>,
}

impl Program {
    /// The service as it is on NestJS, ready.
    pub async fn nest(uri: &str) -> Self {
        Self::start("dist/nest/main.js", uri).await
    }

    /// The service as it is on amqplib alone, ready.
    pub async fn plain(uri: &str) -> Self {
        Self::start("dist/plain/main.js", uri).await
    }

    async fn start(main: &str, uri: &str) -> Self {
        let folder = node_service::built().await;
        let mut program = Self::spawn(&folder, &["node", main], uri);
        program.until("ready").await;
        program
    }

    fn spawn(folder: &Path, command: &[&str], uri: &str) -> Self {
        let mut leash = Command::new("/bin/sh")
            .args(["-c", LEASH, "leash"])
            .args(command)
            .current_dir(folder)
            .env("AMQP_URI", uri)
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C goes to the whole group of the test process; the leash has to outlive it.
            .process_group(0)
            .spawn()
            .expect("/bin/sh starts");
        let input = leash.stdin.take().expect("the input is piped");
        let output = leash.stdout.take().expect("the output is piped");
        Self { leash, input, output: BufReader::new(output).lines(), printed: Vec::new() }
    }

    /// Waits until it has printed a line that contains this.
    ///
    /// # Panics
    ///
    /// When it does not come.
    pub async fn until(&mut self, part: &str) {
        loop {
            match in_time(part, self.output.next_line()).await.expect("readable output") {
                Some(line) => {
                    self.printed.push(line);
                    if self.printed.last().is_some_and(|line| line.contains(part)) {
                        return;
                    }
                }
                None => panic!("the program ended before it printed `{part}`:\n{}", self.printed.join("\n")),
            }
        }
    }

    /// Stops it as an operator does, with SIGTERM, and returns how it ended and what it has printed.
    ///
    /// # Panics
    ///
    /// When it does not end, or ends in another way than a service should: by itself, or by the signal, which NestJS
    /// raises once more when it is done.
    pub async fn stop(mut self) -> (i32, String) {
        self.input.write_all(b"TERM\n").await.expect("a leash that reads");
        while let Some(line) = in_time("the program's end", self.output.next_line()).await.expect("readable output") {
            self.printed.push(line);
        }
        drop(self.input);
        let status = in_time("the leash's end", self.leash.wait()).await.expect("a leash that ends");
        let said = self.printed.join("\n");
        match status.code() {
            Some(code @ (0 | TERMINATED)) => (code, said),
            _ => panic!("{status}:\n{said}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_program_ends_with_its_owner() {
        let script = "echo number $$ ready; exec sleep 1000";
        let mut program = Program::spawn(Path::new("/"), &["/bin/sh", "-c", script], "");
        program.until("ready").await;
        let number = program.printed[0].split(' ').nth(1).expect("a number").to_owned();
        let alive = || Path::new("/proc").join(&number).exists();
        assert!(alive());
        drop(program);
        let gone = async {
            while alive() {
                tokio::task::yield_now().await;
            }
        };
        in_time("the program's end", gone).await;
    }

    #[tokio::test]
    #[should_panic(expected = "the program ended before it printed `ready`:\nno broker")]
    async fn a_program_that_ends_is_not_waited_for() {
        let mut program = Program::spawn(Path::new("/"), &["/bin/sh", "-c", "echo no broker >&2; exit 1"], "");
        program.until("ready").await;
    }

    #[tokio::test]
    #[should_panic(expected = "exit status: 3")]
    async fn a_program_that_fails_on_the_way_out_is_seen() {
        let script = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done";
        let mut program = Program::spawn(Path::new("/"), &["/bin/sh", "-c", script], "");
        program.until("ready").await;
        program.stop().await;
    }
}
