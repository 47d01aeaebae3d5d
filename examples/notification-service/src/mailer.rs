//! Sending mails.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Stands in for a mail provider: it counts what it is given.
#[derive(Debug, Clone, Default)]
pub struct Mailer {
    sent: Arc<AtomicU64>,
    is_down: bool,
}

/// Why a mail was not sent. It does not name the receiver: errors are kept with dead letters.
#[derive(Debug, thiserror::Error)]
#[error("the mail provider does not answer")]
pub struct MailError;

impl Mailer {
    /// A mailer that has sent nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A mailer that sends nothing, for tests of what happens then.
    #[must_use]
    pub fn down() -> Self {
        Self { is_down: true, ..Self::default() }
    }

    /// Sends a mail to an address, or to the id of a user whose address the provider knows.
    ///
    /// # Errors
    ///
    /// The provider does not answer.
    pub async fn send(&self, to: &str, subject: &str) -> Result<(), MailError> {
        if self.is_down {
            return Err(MailError);
        }
        tracing::debug!(to, subject, "mail sent");
        self.sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// How many mails were sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}
