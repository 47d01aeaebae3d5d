//! Random pairs.

use lock::random::Trial;

/// At least so many pairs are compared, three verdicts each.
const COMPARED: usize = 1_000;

#[test]
fn serde_and_the_framework_agree() {
    let count = std::env::var("PAIRS").map_or(2_000, |count| count.parse().expect("PAIRS is a number"));
    let seed = std::env::var("SEED").map_or(11, |seed| seed.parse().expect("SEED is a number"));
    let findings = Trial::draw(count, seed).run().unwrap();
    println!("{} pairs compared, {} allowed; explained: {:?}", findings.compared, findings.allowed, findings.explained);
    assert!(count < 2_000 || findings.compared >= COMPARED, "{} pairs", findings.compared);
    assert!(
        findings.unexplained.is_empty(),
        "seed {seed}: {} disagreements\n{}",
        findings.unexplained.len(),
        findings.unexplained.join("\n---\n")
    );
}
