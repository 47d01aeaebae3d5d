//! Seeds and findings, on the compiler that everything else is tested on.

use std::path::{Path, PathBuf};
use std::{fs, io};

use fuzz_targets::{TARGETS, run};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The paths in a folder, in order.
fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Runs a target on what lies in a folder for it, and says how much that is. For some targets nothing was found yet.
fn replay(kind: &str, target: &str) -> usize {
    let paths = match paths(&folder(kind).join(target)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        read => read.expect("the folder can be read"),
    };
    for path in &paths {
        println!("{}", path.display());
        run(target, &fs::read(path).expect("it can be read"));
    }
    paths.len()
}

#[test]
fn every_target_keeps_its_promises_on_its_seeds() {
    for (target, _) in TARGETS {
        assert!(replay("seeds", target) > 0, "target `{target}` has no seeds");
    }
}

#[test]
fn what_was_found_once_stays_mended() {
    let replayed: usize = TARGETS.iter().map(|(target, _)| replay("findings", target)).sum();
    assert!(replayed > 0, "no finding was replayed");
}

/// What lies elsewhere would never be replayed.
#[test]
fn seeds_and_findings_lie_in_the_folders_of_their_targets() {
    for kind in ["seeds", "findings"] {
        for path in paths(&folder(kind)).expect("the folder can be read") {
            let is_of_a_target = TARGETS.iter().any(|(target, _)| path.ends_with(target));
            assert!(is_of_a_target && path.is_dir(), "{} belongs to no target", path.display());
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let programs: Vec<_> = paths(&folder("../../fuzz/fuzz_targets"))
        .expect("the fuzz crate")
        .iter()
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    let mut targets = TARGETS.map(|(name, _)| name.to_owned());
    targets.sort();
    assert_eq!(programs, targets);
}
