//! [`Table`]: messages for people, a row each.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};

use anstyle::Style;
use terminal_size::{Width, terminal_size_of};
use unicode_width::UnicodeWidthStr as _;
use user_events_core::Shown;

use super::one_line::one_line;
use super::seen::Seen;
use super::units::{Age, Size};
use crate::style;

/// Messages for people, a row each: age, size, type, key, id.
///
/// Columns widen to what comes, up to a bound. On a terminal there is a head, and what has no room stands
/// on a line of its own: whole, since it is there to be copied.
pub(super) struct Table {
    type_width: usize,
    key_width: usize,
    terminal: bool,
    rows: u64,
}

const AGE_WIDTH: usize = 7;
const SIZE_WIDTH: usize = 10;
const GAP: usize = 2;
/// A type or key that is longer widens no column.
const WIDEST: usize = 40;
/// Where the lines begin that belong to the row above: below the size.
const INDENT: usize = AGE_WIDTH + GAP;

impl Table {
    pub(super) fn new() -> Self {
        Self { type_width: 20, key_width: 20, terminal: io::stdout().is_terminal(), rows: 0 }
    }

    /// The message's lines.
    pub(super) fn row(&mut self, seen: &Seen, payload: bool) -> String {
        let width =
            if self.terminal { terminal_size_of(io::stdout()).map(|(Width(width), _)| width.into()) } else { None };
        self.row_within(seen, payload, width)
    }

    fn row_within(&mut self, seen: &Seen, payload: bool, width: Option<usize>) -> String {
        let message_type = Shown::new(seen.message_type().unwrap_or("-"));
        let key = Shown::new(seen.routing_key());
        let id = Shown::new(seen.message_id().unwrap_or("-"));
        self.widen(message_type.width(), key.width(), width);

        let mut row = String::new();
        if self.terminal && self.rows == 0 {
            self.head(&mut row, width);
        }
        self.rows += 1;
        let age = seen.age().map_or_else(|| "-".to_owned(), |age| Age(age).to_string());
        let is_ahead = seen.age().is_some_and(|age| age < chrono::TimeDelta::zero());
        let mut cells = Cells { row: &mut row, column: 0, width };
        cells.right(&age, AGE_WIDTH, if is_ahead { style::WARNING } else { style::ASIDE });
        cells.right(&Size(seen.body().len()).to_string(), SIZE_WIDTH, style::ASIDE);
        cells.left(&message_type, self.type_width, style::NAME);
        cells.left(&key, self.key_width, Style::new());
        cells.left(&id, 0, Style::new());
        cells.end();

        if let Some(dialect) = seen.dialect() {
            line(&mut row, format_args!("{aside}dialect {dialect}{aside:#}", aside = style::ASIDE));
        }
        if let Err(error) = seen.payload() {
            let warning = style::WARNING;
            line(&mut row, format_args!("{warning}no envelope{warning:#}: {}", error.problem()));
        }
        if payload {
            match seen.payload() {
                Ok(payload) => line(&mut row, format_args!("{}", one_line(payload))),
                Err(_) => {
                    let body = String::from_utf8_lossy(seen.body());
                    line(&mut row, format_args!("{}", Shown::up_to(&body, usize::MAX)));
                }
            }
        }
        row
    }

    /// Makes room for this type and key, unless that would leave none for the id.
    fn widen(&mut self, type_width: usize, key_width: usize, width: Option<usize>) {
        let wider = (self.type_width.max(type_width.min(WIDEST)), self.key_width.max(key_width.min(WIDEST)));
        if fits(wider.0, wider.1, width) {
            (self.type_width, self.key_width) = wider;
        }
    }

    fn head(&self, row: &mut String, width: Option<usize>) {
        if !fits(self.type_width, self.key_width, width) {
            return;
        }
        let mut cells = Cells { row, column: 0, width };
        cells.right("AGE", AGE_WIDTH, style::ASIDE);
        cells.right("SIZE", SIZE_WIDTH, style::ASIDE);
        cells.left("TYPE", self.type_width, style::ASIDE);
        cells.left("KEY", self.key_width, style::ASIDE);
        cells.left("ID", 0, style::ASIDE);
        cells.end();
    }
}

/// Whether a row with these columns and a UUID has room.
fn fits(type_width: usize, key_width: usize, width: Option<usize>) -> bool {
    const ID_WIDTH: usize = 36;
    let columns = [AGE_WIDTH, SIZE_WIDTH, type_width, key_width];
    width.is_none_or(|width| columns.map(|column| column + GAP).iter().sum::<usize>() + ID_WIDTH <= width)
}

/// A row that is being written, and how far it has come on the screen.
struct Cells<'a> {
    row: &'a mut String,
    column: usize,
    width: Option<usize>,
}

impl Cells<'_> {
    fn right(&mut self, text: &str, width: usize, style: Style) {
        self.pad(width.saturating_sub(text.width()));
        self.text(text, style);
        self.pad(GAP);
    }

    fn left(&mut self, text: &str, width: usize, style: Style) {
        self.text(text, style);
        self.pad(width.saturating_sub(text.width()) + GAP);
    }

    /// On the next line where there is no room.
    fn text(&mut self, text: &str, style: Style) {
        if self.column > INDENT && self.width.is_some_and(|width| self.column + text.width() > width) {
            self.end();
            self.column = 0;
            self.pad(INDENT);
        }
        // Writing to a String does not fail.
        let _ = write!(self.row, "{style}{text}{style:#}");
        self.column += text.width();
    }

    fn pad(&mut self, blanks: usize) {
        self.row.extend(std::iter::repeat_n(' ', blanks));
        self.column += blanks;
    }

    fn end(&mut self) {
        self.row.truncate(self.row.trim_end_matches(' ').len());
        self.row.push('\n');
    }
}

/// A line that belongs to the row above.
fn line(row: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = writeln!(row, "{:INDENT$}{text}", "");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::seen::tests::seen;

    fn row(body: &str, payload: bool, width: Option<usize>) -> String {
        let mut table = Table { terminal: false, ..Table::new() };
        let styled = table.row_within(&seen(body, |_| {}), payload, width);
        anstream::adapter::strip_str(&styled).to_string()
    }

    const BODY: &str = r#"{"messageId":"0c5c9c4e-9d5b-4a3e-8a36-0a1d5f0c1b2d","messageType":"UserRegistered.v1","timestamp":"2023-10-28T12:05:58.000Z","payload":{ "n": 1 }}"#;

    #[test]
    fn a_row_has_age_size_type_key_and_id() {
        assert_eq!(
            row(BODY, false, None),
            "   2.0s       146 B  UserRegistered.v1     user.registered.v1    0c5c9c4e-9d5b-4a3e-8a36-0a1d5f0c1b2d\n"
        );
    }

    #[test]
    fn where_there_is_no_room_the_id_stands_below() {
        assert_eq!(
            row(BODY, true, Some(80)),
            "   2.0s       146 B  UserRegistered.v1     user.registered.v1\n         \
             0c5c9c4e-9d5b-4a3e-8a36-0a1d5f0c1b2d\n         {\"n\":1}\n"
        );
    }

    #[test]
    fn nothing_that_drives_a_terminal_gets_through() {
        let hostile = "\u{1b}]0;owned\u{7}\r\n\u{9b}2J\u{202e}";
        let body = serde_json::json!({ "messageId": hostile, "messageType": hostile, "payload": hostile }).to_string();
        let seen = seen(&body, |message| {
            message.routing_key = hostile.into();
            message.properties.message_type = Some(hostile.into());
        });
        let mut table = Table { terminal: false, ..Table::new() };
        let plain = anstream::adapter::strip_str(&table.row_within(&seen, true, None)).to_string();
        assert_eq!(plain.lines().count(), 2, "{plain}");
        assert!(plain.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{plain:?}");
        let raw = crate::listen::seen::tests::seen(hostile, |_| {});
        let plain = anstream::adapter::strip_str(&table.row_within(&raw, true, None)).to_string();
        assert!(plain.contains(r"\u{1b}]0;owned\u{7}\r\n"), "{plain}");
    }

    #[test]
    fn a_long_type_widens_its_column_for_what_follows() {
        let mut table = Table { terminal: false, ..Table::new() };
        let long = seen(&BODY.replace("UserRegistered", "UserNotificationPreferencesUpdated"), |_| {});
        let rows = [table.row_within(&long, false, None), table.row_within(&seen(BODY, |_| {}), false, None)];
        let columns = rows.map(|row| anstream::adapter::strip_str(&row).to_string().find("user.registered"));
        assert_eq!(columns[0], columns[1]);
    }
}
