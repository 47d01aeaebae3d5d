//! Installs what Debian and Ubuntu have, with apt-get.

use std::{path::Path, process::Command};

use anyhow::{Result, ensure};

use crate::workspace::{Workspace, read, run};

/// Installs packages, whose services are not started; where that cannot be, says what is `missing` and how to get it:
/// `elsewhere`, in a clause for other systems.
pub(crate) fn install(workspace: &Workspace, missing: &str, packages: &[&str], elsewhere: &str) -> Result<()> {
    ensure!(
        Path::new("/etc/debian_version").exists(),
        "{missing} is missing and this is no Debian or Ubuntu, where apt-get would install it: {elsewhere}"
    );
    let user = read(workspace.command("id").arg("-u"))?;
    ensure!(
        user.trim() == "0",
        "{missing} is missing and only root can install it: `sudo apt-get install {}`",
        packages.join(" ")
    );
    run(&mut script(workspace, Path::new("/usr/sbin/policy-rc.d"), packages))
}

fn script(workspace: &Workspace, policy: &Path, packages: &[&str]) -> Command {
    let mut script = workspace.command("/bin/sh");
    script.arg(workspace.root().join("xtask/apt-install.sh")).arg(policy).args(packages);
    script
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt};

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
        let mut script = script(&Workspace::here(), &policy, &["one", "other"]);
        let success = script.current_dir(folder.path()).env("PATH", path).status().unwrap().success();

        assert_eq!(success, status == 0);
        let log = fs::read_to_string(folder.path().join("apt.log")).unwrap();
        (log, fs::read_to_string(policy).ok())
    }

    #[test]
    fn no_service_starts_while_packages_are_installed() {
        let (log, policy) = install_with(None, 0);
        assert_eq!(log, "update\nexit 101\ninstall --yes --no-install-recommends one other\nexit 101\n");
        assert_eq!(policy, None);
    }

    #[test]
    fn a_policy_of_the_machine_is_back_even_after_a_failure() {
        let (log, policy) = install_with(Some("exit 7\n"), 1);
        assert_eq!(log, "update\nexit 101\n");
        assert_eq!(policy.as_deref(), Some("exit 7\n"));
    }
}
