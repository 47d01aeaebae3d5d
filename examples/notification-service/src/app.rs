//! What the handlers share.

use user_events::FromRef;

use crate::{Journal, Mailer};

/// What the handlers share. Each asks for the part that it needs: `State(mailer): State<Mailer>`.
#[derive(Debug, Clone, FromRef)]
pub struct App {
    /// Sends mails.
    pub mailer: Mailer,
    /// Says what was handled.
    pub journal: Journal,
}

impl App {
    /// An app for tests: no mail leaves it, and nothing is printed.
    #[must_use]
    pub fn fake() -> Self {
        Self { mailer: Mailer::new(), journal: Journal::Silent }
    }
}
