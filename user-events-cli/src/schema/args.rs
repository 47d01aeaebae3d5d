//! The command lines of the commands that keep the locks.

use std::path::PathBuf;

use clap::ValueEnum;
use user_events_schema::identity;

use crate::args::Format;

/// Where an option stands in the help that says how cargo builds.
const BUILD: &str = "How the crates are built";

/// The commands that keep the locks.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum SchemaCommand {
    /// Record what events are now, in the lock files that the compiler compares them with
    ///
    /// A change that breaks what was published is refused. Nothing is asked.
    Accept(AcceptArgs),
    /// Publish drafts: what they say now binds whoever changes them
    Seal(SealArgs),
    /// Compare events with their lock files, and write nothing
    Check(CheckArgs),
    /// Show what has changed since the newest revision, and what it means to old and new readers
    Diff(DiffArgs),
    /// Show events with their versions and revisions
    List(ListArgs),
    /// Describe events to programs in other languages
    Catalogue(CatalogueArgs),
}

/// Which events.
#[derive(Debug, clap::Args)]
pub(crate) struct Selection {
    /// Only events of these types, of any version unless one is given (`UserRegistered`, `UserRegistered.v1`)
    #[arg(value_name = "TYPE")]
    pub(crate) types: Vec<String>,
    /// The Cargo.toml of the workspace, or of a package in it; without it, the one that cargo finds from here
    #[arg(long, value_name = "PATH")]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Only this package of the workspace; may be repeated
    #[arg(long = "package", short, value_name = "NAME")]
    pub(crate) packages: Vec<String>,
    /// How the outcome is shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// How the crates that have them are built.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Build {
    /// Look for events in examples, tests and benches, too
    #[arg(long, help_heading = BUILD)]
    pub(crate) all_targets: bool,
    /// Build with these features, too; as cargo takes them
    #[arg(long, short = 'F', value_name = "FEATURES", help_heading = BUILD)]
    pub(crate) features: Vec<String>,
    /// Build with all features
    #[arg(long, help_heading = BUILD)]
    pub(crate) all_features: bool,
    /// Build without the default features
    #[arg(long, help_heading = BUILD)]
    pub(crate) no_default_features: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct AcceptArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) build: Build,
    /// Record drafts: they bind nobody, and are rewritten until `seal` publishes them
    #[arg(long)]
    pub(crate) draft: bool,
    /// Record a breaking change in place of the published revisions that it breaks
    ///
    /// Whoever has stored or still reads what was published as such a revision is on their own: the compiler no longer
    /// knows of it.
    #[arg(long, requires = "reason", conflicts_with = "draft")]
    pub(crate) force: bool,
    /// Why published revisions may be forgotten; it is kept in the lock file
    #[arg(long, value_name = "TEXT", requires = "force", value_parser = reason)]
    pub(crate) reason: Option<String>,
    /// Ask nothing: `--force` asks once if the standard input is a terminal
    #[arg(long, short)]
    pub(crate) yes: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SealArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) build: Build,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) build: Build,
    /// Fail on whatever does not belong into a release: the code and its lock files have to agree in every way
    #[arg(long)]
    pub(crate) frozen: bool,
    /// Fail on drafts, as a release branch does
    #[arg(long)]
    pub(crate) deny_drafts: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) build: Build,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) build: Build,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CatalogueArgs {
    #[command(subcommand)]
    pub(crate) command: CatalogueCommand,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum CatalogueCommand {
    /// Write JSON Schema, TypeScript and AsyncAPI of what is published
    ///
    /// What events look like is taken from their lock files, what they are called from the code. If anything cannot be
    /// read, nothing is written.
    Export(ExportArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) build: Build,
    /// The folder that the files are written to; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// What is written; may be repeated. Without it, everything
    #[arg(long = "kind", value_name = "KIND", value_enum)]
    pub(crate) kinds: Vec<Kind>,
    /// Take the newest revision even where it is a draft
    #[arg(long)]
    pub(crate) drafts: bool,
    /// The exchange of events that name none: the one that their bus has for them
    #[arg(long, value_name = "NAME", value_parser = exchange)]
    pub(crate) exchange: Option<String>,
    /// The title of the AsyncAPI document; without it, one that names the packages
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The version that the AsyncAPI document has
    #[arg(long, value_name = "VERSION", default_value = "1.0.0")]
    pub(crate) document_version: String,
}

/// A kind of description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// `<Type>.v<version>.schema.json` for each event, JSON Schema 2020-12
    JsonSchema,
    /// `events.ts`
    #[value(name = "typescript")]
    TypeScript,
    /// `asyncapi.json`, AsyncAPI 3.0
    #[value(name = "asyncapi")]
    AsyncApi,
}

fn exchange(text: &str) -> Result<String, String> {
    identity::check_exchange(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("expected a sentence for whoever reads the lock file".to_owned()),
        text if text.chars().any(char::is_control) => Err("expected one line".to_owned()),
        text => Ok(text.to_owned()),
    }
}
