//! [`events`], what the events of a package are, as the compiler says it.
//!
//! The derive makes the compiler say it: with [`VARIABLE`] set to the name of the crate, each event is an error whose
//! text is the event. So nothing of the crate is run, and errors elsewhere in it do not matter.

use std::path::Path;

use serde::Deserialize;
use user_events_schema::dump::{Dumped, Unreadable};

use super::args::Build;
use super::cargo::{self, Kind, Package, Target};
use crate::error::Error;

/// Names the crate whose events the compiler says.
const VARIABLE: &str = "USER_EVENTS_DUMP";

/// A folder of its own beside the user's builds, which these would invalidate.
const FOLDER: &str = "user-events";

/// Which features of the package are on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Features<'a> {
    /// Those that were asked for.
    Asked(&'a Build),
    None,
    Default,
    All,
}

/// What a package has.
#[derive(Debug, Default)]
pub(super) struct Dump {
    pub(super) events: Vec<Found>,
    /// What else the compiler, or cargo, had to say against it.
    pub(super) errors: Vec<BuildError>,
}

/// What the compiler, or cargo, has to say against a package.
#[derive(Debug)]
pub(super) struct BuildError {
    pub(super) text: String,
    /// Whether an event may be missing for it.
    pub(super) concerns_events: bool,
}

/// An event of a target.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) event: Dumped,
    /// Where the target is in [`Package::targets`].
    pub(super) target: usize,
}

/// Reads what the events of a package are.
pub(super) fn events(
    package: &Package,
    features: Features<'_>,
    all_targets: bool,
    target_folder: &Path,
) -> Result<Dump, Error> {
    let mut dump = Dump::default();
    for (index, target) in package.targets.iter().enumerate() {
        let profiles: &[Option<&str>] = match (target.kind, all_targets) {
            (Kind::Lib | Kind::Bin, false) => &[None],
            // What stands under `cfg(test)` is in another build.
            (Kind::Lib | Kind::Bin, true) => &[None, Some("test")],
            (_, true) => &[None],
            (_, false) => &[],
        };
        for profile in profiles {
            if matches!(features, Features::None) && !target.required_features.is_empty() {
                continue;
            }
            let mut cargo = cargo::cargo();
            cargo.args(["check", "--message-format=json", "--keep-going"]);
            cargo.arg("--manifest-path").arg(&package.manifest).args(["--package", &package.id]);
            cargo.arg("--target-dir").arg(target_folder.join(FOLDER)).env(VARIABLE, variable(target));
            match target.kind {
                Kind::Lib => cargo.arg("--lib"),
                kind => cargo.args([kind.option(), &target.name]),
            };
            if let Some(profile) = profile {
                cargo.args(["--profile", profile]);
            }
            features.write(target, |option| {
                cargo.arg(option);
            });
            let output = cargo::output(&mut cargo)?;
            dump.take(index, package, &output.stdout);
            // Cargo itself ends it before there is anything to compile.
            if !output.status.success() && dump.events.is_empty() && dump.errors.is_empty() {
                let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                dump.errors.push(BuildError { text, concerns_events: true });
            }
        }
    }
    Ok(dump)
}

/// What the variable has to be for this target alone.
fn variable(target: &Target) -> String {
    let name = target.crate_name();
    match target.kind {
        // It may have the name of the library that it is built with.
        Kind::Bin | Kind::Example => format!("bin {name}"),
        Kind::Lib | Kind::Test | Kind::Bench => name,
    }
}

impl Features<'_> {
    /// Gives cargo the options that turn them on.
    fn write(self, target: &Target, mut option: impl FnMut(&str)) {
        match self {
            Self::None => option("--no-default-features"),
            Self::All => option("--all-features"),
            Self::Default => {}
            Self::Asked(build) => {
                if build.all_features {
                    option("--all-features");
                }
                if build.no_default_features {
                    option("--no-default-features");
                }
                for features in &build.features {
                    option("--features");
                    option(features);
                }
            }
        }
        // Without them cargo would refuse to build the target by its name.
        for feature in &target.required_features {
            option("--features");
            option(feature);
        }
    }
}

impl Dump {
    /// Takes what cargo printed when it built a target.
    fn take(&mut self, target: usize, package: &Package, printed: &[u8]) {
        for line in printed.split(|byte| *byte == b'\n') {
            // Between cargo's own lines stands what build scripts and macros print.
            let Ok(Message { package_id, message: Some(message) }) = serde_json::from_slice(line) else { continue };
            match message.dumped() {
                Ok(Some(event)) if package_id == package.id => self.events.push(Found { event, target }),
                // A crate of the same name.
                Ok(Some(_)) => {}
                Ok(None) => self.refuse(message),
                Err(error) => {
                    self.errors.push(BuildError { text: format!("error: {error}"), concerns_events: true });
                }
            }
        }
    }

    /// Takes what is not an event.
    fn refuse(&mut self, message: Diagnostic) {
        let is_summary = message.message.starts_with("aborting due to");
        if !message.level.starts_with("error") || is_summary {
            return;
        }
        let has_code = message.code.is_some();
        let text = message.rendered.unwrap_or(message.message).trim_end().to_owned();
        // A library is built for each target again.
        if !self.errors.iter().any(|known| known.text == text) {
            // Mistakes in what is derived have no code, and what is missing of an event is named.
            let concerns_events = !has_code || ["EventSchema", "DomainEvent"].iter().any(|name| text.contains(name));
            self.errors.push(BuildError { text, concerns_events });
        }
    }
}

/// A line of `cargo check --message-format=json`.
#[derive(Deserialize)]
struct Message {
    package_id: String,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    code: Option<Code>,
    rendered: Option<String>,
    #[serde(default)]
    spans: Vec<Span>,
    #[serde(default)]
    children: Vec<Diagnostic>,
}

/// The compiler's number of an error, which has a text.
#[derive(Deserialize)]
struct Code {}

#[derive(Deserialize)]
struct Span {
    label: Option<String>,
}

impl Diagnostic {
    /// The event that it holds. Compilers do not agree on where the text of a panic stands.
    fn dumped(&self) -> Result<Option<Dumped>, Unreadable> {
        let labels = self.spans.iter().filter_map(|span| span.label.as_deref());
        for text in std::iter::once(self.message.as_str()).chain(labels) {
            if let Some(event) = Dumped::parse(text)? {
                return Ok(Some(event));
            }
        }
        for child in &self.children {
            if let Some(event) = child.dumped()? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}
