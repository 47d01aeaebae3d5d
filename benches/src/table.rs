//! [`Table`]: the medians of all laps, side by side.

use std::fmt;

use crate::contest::{Contest, Contestant};
use crate::lap::Lap;

const HEADINGS: [&str; 7] =
    ["", "user-events msg/s", "lapin msg/s", "ratio", "user-events CPU s/million", "lapin CPU s/million", "ratio"];

/// The medians of all laps, side by side, in Markdown.
pub(crate) struct Table {
    laps: Vec<(Contest, Contestant, Lap)>,
}

impl Table {
    pub(crate) const fn new() -> Self {
        Self { laps: Vec::new() }
    }

    pub(crate) fn add(&mut self, contest: Contest, contestant: Contestant, lap: Lap) {
        self.laps.push((contest, contestant, lap));
    }

    fn row(&self, contest: Contest) -> [String; 7] {
        let ours = self.of(contest, Contestant::UserEvents);
        let lapin = self.of(contest, Contestant::Lapin);
        let [our_rate, lapin_rate] =
            [&ours, &lapin].map(|laps| median(laps.iter().map(|lap| lap.messages_per_second())));
        let [our_cpu, lapin_cpu] = [&ours, &lapin].map(|laps| median(laps.iter().map(|lap| lap.cpu_per_million())));
        let rate_ratio = ratio(&ours, &lapin, Lap::messages_per_second);
        let cpu_ratio = ratio(&ours, &lapin, Lap::cpu_per_million);
        [
            contest.to_string(),
            shown(our_rate, 0),
            shown(lapin_rate, 0),
            shown(rate_ratio, 2),
            shown(our_cpu, 2),
            shown(lapin_cpu, 2),
            shown(cpu_ratio, 2),
        ]
    }

    fn of(&self, contest: Contest, contestant: Contestant) -> Vec<Lap> {
        let of_both = self.laps.iter().filter(|(of, by, _)| (*of, *by) == (contest, contestant));
        of_both.map(|&(.., lap)| lap).collect()
    }
}

/// The median of the ratios of each round: what slows the machine down slows both of a round.
fn ratio(ours: &[Lap], lapin: &[Lap], measure: impl Fn(Lap) -> f64) -> Option<f64> {
    median(ours.iter().zip(lapin).map(|(&ours, &lapin)| measure(ours) / measure(lapin)))
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    let upper = values.len() / 2;
    let lower = values.len().checked_sub(1)? / 2;
    Some((values[lower] + values[upper]) / 2.0)
}

pub(crate) fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut contests: Vec<_> = self.laps.iter().map(|&(contest, ..)| contest).collect();
        contests.dedup();
        let mut rows = vec![HEADINGS.map(str::to_owned)];
        rows.extend(contests.into_iter().map(|contest| self.row(contest)));
        let widths: [usize; 7] =
            std::array::from_fn(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or_default());
        for (at, row) in rows.iter().enumerate() {
            line(f, row, &widths)?;
            if at == 0 {
                let rules =
                    std::array::from_fn(|column| "-".repeat(widths[column] - 1) + if column == 0 { "-" } else { ":" });
                line(f, &rules, &widths)?;
            }
        }
        if let Some(cpu) =
            median(self.of(Contest::Memory, Contestant::UserEvents).into_iter().map(Lap::cpu_per_million))
        {
            write!(f, "\nIn memory: {:.0} messages per second of one core.", 1e6 / cpu)?;
        }
        write!(f, "\nGoals: msg/s ratio >= 0.9, CPU ratio <= 1.3, in memory >= 500000 per second and core.")
    }
}

/// The first column to the left, numbers to the right.
fn line(f: &mut fmt::Formatter<'_>, cells: &[String; 7], widths: &[usize; 7]) -> fmt::Result {
    let [first, numbers @ ..] = cells;
    write!(f, "| {first:<width$} |", width = widths[0])?;
    for (cell, width) in numbers.iter().zip(&widths[1..]) {
        write!(f, " {cell:>width$} |")?;
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
        assert_eq!(median(std::iter::empty()), None);
    }
}
