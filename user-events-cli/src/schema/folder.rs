//! [`LockFolder`], the lock files of a package: `events.lock/<Type>/v<version>.json`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process;

use user_events_core::Shown;
use user_events_schema::identity;

use crate::error::{Error, unreadable};
use crate::exit::Exit;

/// The lock files of a package.
#[derive(Debug)]
pub(super) struct LockFolder {
    path: PathBuf,
}

/// A lock file, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LockName {
    pub(super) event_type: String,
    pub(super) version: u32,
}

/// What lies in a lock folder.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) locks: Vec<LockName>,
    /// What is no lock file, nor hidden.
    pub(super) strangers: Vec<PathBuf>,
}

impl LockFolder {
    pub(super) const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the lock file of this name is.
    ///
    /// A name is a folder's only if it is an event's: letters and digits, hence never a way out of here.
    pub(super) fn file(&self, name: &LockName) -> Result<PathBuf, Error> {
        identity::check_type_name(&name.event_type).map_err(|error| {
            let name = Shown::new(&name.event_type);
            Error::new(Exit::Invalid, format!("event type `{name}` names no folder")).because(error)
        })?;
        Ok(self.path.join(&name.event_type).join(format!("v{}.json", name.version)))
    }

    /// What is in it, in order. A folder that is not there is empty.
    pub(super) fn content(&self) -> Result<Content, Error> {
        let mut content = Content::default();
        for folder in entries(&self.path)? {
            let event_type = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !folder.is_dir() || identity::check_type_name(&event_type).is_err() {
                content.strangers.push(folder);
                continue;
            }
            for file in entries(&folder)? {
                match version(&file) {
                    Some(version) => content.locks.push(LockName { event_type: event_type.clone(), version }),
                    None => content.strangers.push(file),
                }
            }
        }
        content.locks.sort();
        Ok(content)
    }
}

/// The text of a lock file, if there is one.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map(Some).map_err(|error| {
            // Not the bytes, which the error would show.
            let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|byte| *byte == b'\n').count();
            Error::new(Exit::Invalid, format!("{}:{line}: it is not UTF-8", path.display()))
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, error)),
    }
}

/// Writes a lock file whole or not at all, since a build may read it at any time.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Hidden, and in the same folder: a file is renamed at once within a file system alone.
    let temporary = folder.join(format!(".{name}.{}.tmp", process::id()));
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|error| {
        // What is left of it is of no use, and may not be there.
        let _ = fs::remove_file(&temporary);
        Error::new(Exit::Failed, format!("`{}` cannot be written", path.display())).because(error)
    })
}

/// Makes cargo compile what starts with this file again: it does not watch for lock files that were not there.
pub(super) fn touch(root: &Path) -> Result<(), Error> {
    let touch = || File::options().append(true).open(root)?.set_modified(std::time::SystemTime::now());
    touch().map_err(|error| {
        let sentence =
            format!("the time of `{}` cannot be set: save it, for the next build to see the lock", root.display());
        Error::new(Exit::Failed, sentence).because(error)
    })
}

/// What is in a folder and not hidden, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read =
        || -> io::Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect() };
    let mut paths = match read() {
        Ok(paths) => paths,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(unreadable(folder, error)),
    };
    paths.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    paths.sort();
    Ok(paths)
}

/// The version that a file is named after, as it is written alone: `v1.json`, never `v01.json`.
fn version(path: &Path) -> Option<u32> {
    let number = path.file_name()?.to_str()?.strip_prefix('v')?.strip_suffix(".json")?;
    let version: u32 = number.parse().ok()?;
    (version > 0 && version.to_string() == number).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(event_type: &str) -> LockName {
        LockName { event_type: event_type.to_owned(), version: 1 }
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = LockFolder::at("/package/events.lock".into());
        assert_eq!(folder.file(&name("Placed")).unwrap(), Path::new("/package/events.lock/Placed/v1.json"));
        for event_type in ["..", "../Placed", "/etc", "A/B", "A\\B", "C:", "", ".", "A\0"] {
            assert!(folder.file(&name(event_type)).is_err(), "{event_type:?}");
        }
    }

    #[test]
    fn lock_files_are_told_from_strangers() {
        let folder = tempfile::TempDir::new().unwrap();
        for path in ["Placed/v2.json", "Placed/v10.json", "Placed/v01.json", "Placed/.v1.json.7.tmp", "notes.md"] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            write(&path, "{}").unwrap();
        }
        let content = LockFolder::at(folder.path().to_owned()).content().unwrap();
        assert_eq!(content.locks.iter().map(|lock| lock.version).collect::<Vec<_>>(), [2, 10]);
        let strangers: Vec<_> = content.strangers.iter().map(|path| path.file_name().unwrap()).collect();
        assert_eq!(strangers, ["v01.json", "notes.md"]);
        assert_eq!(read(&folder.path().join("Placed/v2.json")).unwrap().as_deref(), Some("{}"));
        assert_eq!(read(&folder.path().join("Placed/v3.json")).unwrap(), None);
    }
}
