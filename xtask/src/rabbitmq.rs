//! Finds RabbitMQ on the machine, or installs it.

use std::{
    env, fs,
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

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
    apt_install(workspace)?;
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

fn apt_install(workspace: &Workspace) -> Result<()> {
    let _forbidden = NoServices::start()?;
    run(workspace.command("apt-get").arg("update"))?;
    let mut install = workspace.command("apt-get");
    install.args(["install", "--yes", "--no-install-recommends", "rabbitmq-server"]);
    run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// While it lives, packages may not start the services they bring: the tests start private nodes.
struct NoServices {
    policy: &'static Path,
    before: Option<(Vec<u8>, fs::Permissions)>,
}

impl NoServices {
    fn start() -> Result<Self> {
        Self::at(Path::new("/usr/sbin/policy-rc.d"))
    }

    fn at(policy: &'static Path) -> Result<Self> {
        let before = match fs::read(policy) {
            Ok(text) => Some((text, fs::metadata(policy)?.permissions())),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", policy.display())),
        };
        let restored_on_drop = Self { policy, before };
        // 101: action forbidden by policy.
        fs::write(policy, "#!/bin/sh\nexit 101\n").with_context(|| format!("cannot write {}", policy.display()))?;
        fs::set_permissions(policy, fs::Permissions::from_mode(0o755))?;
        Ok(restored_on_drop)
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        let restored = match &self.before {
            Some((text, permissions)) => {
                fs::write(self.policy, text).and_then(|()| fs::set_permissions(self.policy, permissions.clone()))
            }
            None => fs::remove_file(self.policy),
        };
        if let Err(error) = restored {
            eprintln!("cannot restore {}: {error}", self.policy.display());
        }
    }
}
