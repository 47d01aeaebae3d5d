//! Random pairs.

use lock::random::Trial;

#[test]
fn serde_and_the_framework_agree() {
    let count = std::env::var("N").map_or(2000, |n| n.parse().unwrap());
    let findings = Trial::draw(count, 11).run().unwrap();
    println!("{} {}", findings.compared, findings.allowed);
    println!("{}", findings.unexplained.join("\n---\n"));
    println!("{:?}", findings.explained);
    println!("unexplained {}", findings.unexplained.len());
    assert!(findings.unexplained.is_empty());
}
