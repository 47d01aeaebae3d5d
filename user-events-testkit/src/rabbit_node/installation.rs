//! [`Installation`], the RabbitMQ programs on this machine.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::error::{Error, Result};

/// Not the `rabbitmq-server` in the `PATH`: Debian's is a wrapper that switches to the user of the system's own node.
const DEBIAN_SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// The RabbitMQ programs on this machine.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    server: PathBuf,
    ctl: PathBuf,
}

impl Installation {
    pub(super) fn find() -> Result<Self> {
        let server = env::var_os("RABBITMQ_SERVER").map_or_else(|| PathBuf::from(DEBIAN_SERVER), PathBuf::from);
        Self::at(server)
    }

    fn at(server: PathBuf) -> Result<Self> {
        if !server.is_file() {
            return Err(Error::NotInstalled { path: server });
        }
        Ok(Self { ctl: server.with_file_name("rabbitmqctl"), server })
    }

    pub(super) fn server(&self) -> &Path {
        &self.server
    }

    pub(super) fn ctl(&self) -> &Path {
        &self.ctl
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_server_is_an_error_that_says_how_to_get_it() {
        let error = Installation::at("/nowhere/rabbitmq-server".into()).unwrap_err().to_string();
        assert!(error.contains("/nowhere/rabbitmq-server"), "{error}");
        assert!(error.contains("apt-get install rabbitmq-server"), "{error}");
    }
}
