//! Did you mean …?

/// The candidate that `word` most likely stands for, if one is close enough.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, candidate)| distance <= candidate.len().max(word.len()).max(3) / 3)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn one word into the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

/// The words of a text as one PascalCase name: `user_registered` becomes `UserRegistered`.
pub(crate) fn pascal_case(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// Names for a sentence, each in backticks: `` `type`, `version` ``.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(distance("version", "version"), 0);
        assert_eq!(distance("verion", "version"), 1);
        assert_eq!(distance("tpye", "type"), 1);
        assert_eq!(distance("", "type"), 4);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn suggests_only_what_is_close() {
        let names = ["type", "version", "exchange", "partition_key"];
        assert_eq!(closest("partitionkey", names), Some("partition_key"));
        assert_eq!(closest("exchnage", names), Some("exchange"));
        assert_eq!(closest("topic", names), None);
    }

    #[test]
    fn joins_words_in_pascal_case() {
        assert_eq!(pascal_case("user_registered"), "UserRegistered");
        assert_eq!(pascal_case("user.registered"), "UserRegistered");
        assert_eq!(pascal_case("userRegistered"), "UserRegistered");
        assert_eq!(pascal_case("_"), "");
    }
}
