//! [`Tracker`]: where a tracked pass is, and where its error was.

use std::cell::RefCell;
use std::fmt::Write as _;

use super::error::TrackedError;
use crate::DecodeErrorKind;

/// A handle to the state of one pass, shared by all its wrappers.
#[derive(Clone, Copy)]
pub(super) struct Tracker<'t>(&'t RefCell<State>);

#[derive(Default)]
pub(super) struct State {
    steps: Vec<Step>,
    /// The name read last, where it is one that the type knows.
    name: Option<&'static str>,
    finding: Option<Finding>,
}

/// What an error was about.
#[derive(Default)]
pub(super) struct Finding {
    /// Known where the type gave the error, not serde_json.
    pub(super) kind: Option<DecodeErrorKind>,
    pub(super) path: String,
}

/// One step into a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Into a field or variant, by a name written in the type.
    Name(&'static str),
    /// Into a field by a name that the type does not know: a map's key, perhaps data.
    AnyName,
    /// Into a list's element.
    Index(usize),
}

impl<'t> Tracker<'t> {
    pub(super) fn new(state: &'t RefCell<State>) -> Self {
        Self(state)
    }

    /// Does `read` one step further in.
    pub(super) fn step<R>(self, step: Step, read: impl FnOnce() -> R) -> R {
        self.0.borrow_mut().steps.push(step);
        let result = read();
        self.0.borrow_mut().steps.pop();
        result
    }

    /// Takes serde_json's error out of the tracked one. If no step further in did so before,
    /// the error happened here.
    pub(super) fn leave<E>(self, error: TrackedError<E>) -> E {
        let state = &mut *self.0.borrow_mut();
        let steps = &state.steps;
        state.finding.get_or_insert_with(|| Finding {
            kind: error.kind,
            path: path_of(steps.iter().copied().chain(error.field)),
        });
        error.inner
    }

    /// The error that left last, with the path of its innermost step.
    pub(super) fn finding(self) -> Finding {
        self.0.borrow_mut().finding.take().unwrap_or_default()
    }

    /// Forgets an error, for reading goes on: the type caught it.
    pub(super) fn forget(self) {
        self.0.borrow_mut().finding = None;
    }

    /// Notes the name just read, if it is one of the type's.
    pub(super) fn note_name(self, names: &[&'static str], read: &str) {
        self.0.borrow_mut().name = names.iter().copied().find(|name| *name == read);
    }

    /// The step that the name noted last leads into.
    pub(super) fn named_step(self) -> Step {
        self.0.borrow_mut().name.take().map_or(Step::AnyName, Step::Name)
    }
}

fn path_of(steps: impl Iterator<Item = Step>) -> String {
    let mut path = String::new();
    for step in steps {
        if !path.is_empty() && !matches!(step, Step::Index(_)) {
            path.push('.');
        }
        // Writing to a String does not fail.
        let _ = match step {
            Step::Name(name) => path.write_str(name),
            Step::AnyName => path.write_str("*"),
            Step::Index(index) => write!(path, "[{index}]"),
        };
    }
    path
}
