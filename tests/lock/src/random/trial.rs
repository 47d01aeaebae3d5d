//! [`Trial`], many random pairs, judged by serde and by the framework.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::{Family, Model, Rng, explain};
use crate::{
    generated::{Crate, program},
    oracle::Outcome,
    report::{Answer, Question},
    source::Source,
};

/// How many families a program has.
const FAMILIES: usize = 12;

/// Many random pairs, judged by serde and by the framework.
pub struct Trial {
    families: Vec<Family>,
}

/// What a trial came to.
#[derive(Default)]
pub struct Findings {
    /// How many verdicts were compared.
    pub compared: usize,
    /// How many of them allow the change.
    pub allowed: usize,
    /// How many disagreements are explained, by the explanation.
    pub explained: BTreeMap<&'static str, usize>,
    /// The others, with both types, a sample and both outcomes.
    pub unexplained: Vec<String>,
    seen: BTreeSet<String>,
}

impl Trial {
    /// Draws at least `count` pairs.
    #[must_use]
    pub fn draw(count: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        Self { families: (0..count.div_ceil(Family::PAIRS)).map(|_| Family::draw(&mut rng)).collect() }
    }

    /// Compiles the types, and asks both.
    ///
    /// # Errors
    ///
    /// They do not compile.
    pub fn run(&self) -> Result<Findings> {
        let sources = self.families.chunks(FAMILIES).enumerate().map(|(part, families)| {
            let members = families.iter().flat_map(|family| &family.members);
            let modules = members.enumerate().map(|(at, member)| {
                let name = format!("m{at}");
                Ok((name.clone(), source(member)?.compared(&name)))
            });
            Ok((format!("src/bin/random{part}.rs"), program(&modules.collect::<Result<Vec<_>>>()?)))
        });
        let programs = Crate::of_programs("random", &sources.collect::<Result<Vec<_>>>()?)?;
        programs.build()?;
        let mut findings = Findings::default();
        for (part, families) in self.families.chunks(FAMILIES).enumerate() {
            let mut questions = Vec::new();
            for (at, family) in families.iter().enumerate() {
                for (old, new) in Family::pairs() {
                    questions.push(Question {
                        old: at * Family::SIZE + old,
                        new: at * Family::SIZE + new,
                        renames: family.members[old].renames(&family.members[new]),
                        aliases: source(&family.members[old])?.aliases(),
                        ..Question::default()
                    });
                }
            }
            let answers = programs.ask(&format!("random{part}"), &questions)?;
            let members: Vec<&Model> = families.iter().flat_map(|family| &family.members).collect();
            for (question, answer) in questions.iter().zip(&answers) {
                findings.see(members[question.old], members[question.new], answer);
            }
        }
        Ok(findings)
    }
}

fn source(model: &Model) -> Result<Source> {
    Source::parse(&format!("{model}{}", model.defaults()))
}

impl Findings {
    fn see(&mut self, old: &Model, new: &Model, answer: &Answer) {
        // What cannot read itself was never accepted.
        if answer.old_own.outcome() != Outcome::Ok {
            return;
        }
        self.compared += 1;
        let verdict = &answer.verdict;
        self.allowed += usize::from([verdict.backward, verdict.forward, verdict.own] == [Outcome::Ok; 3]);
        for (direction, said, shown) in [
            ("backward", verdict.backward, &answer.backward),
            ("forward", verdict.forward, &answer.forward),
            ("own", verdict.own, &answer.own),
        ] {
            let tolerated = direction != "backward" || answer.tolerance.outcome() == Outcome::Ok;
            if (said == Outcome::Ok) == (shown.outcome() == Outcome::Ok && tolerated) {
                continue;
            }
            if let Some(why) = explain::explain(direction, old, new, answer) {
                *self.explained.entry(why).or_default() += 1;
                continue;
            }
            let disagreement = format!(
                "{direction}: the framework says {said:?}, serde shows {:?}\n  {shown:?}\n  tolerance {:?}\n  {:?}\nold:\n{old}new:\n{new}",
                shown.outcome(),
                answer.tolerance,
                verdict.findings
            );
            // A type's own fault is seen in each of its pairs.
            let fault = if direction == "own" { new.to_string() } else { disagreement.clone() };
            if self.seen.insert(fault) {
                self.unexplained.push(disagreement);
            }
        }
    }
}
