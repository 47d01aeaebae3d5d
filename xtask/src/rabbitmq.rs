//! Finds RabbitMQ on the machine, or installs it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    step::Passed,
    version::Version,
    workspace::{Workspace, read, run},
};

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
    expect_apt(workspace)?;
    run(&mut apt_script(workspace, Path::new("/usr/sbin/policy-rc.d")))?;
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

fn expect_apt(workspace: &Workspace) -> Result<()> {
    ensure!(
        Path::new("/etc/debian_version").exists(),
        "RabbitMQ is missing and this is no Debian or Ubuntu, where apt-get would install it: install RabbitMQ {OLDEST} \
         or later, and name its `rabbitmq-server` in RABBITMQ_SERVER"
    );
    let user = read(workspace.command("id").arg("-u"))?;
    ensure!(
        user.trim() == "0",
        "RabbitMQ is missing and only root can install it: `sudo apt-get install rabbitmq-server`"
    );
    Ok(())
}

fn apt_script(workspace: &Workspace, policy: &Path) -> Command {
    let mut script = workspace.command("/bin/sh");
    script.arg(workspace.root().join("xtask/install-rabbitmq.sh")).arg(policy);
    script
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, os::unix::fs::PermissionsExt};

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

    /// Runs the installation with an `apt-get` that writes down its arguments and the policy, and then ends with `status`.
    /// Returns what it wrote, and the policy that is left.
    fn install_with(policy_before: Option<&str>, status: i32) -> (String, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("policy-rc.d");
        if let Some(text) = policy_before {
            fs::write(&policy, text).unwrap();
        }
        let apt = folder.path().join("apt-get");
        fs::write(&apt, format!("#!/bin/sh\n{{ echo \"$@\"; tail -n 1 policy-rc.d; }} >> apt.log\nexit {status}\n"))
            .unwrap();
        fs::set_permissions(&apt, fs::Permissions::from_mode(0o755)).unwrap();

        let mut path = OsString::from(folder.path());
        path.push(":/usr/bin:/bin");
        let mut script = apt_script(&Workspace::here(), &policy);
        let success = script.current_dir(folder.path()).env("PATH", path).status().unwrap().success();

        assert_eq!(success, status == 0);
        let log = fs::read_to_string(folder.path().join("apt.log")).unwrap();
        (log, fs::read_to_string(policy).ok())
    }

    #[test]
    fn no_service_starts_while_packages_are_installed() {
        let (log, policy) = install_with(None, 0);
        assert_eq!(log, "update\nexit 101\ninstall --yes --no-install-recommends rabbitmq-server\nexit 101\n");
        assert_eq!(policy, None);
    }

    #[test]
    fn a_policy_of_the_machine_is_back_even_after_a_failure() {
        let (log, policy) = install_with(Some("exit 7\n"), 1);
        assert_eq!(log, "update\nexit 101\n");
        assert_eq!(policy.as_deref(), Some("exit 7\n"));
    }
}
