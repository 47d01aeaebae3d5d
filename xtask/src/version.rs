//! [`Version`], as far as comparing goes.

use std::{fmt, str::FromStr};

use anyhow::{Context, Error, Result};

/// A version such as `1.85` or `3.10.8`, as far as comparing goes; what follows a third number is left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    pub(crate) const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor, patch: 0 }
    }

    /// Whether this is that version, but for the patch.
    pub(crate) fn is_release_of(self, version: Self) -> bool {
        (self.major, self.minor) == (version.major, version.minor)
    }
}

impl FromStr for Version {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.trim().split('.').map(|part| {
            let digits = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse().with_context(|| format!("`{text}` is not a version"))
        });
        let major = parts.next().transpose()?.unwrap_or_default();
        let minor = parts.next().transpose()?.unwrap_or_default();
        let patch = parts.next().transpose()?.unwrap_or_default();
        Ok(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { major, minor, patch } = self;
        match patch {
            0 => write!(f, "{major}.{minor}"),
            _ => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(version("3.9.27") < Version::new(3, 10));
        assert!(version("3.10.8-1") > Version::new(3, 10));
        assert_eq!(version("1.85.0\n"), version("1.85"));
    }

    #[test]
    fn what_is_no_version_is_refused() {
        assert_eq!("stable".parse::<Version>().unwrap_err().to_string(), "`stable` is not a version");
    }
}
