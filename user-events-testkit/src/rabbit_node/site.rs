//! [`Site`], the place a node lives in.

use std::{
    env,
    ffi::OsString,
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{
    builder::Builder,
    error::{Error, Result},
    ports::Ports,
};

/// Distributed Erlang on this machine only, with the port mapper that runs already: one that Erlang starts by itself would
/// outlive the node.
const DISTRIBUTION: &str = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false";

/// The place a node lives in: its folder, its ports and its name, and the environment that leads RabbitMQ there.
#[derive(Debug)]
pub(super) struct Site {
    folder: PathBuf,
    log: PathBuf,
    name: String,
    node_name: String,
    ports: Ports,
}

impl Site {
    /// Makes a folder with everything that a node needs in order to start.
    pub(super) fn prepare(settings: &Builder, ports: Ports) -> Result<(Self, TempDir)> {
        let folder = tempfile::Builder::new()
            .prefix("rabbit-node-")
            .tempdir()
            .map_err(Error::io("create a folder for a RabbitMQ node"))?;
        let site = Self::new(folder.path(), ports);
        site.fill(settings).map_err(Error::io(format!("fill {}", site.folder.display())))?;
        Ok((site, folder))
    }

    fn new(folder: &Path, ports: Ports) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self {
            log: folder.join("node.log"),
            folder: folder.to_owned(),
            node_name: format!("{name}@localhost"),
            name,
            ports,
        }
    }

    fn fill(&self, settings: &Builder) -> io::Result<()> {
        let home = self.folder.join("home");
        fs::create_dir(&home)?;
        // Erlang refuses a cookie that others could read.
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o400)
            .open(home.join(".erlang.cookie"))?
            .write_all(self.name.as_bytes())?;
        fs::write(self.folder.join("enabled_plugins"), format!("[{}].\n", settings.plugins.join(",")))?;
        let mut config = format!("listeners.tcp.1 = 127.0.0.1:{}\n", self.ports.amqp);
        for line in &settings.config {
            config.push_str(line);
            config.push('\n');
        }
        fs::write(self.folder.join("rabbitmq.conf"), config)
    }

    pub(super) fn ports(&self) -> Ports {
        self.ports
    }

    /// The node's name without its host.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn node_name(&self) -> &str {
        &self.node_name
    }

    pub(super) fn log(&self) -> &Path {
        &self.log
    }

    pub(super) fn log_size(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |log| log.len())
    }

    /// What was logged after the log had this size.
    pub(super) fn log_since(&self, size: u64) -> String {
        let read = || {
            let mut log = File::open(&self.log)?;
            log.seek(SeekFrom::Start(size))?;
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes)?;
            io::Result::Ok(bytes)
        };
        read().map_or_else(|error| error.to_string(), |log| String::from_utf8_lossy(&log).into_owned())
    }

    pub(super) fn uri(&self, vhost: &str) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/{}", self.ports.amqp, percent_encoded(vhost))
    }

    /// A command that belongs to this node and to no other, whatever the environment of this process says.
    pub(super) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        for (name, _) in env::vars_os() {
            if let Some("RABBITMQ" | "ERL") = name.to_string_lossy().split('_').next() {
                command.env_remove(name);
            }
        }
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env("HOME", self.folder.join("home"))
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("ERL_EPMD_PORT", self.ports.epmd.to_string())
            .env("RABBITMQ_NODENAME", &self.node_name)
            .env("RABBITMQ_DIST_PORT", self.ports.distribution.to_string())
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_CONFIG_FILE", self.folder.join("rabbitmq.conf"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", self.folder.join("none.config"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", self.folder.join("enabled_plugins"))
            .env("RABBITMQ_FEATURE_FLAGS_FILE", self.folder.join("feature_flags"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", self.folder.join("generated"))
            .env("RABBITMQ_MNESIA_BASE", self.folder.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", self.folder.join("log"))
            .env("RABBITMQ_PID_FILE", self.folder.join("pid"))
            // To the standard output, which goes to the log file.
            .env("RABBITMQ_LOGS", "-")
            // Without it the server is a shell that waits for the node, with it the shell becomes the node.
            .env("RABBITMQ_ALLOW_INPUT", "1")
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", format!("{DISTRIBUTION} -noinput"))
            .env("RABBITMQ_CTL_ERL_ARGS", DISTRIBUTION)
            // The default has eleven ports: too few for many tests that call rabbitmqctl at once.
            .env("RABBITMQ_CTL_DIST_PORT_MIN", "30000")
            .env("RABBITMQ_CTL_DIST_PORT_MAX", "32000");
        command
    }

    /// Like [`command`](Self::command), with its output appended to the log.
    pub(super) fn logged_command(&self, program: impl Into<OsString>) -> io::Result<Command> {
        let log = OpenOptions::new().append(true).create(true).open(&self.log)?;
        let mut command = self.command(program);
        command.stderr(log.try_clone()?).stdout(log);
        Ok(command)
    }

    pub(super) fn ctl(&self, program: &Path, args: &[OsString]) -> Result<String> {
        let output = self
            .command(program)
            .args(["--quiet", "--node", &self.node_name])
            .args(args)
            .output()
            .map_err(Error::io(format!("run {}", program.display())))?;
        if !output.status.success() {
            return Err(Error::Ctl {
                args: args.iter().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" "),
                status: output.status,
                stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            });
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The path of an AMQP URI: everything but the unreserved characters of RFC 3986 (2.3) is escaped.
fn percent_encoded(vhost: &str) -> String {
    vhost.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02x}");
        }
        path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site::new(Path::new("/tmp/rabbit-node-abc"), Ports { amqp: 1, distribution: 2, epmd: 3 })
    }

    #[test]
    fn the_default_virtual_host_is_escaped() {
        assert_eq!(site().uri("/"), "amqp://guest:guest@127.0.0.1:1/%2f");
        assert_eq!(site().uri("a-b_c.d~é"), "amqp://guest:guest@127.0.0.1:1/a-b_c.d~%c3%a9");
    }

    #[test]
    fn the_environment_names_this_node_alone() {
        let command = site().command("rabbitmq-server");
        let names: Vec<_> = command
            .get_envs()
            .filter(|(name, value)| {
                *name == "RABBITMQ_NODENAME" && *value == Some("rabbit-node-abc@localhost".as_ref())
            })
            .collect();
        assert_eq!(names.len(), 1);
    }
}
