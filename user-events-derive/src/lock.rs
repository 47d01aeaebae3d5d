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
    // What is kept is what was published. It is read again when the file changes, whatever is wrong with it now: the
    // error makes the build fail, and a failed build is tried again.
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
