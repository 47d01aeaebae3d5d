//! Colours: few, and only where a terminal shows them.

use anstyle::{AnsiColor, Style};

/// What went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What deserves a look.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What a line is about.
pub(crate) const NAME: Style = Style::new().bold();
/// What stands beside it.
pub(crate) const ASIDE: Style = Style::new().dimmed();
