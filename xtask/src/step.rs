//! [`Step`], one thing that passes or fails.

use anyhow::Result;

use crate::workspace::{self, Workspace};

type Action = Box<dyn Fn(&Workspace) -> Result<Passed>>;

/// One thing that passes or fails.
pub(crate) struct Step {
    name: String,
    action: Action,
}

/// A step did what it is there for. What it says of it in the summary may be empty.
///
/// There is no third outcome: what a step lacks is installed, or it fails.
pub(crate) struct Passed(pub(crate) String);

impl Passed {
    pub(crate) fn with(remark: impl Into<String>) -> Self {
        Self(remark.into())
    }

    pub(crate) fn silently() -> Self {
        Self(String::new())
    }
}

impl Step {
    pub(crate) fn new(name: impl Into<String>, action: impl Fn(&Workspace) -> Result<Passed> + 'static) -> Self {
        Self { name: name.into(), action: Box::new(action) }
    }

    /// A step that passes if cargo does.
    pub(crate) fn cargo(name: &str, args: &'static str) -> Self {
        Self::new(name, move |workspace| {
            workspace::run(&mut workspace.cargo(args))?;
            Ok(Passed::silently())
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn run(&self, workspace: &Workspace) -> Result<Passed> {
        println!("\n==> {}", self.name);
        (self.action)(workspace)
    }
}
