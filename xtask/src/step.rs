//! [`Step`], one thing that passes or fails.

use anyhow::Result;

use crate::workspace::{self, Workspace};

type Action = Box<dyn Fn(&Workspace) -> Result<String>>;

/// One thing that passes or fails.
pub(crate) struct Step {
    name: String,
    action: Action,
}

impl Step {
    /// A step whose action returns a remark for the summary, which may be empty.
    pub(crate) fn new(name: impl Into<String>, action: impl Fn(&Workspace) -> Result<String> + 'static) -> Self {
        Self { name: name.into(), action: Box::new(action) }
    }

    /// A step that passes if cargo does.
    pub(crate) fn cargo(name: &str, args: &'static str) -> Self {
        Self::new(name, move |workspace| {
            workspace::run(&mut workspace.cargo(args))?;
            Ok(String::new())
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn run(&self, workspace: &Workspace) -> Result<String> {
        println!("\n==> {}", self.name);
        (self.action)(workspace)
    }
}
