//! The table is true, and the framework says the same.

use std::sync::LazyLock;

use lock::{
    generated::{Crate, program},
    oracle::Outcome,
    report::{Answer, Question},
    table::{Expected, Pair},
};

/// How many pairs a program has: a change of one builds no more than these.
const PAIRS: usize = 60;

/// Both tests are about the same programs.
static ANSWERED: LazyLock<Vec<(Pair, Answer)>> = LazyLock::new(|| {
    let pairs = Pair::all().unwrap();
    let mut sources = Vec::new();
    for (part, pairs) in pairs.chunks(PAIRS).enumerate() {
        let mut modules = Vec::new();
        for (at, pair) in pairs.iter().enumerate() {
            let (old, new) = pair.sources().unwrap();
            for (source, name) in [(old, format!("old{at}")), (new, format!("new{at}"))] {
                modules.push((name.clone(), source.compared(&name)));
            }
        }
        sources.push((format!("src/bin/table{part}.rs"), program(&modules)));
    }
    let programs = Crate::of_programs("table", &sources).unwrap();
    programs.build().unwrap();
    let mut answers = Vec::new();
    for (part, pairs) in pairs.chunks(PAIRS).enumerate() {
        let question = |(at, pair): (usize, &Pair)| Question {
            old: 2 * at,
            new: 2 * at + 1,
            renames: pair.renames.clone(),
            stored: pair.stored.clone(),
            tombstones: pair.tombstones.clone(),
            ..Question::default()
        };
        let questions: Vec<_> = pairs.iter().enumerate().map(question).collect();
        answers.extend(programs.ask(&format!("table{part}"), &questions).unwrap());
    }
    pairs.into_iter().zip(answers).collect()
});

fn report(wrong: &[String]) {
    assert!(ANSWERED.len() >= 200, "{} pairs", ANSWERED.len());
    assert!(wrong.is_empty(), "{} of {} pairs:\n{}", wrong.len(), ANSWERED.len(), wrong.join("\n"));
}

#[test]
fn serde_does_what_the_table_says() {
    let mut wrong = Vec::new();
    for (pair, answer) in ANSWERED.iter() {
        // Older documents count as what the old type wrote.
        let mut backward = answer.backward.clone();
        backward.add(&answer.stored);
        let shown =
            Expected { backward: backward.outcome(), forward: answer.forward.outcome(), own: answer.own.outcome() };
        if shown != pair.serde {
            wrong.push(format!(
                "{} {}\n  the table says {:?}\n  serde shows    {shown:?}\n  {backward:?}\n  {:?}\n  {:?}",
                pair.place, pair.title, pair.serde, answer.forward, answer.own
            ));
        }
        if answer.old_own.outcome() != Outcome::Ok {
            wrong.push(format!(
                "{} {}: the old type does not read itself: {:?}",
                pair.place, pair.title, answer.old_own
            ));
        }
    }
    report(&wrong);
}

#[test]
fn the_framework_says_what_the_table_says() {
    let mut wrong = Vec::new();
    for (pair, answer) in ANSWERED.iter() {
        let said =
            Expected { backward: answer.verdict.backward, forward: answer.verdict.forward, own: answer.verdict.own };
        if said != pair.expected {
            wrong.push(format!(
                "{} {}\n  the table says     {:?}\n  the framework says {said:?}: {:?}\n  old: {}\n  new: {}",
                pair.place, pair.title, pair.expected, answer.verdict.findings, pair.old, pair.new
            ));
        }
    }
    report(&wrong);
}
