//! Finds RabbitMQ on the machine, or installs it.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};

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
        let version = version(workspace, &server)?;
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
    let version = version(workspace, &server)?;
    Ok(Passed::with(format!("installed {version} with apt-get")))
}

fn version(workspace: &Workspace, server: &Path) -> Result<Version> {
    // It leaves a cookie file in its home.
    let home = workspace.tools().join("rabbitmqctl");
    fs::create_dir_all(&home)?;
    let mut ctl = workspace.command(server.with_file_name("rabbitmqctl"));
    let answer = read(ctl.arg("version").env("HOME", home).env("RABBITMQ_CONF_ENV_FILE", "/dev/null"))?;
    let version: Version = answer.lines().last().unwrap_or_default().parse()?;
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
