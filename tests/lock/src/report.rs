//! [`answer`], what a generated program says of its pairs.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
};

use serde::{Deserialize, Serialize};

use user_events_schema::{OwnedTree, Schema, Side, Sides, lower, verdict};

use crate::oracle::{self, Meaning, Model, Observed, Outcome, Renames};

/// A type of a generated program.
#[derive(Clone, Copy)]
pub struct Type {
    /// What real serde makes of it.
    pub model: Model,
    /// What the framework knows of it.
    pub schema: Schema,
}

/// A question about two types of a program.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Question {
    /// The place of the old type among the program's.
    pub old: usize,
    /// The place of the new type.
    pub new: usize,
    /// What was renamed.
    pub renames: BTreeMap<String, String>,
    /// Older documents, which the old type reads.
    pub stored: Vec<String>,
    /// The names that are also read.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// The fields that were removed on purpose.
    pub tombstones: Vec<String>,
}

/// What serde makes of them, and what the framework says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The new type reads what the old one writes.
    pub backward: Observed,
    /// The old type reads what the new one writes.
    pub forward: Observed,
    /// The new type reads what it writes itself.
    pub own: Observed,
    /// The old type reads what it writes itself.
    pub old_own: Observed,
    /// The new type reads the older documents.
    pub stored: Observed,
    /// The new type reads documents that the old one reads and does not write.
    pub tolerance: Observed,
    /// What the framework says of the change.
    pub verdict: Verdict,
    /// Whether the framework says that the old type reads what it writes itself.
    pub old_verdict: Outcome,
}

/// What the framework says of a change.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// What the new type does with what the old one wrote.
    pub backward: Outcome,
    /// What the old type does with what the new one writes.
    pub forward: Outcome,
    /// What the new type does with what it writes.
    pub own: Outcome,
    /// Why.
    pub findings: Vec<Finding>,
}

/// One reason for a verdict.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Where: `address.zip`.
    pub path: String,
    /// Who breaks, in the words of the schema crate's code.
    pub breaks: String,
    /// Why, in the same words.
    pub what: String,
}

/// A type of a program, once it was asked for.
struct Known {
    model: Model,
    samples: Vec<(String, Meaning)>,
    writer: OwnedTree<'static>,
    reader: OwnedTree<'static>,
    own: Observed,
}

impl Known {
    fn of(of: &Type) -> Self {
        let samples = (of.model.samples)();
        Self {
            model: of.model,
            own: oracle::observe(&samples, of.model, &Renames::default()),
            samples,
            writer: lower::to_owned(of.schema, Side::Writer),
            reader: lower::to_owned(of.schema, Side::Reader),
        }
    }

    fn sides(&self) -> Sides<'_> {
        Sides { writer: self.writer.tree(), reader: self.reader.tree() }
    }
}

fn outcome(outcome: verdict::Outcome) -> Outcome {
    match outcome {
        verdict::Outcome::Ok => Outcome::Ok,
        verdict::Outcome::Some => Outcome::Some,
        verdict::Outcome::No => Outcome::No,
        verdict::Outcome::Silent => Outcome::Silent,
    }
}

fn verdict(old: &Known, new: &Known, tombstones: &[String]) -> Verdict {
    let tombstones: Vec<&str> = tombstones.iter().map(String::as_str).collect();
    let verdict = verdict::change(old.sides(), new.sides(), &tombstones);
    let finding = |finding: &verdict::Finding<'_>| Finding {
        path: finding.path.segments().join("."),
        breaks: format!("{:?}", finding.breaks),
        what: format!("{:?}", finding.what),
    };
    Verdict {
        backward: outcome(verdict.backward),
        forward: outcome(verdict.forward),
        own: outcome(verdict.own),
        findings: verdict.findings.list().iter().map(finding).collect(),
    }
}

/// Answers the questions on standard input, each a line of JSON, with a line of JSON each.
///
/// # Panics
///
/// The questions are not what [`ask`](crate::generated::Crate::ask) sends.
pub fn answer(types: &[Type]) {
    let mut questions = String::new();
    std::io::stdin().read_to_string(&mut questions).expect("questions");
    let mut answers = std::io::stdout().lock();
    let known: Vec<Known> = types.iter().map(Known::of).collect();
    for question in questions.lines() {
        let question: Question = serde_json::from_str(question).expect("a question");
        let (old, new) = (&known[question.old], &known[question.new]);
        let renames = Renames(question.renames);
        let stored = oracle::observe_stored(old.model, new.model, &question.stored, &renames);
        let answer = Answer {
            backward: oracle::observe(&old.samples, new.model, &renames),
            forward: oracle::observe(&new.samples, old.model, &renames),
            own: new.own.clone(),
            old_own: old.own.clone(),
            stored: stored.unwrap_or_else(|error| panic!("{error}")),
            tolerance: oracle::observe_tolerance(&old.samples, old.model, new.model, &question.aliases, &renames),
            verdict: verdict(old, new, &question.tombstones),
            old_verdict: outcome(verdict::own(old.sides()).outcome),
        };
        let line = serde_json::to_string(&answer).expect("an answer is JSON");
        writeln!(answers, "{line}").expect("answers are read");
    }
}
