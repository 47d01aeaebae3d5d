//! [`Input`]: a file or the standard input, of which no more is held than one message may have.

use std::io::{self, IsTerminal as _};
use std::mem;
use std::path::{Path, PathBuf};

use tokio::fs::File;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

use crate::error::{Error, unreadable};
use crate::exit::Exit;
use crate::say::say;

/// The largest body that is published: RabbitMQ's own limit from version 4.0.
pub(super) const LARGEST: usize = 16 << 20;

/// With it, the blanks around a body, which are not sent.
const MOST: usize = LARGEST + 1024;

/// A file or the standard input.
pub(super) struct Input {
    reader: BufReader<Box<dyn AsyncRead + Unpin + Send>>,
    path: PathBuf,
    bytes: Option<u64>,
    line: Line,
}

impl Input {
    /// Opens a file, or the standard input (`-`).
    pub(super) async fn open(path: &Path) -> Result<Self, Error> {
        const BUFFER: usize = 64 << 10;
        let (reader, bytes): (Box<dyn AsyncRead + Unpin + Send>, _) = if path.as_os_str() == "-" {
            if io::stdin().is_terminal() {
                say("reading from the terminal; ctrl-d ends it");
            }
            (Box::new(tokio::io::stdin()), None)
        } else {
            let file = File::open(path).await.map_err(|error| unreadable(path, error))?;
            let metadata = file.metadata().await.map_err(|error| unreadable(path, error))?;
            (Box::new(file), metadata.is_file().then_some(metadata.len()))
        };
        let reader = BufReader::with_capacity(BUFFER, reader);
        Ok(Self { reader, path: path.to_owned(), bytes, line: Line::default() })
    }

    /// Its length, where that is known.
    pub(super) const fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// All of it.
    pub(super) async fn whole(self) -> Result<Vec<u8>, Error> {
        let mut whole = Line::default();
        // One byte more than there may be.
        let mut reader = self.reader.take(MOST as u64 + 1);
        whole.bytes = reader.read_to_end(&mut whole.text).await.map_err(|error| unreadable(&self.path, error))?;
        whole.text()
    }

    /// The next line, if there is one. Of one that is too large the rest is skipped.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub(super) async fn next_line(&mut self) -> Result<Option<Line>, Error> {
        loop {
            let chunk = self.reader.fill_buf().await.map_err(|error| unreadable(&self.path, error))?;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(chunk.len(), |end| end + 1);
            self.line.push(&chunk[..end.unwrap_or(taken)], taken);
            self.reader.consume(taken);
            if end.is_some() || taken == 0 {
                let line = mem::take(&mut self.line);
                return Ok((line.bytes > 0).then_some(line));
            }
        }
    }
}

/// A line as it was read.
#[derive(Default)]
pub(super) struct Line {
    text: Vec<u8>,
    bytes: usize,
}

impl Line {
    fn push(&mut self, part: &[u8], taken: usize) {
        // One byte more than there may be: it is too large then.
        let room = (MOST + 1).saturating_sub(self.text.len());
        self.text.extend_from_slice(&part[..part.len().min(room)]);
        self.bytes += taken;
    }

    /// How many bytes of the input it took.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.len() <= MOST && self.text.trim_ascii().is_empty()
    }

    /// What stands in it.
    pub(super) fn text(self) -> Result<Vec<u8>, Error> {
        if self.text.len() > MOST {
            let sentence = format!(
                "too large: it has more than the {LARGEST} bytes that a message may have; nothing of it was sent"
            );
            return Err(Error::new(Exit::NotSent, sentence));
        }
        Ok(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: impl AsyncRead + Unpin + Send + 'static) -> Input {
        Input { reader: BufReader::new(Box::new(text)), path: "-".into(), bytes: None, line: Line::default() }
    }

    #[tokio::test]
    async fn lines_are_what_stands_between_line_feeds() {
        let mut input = input(&b"a\n\r\nlast"[..]);
        for (text, bytes) in [("a", 2), ("\r", 2), ("last", 4)] {
            let line = input.next_line().await.unwrap().expect("a line");
            assert_eq!(line.bytes(), bytes);
            assert_eq!(line.text().unwrap(), text.as_bytes());
        }
        assert!(input.next_line().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn of_a_line_that_is_too_large_no_more_is_held_than_a_message_may_have() {
        let large = tokio::io::repeat(b'x').take(10 * LARGEST as u64);
        let mut input = input(large.chain(&b"\nnext"[..]));
        let line = input.next_line().await.unwrap().expect("a line");
        assert_eq!(line.bytes(), 10 * LARGEST + 1);
        assert!(line.text.capacity() < 3 * LARGEST, "{}", line.text.capacity());
        assert_eq!(line.text().unwrap_err().exit(), Exit::NotSent);
        assert_eq!(input.next_line().await.unwrap().expect("a line").text().unwrap(), b"next");
    }

    #[tokio::test]
    async fn an_input_that_is_too_large_is_not_read_to_its_end() {
        let error = input(tokio::io::repeat(b'x')).whole().await.unwrap_err();
        assert!(error.sentence().contains("more than the 16777216 bytes"), "{}", error.sentence());
        assert_eq!(input(&b"a\nb\n"[..]).whole().await.unwrap(), b"a\nb\n");
    }
}
