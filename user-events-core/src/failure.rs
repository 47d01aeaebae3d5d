//! [`Failure`]: what a handler ends with when it does not succeed.

use std::error::Error;
use std::fmt;

/// What a handler returns: `?` on any error turns it into a [`Failure`].
pub type Handled = Result<(), Failure>;

/// Why a handler did not succeed.
///
/// Every error converts into it, `anyhow::Error` included, so a handler uses `?` without
/// annotations. It is no error itself, for that is what makes the conversion possible; a test
/// that calls a handler gets the error back with [`into_error`](Self::into_error).
///
/// The error's `Display` text, and that of its sources, becomes part of the dead letter: keep
/// secrets and personal data out of error messages.
pub struct Failure(Box<dyn Error + Send + Sync>);

impl Failure {
    /// The error that the handler ended with.
    #[must_use]
    pub fn into_error(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }

    /// The error that the handler ended with.
    #[must_use]
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_mark_takes_every_error() {
        fn texts() -> Handled {
            Err("no such user")?
        }
        fn errors() -> Handled {
            "x".parse::<u8>()?;
            Ok(())
        }
        assert_eq!(texts().unwrap_err().into_error().to_string(), "no such user");
        assert!(errors().unwrap_err().into_error().is::<std::num::ParseIntError>());
    }
}
