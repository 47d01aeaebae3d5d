//! Text in constants, where `==` is not available.

/// Whether both are equal.
pub(crate) const fn same(a: &str, b: &str) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // From the end, where names that are alike differ first. In constants a loop over bytes is the cheapest there is:
    // the compiler counts calls as it counts turns.
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = a.len();
    while at > 0 {
        at -= 1;
        if a[at] != b[at] {
            return false;
        }
    }
    true
}
