//! What the compile-time check costs: `cargo check` of a crate full of events.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::table::{median, shown};

const EVENTS: usize = 200;
const FIELDS: usize = 20;
/// Each revision but the first adds an optional field.
const REVISIONS: usize = 3;

/// The types of the fields that every revision has, over and over.
const TYPES: [&str; 8] = [
    "String",
    "u32",
    "bool",
    "Option<String>",
    "Vec<String>",
    "i32",
    "Option<u32>",
    "std::collections::BTreeMap<String, String>",
];

/// One crate that is checked again and again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Variant {
    /// serde's derives, and a derive that expands to nothing.
    Plain,
    /// The real derive, and no lock.
    Unlocked,
    /// The real derive, and three revisions of each event.
    Locked,
}

impl Variant {
    const ALL: [Self; 3] = [Self::Plain, Self::Unlocked, Self::Locked];

    const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Unlocked => "unlocked",
            Self::Locked => "locked",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Plain => "serde's derives and an empty derive",
            Self::Unlocked => "with `DomainEvent`, no lock",
            Self::Locked => "with `DomainEvent`, three revisions each",
        }
    }
}

/// Checks the three crates in turn, so many times, and prints the medians of the user CPU time.
pub(crate) fn compile(rounds: u32) -> Result<()> {
    let bench = Bench::set_up()?;
    let mut laps = vec![Vec::new(); Variant::ALL.len()];
    for round in 1..=rounds {
        for (variant, laps) in Variant::ALL.into_iter().zip(&mut laps) {
            let lap = bench.check(variant)?;
            println!("round {round}: {}: {:.2} s", variant.name(), lap.as_secs_f64());
            laps.push(lap.as_secs_f64());
        }
    }

    println!("\n{EVENTS} events of {FIELDS} fields, `cargo check`, user CPU time, medians of {rounds} rounds\n");
    println!("| | seconds | ratio |\n|---|--:|--:|");
    for (variant, own) in Variant::ALL.into_iter().zip(&laps) {
        let ratio = median(own.iter().zip(&laps[0]).map(|(own, plain)| own / plain));
        let seconds = median(own.iter().copied());
        println!("| {} | {} | {} |", variant.title(), shown(seconds, 2), shown(ratio, 2));
    }
    Ok(())
}

struct Bench {
    workspace: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn set_up() -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches is in a workspace")?.to_owned();
        let folder = workspace.join("target/tests/compile");
        let bench = Self { workspace, folder };
        bench.write_empty_derive()?;
        for variant in Variant::ALL {
            let package = bench.package(variant);
            if package.exists() {
                fs::remove_dir_all(&package)?;
            }
            bench.write(variant, REVISIONS)?;
        }
        for revision in 1..=REVISIONS {
            bench.write(Variant::Locked, revision)?;
            let manifest = bench.package(Variant::Locked).join("Cargo.toml");
            let mut accept = bench.cargo("run --quiet --package user-events-cli --bin user-events -- accept");
            run(accept.current_dir(&bench.workspace).arg("--manifest-path").arg(manifest))?;
        }
        let locks = fs::read_dir(bench.package(Variant::Locked).join("events.lock"))?.count();
        ensure!(locks == EVENTS, "{locks} of {EVENTS} events have a lock");
        for variant in Variant::ALL {
            bench.check(variant)?;
        }
        Ok(bench)
    }

    fn package(&self, variant: Variant) -> PathBuf {
        self.folder.join(variant.name())
    }

    /// Every crate is compiled from scratch; its dependencies are not.
    fn check(&self, variant: Variant) -> Result<Duration> {
        let package = self.package(variant);
        let source = package.join("src/lib.rs");
        fs::write(&source, fs::read(&source)?)?;
        let before = children_cpu()?;
        let mut check = self.cargo("check --quiet");
        run(check.current_dir(&package).env("CARGO_INCREMENTAL", "0"))?;
        Ok(children_cpu()? - before)
    }

    fn cargo(&self, args: &str) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(args.split(' ')).env_remove("USER_EVENTS_DUMP").env_remove("USER_EVENTS_LOCK").stdin(Stdio::null());
        cargo
    }

    fn write(&self, variant: Variant, revision: usize) -> Result<()> {
        let package = self.package(variant);
        fs::create_dir_all(package.join("src"))?;
        let dependency = match variant {
            Variant::Plain => "empty-derive = { path = \"../empty-derive\" }".to_owned(),
            Variant::Unlocked | Variant::Locked => {
                let path = self.workspace.join("user-events");
                format!("user-events = {{ path = {path:?}, default-features = false }}")
            }
        };
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\n{dependency}\n",
            variant.name()
        );
        fs::write(package.join("Cargo.toml"), manifest)?;
        fs::copy(self.workspace.join("Cargo.lock"), package.join("Cargo.lock"))?;
        fs::write(package.join("src/lib.rs"), source(variant, revision))?;
        Ok(())
    }

    fn write_empty_derive(&self) -> Result<()> {
        let package = self.folder.join("empty-derive");
        fs::create_dir_all(package.join("src"))?;
        let manifest =
            "[package]\nname = \"empty-derive\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\nproc-macro = true\n";
        fs::write(package.join("Cargo.toml"), manifest)?;
        let source = "#[proc_macro_derive(DomainEvent, attributes(event))]\n\
                      pub fn derive(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n    Default::default()\n}\n";
        fs::write(package.join("src/lib.rs"), source)?;
        Ok(())
    }
}

/// The crate as it was when this revision was published.
fn source(variant: Variant, revision: usize) -> String {
    let derive = match variant {
        Variant::Plain => "empty_derive::DomainEvent",
        Variant::Unlocked | Variant::Locked => "user_events::DomainEvent",
    };
    let mut source = format!("use {derive};\nuse serde::{{Deserialize, Serialize}};\n");
    for event in 0..EVENTS {
        let name = name(event);
        let _ = write!(
            source,
            "\n#[derive(Debug, Serialize, Deserialize, DomainEvent)]\n#[serde(rename_all = \"camelCase\")]\n\
             #[event(type = \"{name}\", version = 1)]\npub struct {name} {{\n"
        );
        let first = FIELDS - (REVISIONS - 1);
        for field in 0..first {
            let _ = writeln!(source, "    pub some_field_{field}: {},", TYPES[(event + field) % TYPES.len()]);
        }
        for field in first..first + revision - 1 {
            let _ = writeln!(source, "    pub added_field_{field}: Option<String>,");
        }
        source.push_str("}\n");
    }
    source
}

/// In letters, as a type's words are.
fn name(event: usize) -> String {
    let letter = |of: usize| char::from(b'a' + u8::try_from(of % 26).unwrap_or_default());
    format!("Thing{}{}Happened", letter(event / 26).to_ascii_uppercase(), letter(event))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

/// The user CPU time of all children that have ended, and theirs.
fn children_cpu() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").context("the CPU time of children is read from Linux's /proc")?;
    // The name in parentheses may hold blanks; `cutime` is the sixteenth field of all, in hundredths of a second.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: u64 = fields.split_whitespace().nth(13).context("/proc/self/stat has no cutime")?.parse()?;
    Ok(Duration::from_millis(ticks * 10))
}
