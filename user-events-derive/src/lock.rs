//! [`Locked`], what was published of an event, as the folder `events.lock` of its crate keeps it.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use syn::{Error, LitStr};
use user_events_schema::lock::{self, Lock, State};

use crate::mistakes::Mistakes;
use crate::shape;

/// The folder that locks are read from instead of `events.lock`, relative to the crate's `Cargo.toml`.
const FOLDER_VARIABLE: &str = "USER_EVENTS_LOCK";

/// A lock, and the file that it was read from.
pub(crate) struct LockFile {
    pub(crate) lock: Lock,
    /// Where it is on this machine.
    pub(crate) path: String,
}

/// What a crate knows of an event that was published.
#[derive(Default)]
pub(crate) enum Locked {
    /// The crate has no locks.
    #[default]
    NoFolder,
    /// The crate has locks, and none of the event.
    Missing,
    File(LockFile),
}

impl Locked {
    /// Finds the lock of an event: in the file that its attribute names, else in the crate's folder.
    pub(crate) fn find(
        event_type: &str,
        version: u32,
        named: Option<&LitStr>,
        at: Span,
        mistakes: &mut Mistakes,
    ) -> Self {
        let Some(manifest) = manifest_folder() else { return Self::NoFolder };
        let (path, at) = match named {
            Some(path) => (PathBuf::from(path.value()), path.span()),
            None => {
                let folder = env::var_os(FOLDER_VARIABLE).map_or_else(|| lock::FOLDER.into(), PathBuf::from);
                if !manifest.join(&folder).is_dir() {
                    return Self::NoFolder;
                }
                (folder.join(lock::file_name(event_type, version)), at)
            }
        };
        match read(&manifest, &path, at) {
            Ok(Some(file)) => {
                if let Err(error) = file.is_of(event_type, version, &path, at) {
                    refuse(error, mistakes);
                }
                Self::File(file)
            }
            Ok(None) => Self::Missing,
            Err(error) => {
                refuse(error, mistakes);
                Self::NoFolder
            }
        }
    }
}

/// The command reads locks itself, and tells what is wrong with one; it wants to know the event all the same.
fn refuse(error: Error, mistakes: &mut Mistakes) {
    if !shape::is_dumped() {
        mistakes.add(error);
    }
}

fn manifest_folder() -> Option<PathBuf> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)
}

/// Nothing if there is no such file.
fn read(manifest: &Path, path: &Path, at: Span) -> Result<Option<LockFile>, Error> {
    let absolute = manifest.join(path);
    let shown = path.display().to_string();
    let text = match fs::read(&absolute) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| Error::new(at, format!("{shown}: this is not UTF-8")))?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::new(at, format!("{shown}: {error}"))),
    };
    let Some(absolute) = absolute.to_str() else {
        return Err(Error::new(at, format!("{shown}: the compiler needs a path in UTF-8")));
    };
    // What fails is tried again whether a file changed or not, so that one with a mistake need not be tracked.
    let lock = Lock::parse_shapes(&shown, &text).map_err(|error| Error::new(at, error))?;
    Ok(Some(LockFile { lock, path: absolute.to_owned() }))
}

impl LockFile {
    /// The lock of an event that is published elsewhere, copied into this crate.
    pub(crate) fn vendored(written: &LitStr) -> Result<Self, Error> {
        let at = written.span();
        let path = PathBuf::from(written.value());
        let found = read(&manifest_folder().unwrap_or_default(), &path, at)?;
        let shown = path.display();
        let file = found.ok_or_else(|| {
            let example = r#"lock = "vendor/UserRegistered/v1.json""#;
            Error::new(at, format!("{shown}: there is no such file beside the crate's Cargo.toml, as in `{example}`"))
        })?;
        if file.lock.revisions.iter().all(|revision| revision.state == State::Draft) {
            return Err(Error::new(
                at,
                format!("{shown}: there are drafts only, and a view is held to what was published"),
            ));
        }
        Ok(file)
    }

    fn is_of(&self, event_type: &str, version: u32, path: &Path, at: Span) -> Result<(), Error> {
        let Lock { event_type: found_type, version: found_version, .. } = &self.lock;
        if found_type == event_type && *found_version == version {
            return Ok(());
        }
        let path = path.display();
        Err(Error::new(
            at,
            format!(
                "{path}:1:1: this is the lock of `{found_type}` v{found_version}, and not of `{event_type}` v{version}"
            ),
        ))
    }

    /// The fields that were removed on purpose, in any revision.
    pub(crate) fn tombstones(&self) -> Vec<&str> {
        let mut tombstones: Vec<&str> = Vec::new();
        for path in self.lock.revisions.iter().flat_map(|revision| &revision.tombstones) {
            if !tombstones.contains(&path.as_str()) {
                tombstones.push(path);
            }
        }
        tombstones
    }
}

/// The constant `REVISIONS`, and that the crate is compiled again when the file changes.
pub(crate) fn revisions(lock: &Lock, path: &str) -> TokenStream {
    let revisions = lock.revisions.iter().map(|revision| {
        let number = Literal::u32_unsuffixed(revision.number);
        let published = revision.state == State::Published;
        let fingerprint = Literal::u64_unsuffixed(revision.fingerprint);
        let writer = Literal::byte_string(revision.writer.bytes());
        let reader = Literal::byte_string(revision.reader.bytes());
        quote! {
            __private::Revision {
                number: #number,
                published: #published,
                fingerprint: #fingerprint,
                writer: #writer,
                reader: #reader,
            }
        }
    });
    quote! {
        const _: &[u8] = ::core::include_bytes!(#path);
        const REVISIONS: &[__private::Revision<'static>] = &[#(#revisions),*];
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use user_events_schema::lock::{Revision, Shape};
    use user_events_schema::{Node, Scalar, Side, Tree};

    use super::*;

    /// The lock of a payload that is `null`.
    pub(crate) fn lock(states: &[State]) -> Lock {
        let null = Tree { nodes: &[Node::Scalar(Scalar::Null)], parts: &[], names: &[] };
        let revisions = (1..).zip(states).map(|(number, &state)| Revision {
            number,
            state,
            fingerprint: u64::from(number),
            writer: Shape::new(Side::Writer, null).unwrap(),
            reader: Shape::new(Side::Reader, null).unwrap(),
            tombstones: vec!["address.zip".to_owned(), format!("field_{number}")],
            samples: Vec::new(),
            reason: None,
        });
        Lock { event_type: "UserRegistered".to_owned(), version: 1, revisions: revisions.collect() }
    }

    /// Writes a lock into a folder, and returns its path.
    pub(crate) fn written(folder: &tempfile::TempDir, text: &str) -> LitStr {
        let path = folder.path().join("v1.json");
        fs::write(&path, text).unwrap();
        LitStr::new(path.to_str().unwrap(), Span::call_site())
    }

    fn found(path: &LitStr) -> Result<Locked, String> {
        let mut mistakes = Mistakes::default();
        let locked = Locked::find("UserRegistered", 1, Some(path), Span::call_site(), &mut mistakes);
        mistakes.check(Some(locked)).map_err(|error| error.to_string().replace(&path.value(), "v1.json"))
    }

    #[test]
    fn what_is_wrong_with_a_lock_is_told_with_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let text = lock(&[State::Published]).to_text();
        for (broken, expected) in [
            (
                text.replace("UserRegistered", "UserDeleted"),
                "v1.json:1:1: this is the lock of `UserDeleted` v1, and not",
            ),
            (
                text.replace("\"version\": 1", "\"version\": 2"),
                "v1.json:1:1: this is the lock of `UserRegistered` v2, and",
            ),
            (
                text.replace("published", "draft"),
                "v1.json:6:7: revision 1 is not what its checksum says: it was edited",
            ),
            (text.replace("    {", "<<<<<<< main\n    {"), "v1.json:5:1: a merge conflict is not resolved"),
            (text.replace("\"null\"", "\"nil\""), "v1.json:8:17: unknown shape `nil`"),
        ] {
            let error = found(&written(&folder, &broken)).err().unwrap();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_lock_that_is_not_there_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let path = LitStr::new(folder.path().join("v1.json").to_str().unwrap(), Span::call_site());
        assert!(matches!(found(&path), Ok(Locked::Missing)));
        // This crate has no folder of locks.
        let mut mistakes = Mistakes::default();
        let locked = Locked::find("UserRegistered", 1, None, Span::call_site(), &mut mistakes);
        assert!(matches!(mistakes.check(Some(locked)), Ok(Locked::NoFolder)));
    }

    #[test]
    fn a_lock_is_tracked_and_handed_to_the_compiler() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, &lock(&[State::Published, State::Draft]).to_text());
        let Ok(Locked::File(file)) = found(&path) else { panic!("there is one") };
        let expected = quote! {
            const _: &[u8] = ::core::include_bytes!(#path);
            const REVISIONS: &[__private::Revision<'static>] = &[
                __private::Revision {
                    number: 1,
                    published: true,
                    fingerprint: 1,
                    writer: b"\x01\x01\0\0\x01\x06",
                    reader: b"\x01\x01\0\0\x01\x06",
                },
                __private::Revision {
                    number: 2,
                    published: false,
                    fingerprint: 2,
                    writer: b"\x01\x01\0\0\x01\x06",
                    reader: b"\x01\x01\0\0\x01\x06",
                }
            ];
        };
        assert_eq!(revisions(&file.lock, &file.path).to_string(), expected.to_string());
        assert_eq!(file.tombstones(), ["address.zip", "field_1", "field_2"]);
    }
}
