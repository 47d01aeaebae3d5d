//! [`each_package`], a walk through the events of a workspace, as its code has them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use user_events_core::Shown;
use user_events_schema::dump::Dumped;
use user_events_schema::lock::{Revision, Sample, Shape, State};
use user_events_schema::sample::synthesize;
use user_events_schema::{Side, identity};

use super::args::{Build, Selection};
use super::cargo::{Package, Workspace};
use super::dump::{self, Dump, Features, Found};
use super::folder::{LockFolder, LockName};
use super::report::Report;
use crate::error::Error;
use crate::exit::Exit;
use crate::say::say;

/// An event, as the code has it.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) says: Dumped,
    pub(super) writer: Shape,
    pub(super) reader: Shape,
    /// The files that the targets which have it start with.
    pub(super) roots: BTreeSet<PathBuf>,
}

/// What the code of a package says.
pub(super) struct Code<'a> {
    pub(super) package: &'a Package,
    chosen: &'a Chosen,
    /// The oldest versions that are still read, where the newest say so.
    floors: BTreeMap<String, u32>,
    /// By type and version.
    pub(super) events: BTreeMap<LockName, Event>,
    /// Types and versions that stand in the code more than once, with where they stand.
    pub(super) twice: Vec<Twice>,
    /// Whether everything was read: with some errors, an event may be missing.
    pub(super) whole: bool,
}

/// A package, and how it was read.
pub(super) struct Work<'a> {
    pub(super) code: Code<'a>,
    pub(super) workspace: &'a Workspace,
    pub(super) build: &'a Build,
}

/// A type and version that stands in the code more than once.
pub(super) struct Twice {
    pub(super) name: LockName,
    pub(super) places: [String; 2],
}

impl Event {
    fn read(says: Dumped) -> Result<Self, Error> {
        let unreadable = |error| Error::new(Exit::Invalid, "the shape of an event cannot be read").because(error);
        let writer = says.writer().and_then(|tree| Shape::new(Side::Writer, tree.tree())).map_err(unreadable)?;
        let reader = says.reader().and_then(|tree| Shape::new(Side::Reader, tree.tree())).map_err(unreadable)?;
        Ok(Self { says, writer, reader, roots: BTreeSet::new() })
    }

    /// Where it stands in the code.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.says.file, self.says.line)
    }

    /// What a lock keeps of it.
    pub(super) fn revision(&self, number: u32, state: State) -> Result<Revision, Error> {
        let samples = match &self.says.sample {
            Some(sample) => vec![Sample::parse(sample).map_err(|error| {
                let sentence = format!("{}: the sample is no JSON: {}", self.place(), error.message());
                Error::new(Exit::Invalid, sentence)
            })?],
            None => synthesize(&self.writer.tree().tree()),
        };
        Ok(Revision {
            number,
            state,
            fingerprint: self.says.fingerprint,
            writer: self.writer.clone(),
            reader: self.reader.clone(),
            tombstones: Vec::new(),
            samples,
            reason: None,
        })
    }

    /// What a lock keeps of it in the place of a revision that it is.
    pub(super) fn revision_like(&self, revision: &Revision) -> Result<Revision, Error> {
        let Revision { number, state, ref tombstones, ref reason, .. } = *revision;
        let renewed = self.revision(number, state)?;
        Ok(Revision { tombstones: tombstones.clone(), reason: reason.clone(), ..renewed })
    }

    /// Whether a revision was made of what it is now.
    pub(super) fn is(&self, revision: &Revision) -> bool {
        self.says.fingerprint == revision.fingerprint
    }
}

impl Code<'_> {
    /// Where the lock file of an event is.
    pub(super) fn lock_file(&self, name: &LockName) -> Result<PathBuf, Error> {
        match self.events.get(name).and_then(|event| event.says.lock.as_deref()) {
            Some(path) => Ok(self.package.folder.join(path)),
            None => self.lock_folder().file(name),
        }
    }

    pub(super) fn lock_folder(&self) -> LockFolder {
        LockFolder::at(self.package.lock_folder())
    }

    /// What was asked for.
    pub(super) const fn chosen(&self) -> &Chosen {
        self.chosen
    }

    /// The events that the code or the lock folder has.
    pub(super) fn names(&self) -> Result<BTreeSet<LockName>, Error> {
        let locks = self.lock_folder().content()?.locks;
        let chosen = locks.into_iter().filter(|name| self.chosen.matches(name));
        Ok(self.events.keys().cloned().chain(chosen).collect())
    }

    /// Whether a version of an event was retired: a newer one says that it is not read any more.
    pub(super) fn is_retired(&self, name: &LockName) -> bool {
        self.floors.get(&name.event_type).is_some_and(|floor| name.version < *floor)
    }
}

impl Twice {
    pub(super) fn error(&self) -> Error {
        Error::new(Exit::Findings, self.sentence())
    }

    pub(super) fn sentence(&self) -> String {
        let (LockName { event_type, version }, [one, other]) = (&self.name, &self.places);
        format!("`{event_type}` v{version} stands in the code twice: {one} and {other}")
    }
}

/// Goes through the packages that were selected, those first that others depend on.
///
/// What goes wrong in one is said, and does not keep the next ones from their turn.
pub(super) fn each_package(
    selection: &Selection,
    build: &Build,
    report: &mut Report,
    mut work: impl FnMut(&Work<'_>, &mut Report),
) {
    let chosen = match Chosen::read(&selection.types) {
        Ok(chosen) => chosen,
        Err(error) => return report.fail(&error),
    };
    let manifest = selection.manifest_path.as_deref();
    let workspace = match Workspace::read(manifest, &selection.packages, build.all_targets) {
        Ok(workspace) => workspace,
        Err(error) => return report.fail(&error),
    };
    if workspace.packages.is_empty() {
        say("no package of this workspace depends on user-events");
    }
    let mut met = BTreeSet::new();
    for package in &workspace.packages {
        let dump = dump::events(package, Features::Asked(build), build.all_targets, &workspace.target);
        let code = dump.and_then(|dump| Code::read(package, dump, &chosen, report));
        match code.and_then(|code| Ok((code.names()?, code))) {
            Ok((names, code)) => {
                met.extend(names);
                work(&Work { workspace: &workspace, code, build }, report);
            }
            Err(error) => report.fail(&error.about(format_args!("package `{}`", package.name))),
        }
    }
    for choice in chosen.0.iter().filter(|choice| !met.iter().any(|name| choice.matches(name))) {
        report.fail(&Error::new(Exit::Usage, format!("no event `{choice}` was found")));
    }
}

impl<'a> Code<'a> {
    /// What the code of a package says of the chosen events by this dump of it.
    pub(super) fn read(
        package: &'a Package,
        dump: Dump,
        chosen: &'a Chosen,
        report: &mut Report,
    ) -> Result<Self, Error> {
        let whole = !dump.errors.iter().any(|error| error.concerns_events);
        if !dump.errors.is_empty() {
            dump.errors.iter().for_each(|error| report.quote(&error.text));
            if dump.events.is_empty() {
                return Err(Error::new(Exit::NotCompiled, "it does not compile so far that its events can be read"));
            }
            let name = &package.name;
            if whole {
                report.warn(&format!("package `{name}` has other errors than in its events, which were read"));
            } else {
                report.ends(Exit::NotCompiled);
                report.warn(&format!("package `{name}` has errors for which an event may be missing"));
            }
        }
        let mut code =
            Code { package, chosen, floors: BTreeMap::new(), events: BTreeMap::new(), twice: Vec::new(), whole };
        for Found { event, target } in dump.events {
            let name = LockName { event_type: event.event_type.clone(), version: event.version };
            if let Some(floor) = event.floor {
                let known = code.floors.entry(event.event_type.clone()).or_default();
                *known = floor.max(*known);
            }
            if !chosen.matches(&name) {
                continue;
            }
            let root = package.targets[target].root.clone();
            let mut event = Event::read(event)?;
            match code.events.get_mut(&name) {
                None => {
                    event.roots.insert(root);
                    code.events.insert(name, event);
                }
                // A file that a library and a program have in common, or a build for tests.
                Some(known) if known.place() == event.place() && known.says.fingerprint == event.says.fingerprint => {
                    known.roots.insert(root);
                }
                Some(known) => code.twice.push(Twice { name, places: [known.place(), event.place()] }),
            }
        }
        Ok(code)
    }
}

/// The events that were asked for.
pub(super) struct Chosen(Vec<Choice>);

/// Events by their type, and be it in one version.
struct Choice {
    event_type: String,
    version: Option<u32>,
}

impl Chosen {
    fn read(types: &[String]) -> Result<Self, Error> {
        let choose = |text: &String| {
            let (event_type, version) = match identity::split(text) {
                Some((event_type, version)) => (event_type, Some(version)),
                None => (text.as_str(), None),
            };
            identity::check_type_name(event_type).map_err(|error| {
                Error::new(Exit::Usage, format!("`{}` is no event type", Shown::new(text))).because(error)
            })?;
            Ok(Choice { event_type: event_type.to_owned(), version })
        };
        types.iter().map(choose).collect::<Result<_, _>>().map(Self)
    }

    fn matches(&self, name: &LockName) -> bool {
        self.0.is_empty() || self.0.iter().any(|choice| choice.matches(name))
    }
}

impl Choice {
    fn matches(&self, name: &LockName) -> bool {
        self.event_type == name.event_type && self.version.is_none_or(|version| version == name.version)
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "{} v{version}", self.event_type),
            None => f.write_str(&self.event_type),
        }
    }
}
