//! Seeds and findings, on the compiler that everything else is tested on.

use std::fs;
use std::path::PathBuf;

use fuzz_targets::{TARGETS, run};

fn files(folder: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map(|entries| {
            entries
                .map(|entry| {
                    let path = entry.expect("a file").path();
                    (path.display().to_string(), fs::read(&path).expect("it can be read"))
                })
                .collect()
        })
        .unwrap_or_default();
    files.sort();
    files
}

#[test]
fn every_target_keeps_its_promises_on_its_seeds() {
    for (target, _) in TARGETS {
        let seeds = files("seeds", target);
        assert!(!seeds.is_empty(), "target `{target}` has no seeds");
        for (name, seed) in seeds {
            println!("{name}");
            run(target, &seed);
        }
    }
}

#[test]
fn what_was_found_once_stays_mended() {
    for (target, _) in TARGETS {
        for (name, finding) in files("findings", target) {
            println!("{name}");
            run(target, &finding);
        }
    }
}

#[test]
fn every_target_has_its_program() {
    let programs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/fuzz_targets");
    let mut programs: Vec<String> = fs::read_dir(programs)
        .expect("the fuzz crate")
        .map(|entry| entry.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    programs.sort();
    let mut targets = TARGETS.map(|(name, _)| name.to_owned());
    targets.sort();
    assert_eq!(programs, targets);
}
