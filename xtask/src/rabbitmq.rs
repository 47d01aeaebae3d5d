//! Finds RabbitMQ on the machine, or installs it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{apt, step::Passed, version::Version, workspace::Workspace};

/// Where Debian has it; the testkit's nodes look at the same place.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// The first with quorum queues that can dead-letter at least once.
const OLDEST: Version = Version::new(3, 10);

/// Finds RabbitMQ, or installs it with apt-get, and says which.
pub(crate) fn install(workspace: &Workspace) -> Result<Passed> {
    let server = env::var_os("RABBITMQ_SERVER").map_or_else(|| PathBuf::from(SERVER), PathBuf::from);
    if server.is_file() {
        let version = version(&server)?;
        return Ok(Passed::with(format!("found {version} at {}", server.display())));
    }
    println!("there is no RabbitMQ at {}", server.display());
    ensure!(
        server == Path::new(SERVER),
        "RABBITMQ_SERVER names {}, which does not exist: correct it, or unset it to have RabbitMQ installed",
        server.display()
    );
    let elsewhere = format!("install RabbitMQ {OLDEST} or later, and name its `rabbitmq-server` in RABBITMQ_SERVER");
    apt::install(workspace, "RabbitMQ", &["rabbitmq-server"], &elsewhere)?;
    let version = version(&server)?;
    Ok(Passed::with(format!("installed {version} with apt-get")))
}

/// Read from the installation's files: the version that `rabbitmqctl` prints costs a port mapper that keeps running.
fn version(server: &Path) -> Result<Version> {
    let server = server.canonicalize()?;
    let home = server.ancestors().nth(2).unwrap_or(&server);
    let plugins = home.join("plugins");
    let entries = fs::read_dir(&plugins).with_context(|| format!("cannot read {}", plugins.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let versions: Vec<Version> = names.filter_map(|name| name.strip_prefix("rabbit-")?.parse().ok()).collect();
    let [version] = versions[..] else { bail!("there is not one `rabbit-VERSION` in {}", plugins.display()) };
    ensure!(version >= OLDEST, "RabbitMQ at {} is {version}; {OLDEST} or later is needed", server.display());
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version_with(plugins: &[&str]) -> Result<Version> {
        let home = tempfile::tempdir()?;
        for folder in ["sbin", "plugins"] {
            fs::create_dir(home.path().join(folder))?;
        }
        for plugin in plugins {
            fs::create_dir(home.path().join("plugins").join(plugin))?;
        }
        let server = home.path().join("sbin/rabbitmq-server");
        fs::write(&server, "")?;
        version(&server)
    }

    #[test]
    fn the_version_is_that_of_the_broker_among_the_plugins() {
        let version = version_with(&["rabbit-3.10.8", "rabbit_common-3.10.8", "rabbitmq_web_dispatch-3.10.8"]);
        assert_eq!(version.unwrap().to_string(), "3.10.8");
    }

    #[test]
    fn an_old_broker_and_none_are_refused() {
        assert!(version_with(&["rabbit-3.9.27"]).unwrap_err().to_string().contains("3.10 or later"));
        assert!(version_with(&[]).is_err());
    }
}
