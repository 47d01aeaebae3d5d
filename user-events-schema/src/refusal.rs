//! [`Refusal`], the text of a verdict that stops the build.

use crate::verdict::{Breaks, Finding, Findings, What};

const MAX_LEN: usize = 8192;

/// Why an event may not be what it is now, for people.
#[derive(Clone, Copy)]
pub struct Refusal {
    text: [u8; MAX_LEN],
    len: usize,
    version: u32,
    field: Option<usize>,
}

impl Refusal {
    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => text,
            // Only whole texts are put into it.
            Err(_) => "",
        }
    }

    /// Which field of the struct, or variant of the enum, it is about; none if it is one that is gone.
    #[must_use]
    pub const fn field(&self) -> Option<usize> {
        self.field
    }

    pub(crate) const fn new(event_type: &str, version: u32, field: Option<usize>) -> Self {
        let mut refusal = Self { text: [0; MAX_LEN], len: 0, version, field };
        refusal.text("breaking change to published event `");
        refusal.text(event_type);
        refusal.text("` v");
        refusal.number(version);
        refusal
    }

    /// Why a view may not be what it is: these findings, with what is written of one version of the event, or of all.
    #[must_use]
    pub const fn of_view(view: &str, event: &str, version: Option<u32>, findings: &Findings<'_>) -> Self {
        let mut refusal = Self { text: [0; MAX_LEN], len: 0, version: 0, field: None };
        refusal.all(&["view `", view, "` does not fit event `", event, "`"]);
        if let Some(version) = version {
            refusal.text(" v");
            refusal.number(version);
        }
        refusal.add(findings, 0);
        refusal
    }

    /// With these findings, of the revision of this number; 0 if there is no other.
    pub(crate) const fn add(&mut self, findings: &Findings<'_>, revision: u32) {
        let list = findings.list();
        let mut at = 0;
        while at < list.len() {
            self.finding(&list[at], revision);
            at += 1;
        }
        if findings.more() > 0 {
            self.text("\n  and ");
            self.number(findings.more() as u32);
            self.text(" more");
        }
    }

    /// With the number of one more revision that breaks.
    pub(crate) const fn also(&mut self, revision: u32) {
        self.text("\n  also:  revision ");
        self.number(revision);
    }

    const fn finding(&mut self, finding: &Finding<'_>, revision: u32) {
        self.text("\n  field: `");
        let segments = finding.path.segments();
        let mut at = 0;
        while at < segments.len() {
            if at > 0 {
                self.text(".");
            }
            self.text(segments[at]);
            at += 1;
        }
        if segments.is_empty() {
            self.text("(the event itself)");
        }
        self.text("`\n  what:  ");
        match finding.breaks {
            Breaks::Backward => {
                self.text("this build cannot read stored v");
                self.number(self.version);
                self.text(" events");
            }
            Breaks::Forward => {
                self.text("consumers that are deployed with the published type cannot read what this build writes");
            }
            Breaks::Own => self.text("this build cannot read what it writes itself"),
            Breaks::View => self.text("this view cannot read what the producer writes"),
        }
        if revision > 0 {
            self.text(" (revision ");
            self.number(revision);
            self.text(")");
        }
        self.text(": ");
        self.what(finding.what);
        self.text("\n  fix:   ");
        self.text(fix(finding.what, finding.breaks));
    }

    const fn what(&mut self, what: What<'_>) {
        match what {
            What::NeverWritten => self.text("the field is never written, but the reader requires it"),
            What::SometimesAbsent => self.text("the field is not always written, but the reader requires it"),
            What::Kind { written, read } => self.all(&[written, " is written where ", read, " is read"]),
            What::SomeValues { written, read } => {
                self.all(&["not everything that is written as ", written, " is read as ", read]);
            }
            What::Changed { written, read } => {
                self.all(&["values are lost or changed where ", written, " is read as ", read]);
            }
            What::Null => self.text("`null` is written, which the reader does not take"),
            What::Length => self.text("the array that is written has another length than the one that is read"),
            What::Duplicate => self.text("what is written under two names is read into one field, or into two"),
            What::Denied { name } => {
                self.all(&["the reader denies unknown fields, and `", name, "` is one"]);
            }
            What::Renamed { written } => {
                self.all(&["it is written as `", written, "`, which is not among the names that it is read from"]);
            }
            What::Replaced { old, new } => {
                self.all(&[
                    "`",
                    old,
                    "` is gone and `",
                    new,
                    "` of the same type is new: if that is a rename, its values are lost",
                ]);
            }
            What::Swapped { written } => self.all(&["it is read from what was written as `", written, "`"]),
            What::NeverRead => self.text("the field is written, but the reader that has it does not read it"),
            What::NotWritten => self.text("the reader has the field, but the writer that has it does not write it"),
            What::UnknownVariant => self.text("the reader does not know this variant"),
            What::Other => self.text("the variant becomes the `#[serde(other)]` one, and what it was is lost"),
            What::TakenBy { variant } => self.all(&["the variant is read as `", variant, "`"]),
            What::Swallowed => {
                self.text("what is written is not read into the flattened `Option`, which silently becomes none");
            }
            What::DefaultDropped => self.text("the field could be absent, and is required now"),
            What::NameDropped { name } => self.all(&["it is no longer read from `", name, "`"]),
            What::DenyAdded => self.text("unknown fields were ignored, and are refused now"),
            What::MapAdded => {
                self.text("unknown fields were ignored, and now have to be of the type that the flattened map holds");
            }
            What::CatchAllDropped => self.text("unknown variants were read, and are refused now"),
            What::Unwritten => self.text("no revision of the event writes this field, so it would always be absent"),
            What::TooComplex => {
                self.text("there are too many combinations of flattened variants and options to check them all");
            }
        }
    }

    const fn all(&mut self, texts: &[&str]) {
        let mut at = 0;
        while at < texts.len() {
            self.text(texts[at]);
            at += 1;
        }
    }

    /// Text that there is no room for is left out as a whole.
    const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if bytes.len() > MAX_LEN - self.len {
            return;
        }
        let mut at = 0;
        while at < bytes.len() {
            self.text[self.len] = bytes[at];
            self.len += 1;
            at += 1;
        }
    }

    const fn number(&mut self, number: u32) {
        let mut unit = 1;
        while number / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            let digit = [b'0' + (number / unit % 10) as u8];
            if let Ok(digit) = std::str::from_utf8(&digit) {
                self.text(digit);
            }
            unit /= 10;
        }
    }
}

/// What to do about it.
const fn fix(what: What<'_>, breaks: Breaks) -> &'static str {
    match (what, breaks) {
        (What::Unwritten, _) => "take the name that the producer writes, or remove the field from the view",
        (What::NeverWritten, Breaks::View) => {
            "take the name that the producer writes; a field that only newer versions have is Option<_> or \
             #[serde(default)], or the view starts with them: `version = …`"
        }
        (What::SometimesAbsent, Breaks::View) => "make it Option<_> or #[serde(default)]",
        (What::Null, Breaks::View) => "make it Option<_>",
        (What::Renamed { .. }, Breaks::View) => {
            "take the name that the producer writes, with #[serde(rename = \"…\")] or the producer's #[serde(rename_all)]"
        }
        (What::UnknownVariant, Breaks::View) => "add the variant, or one with #[serde(other)] for all others",
        (What::Denied { .. }, Breaks::View) => "remove #[serde(deny_unknown_fields)]",
        (_, Breaks::View) => "take the names and types that the producer writes",
        (What::NeverWritten | What::SometimesAbsent, Breaks::Backward) => {
            "make it Option<_> or #[serde(default)], or keep this struct and publish version 2 with `impl Upcast`"
        }
        (What::NeverWritten | What::SometimesAbsent, Breaks::Forward) => {
            "keep the field, and write it always, or keep this struct and publish version 2 with `impl Upcast`"
        }
        (What::Renamed { .. }, Breaks::Backward) => {
            "keep the name with #[serde(rename = \"…\")], or keep this struct and publish version 2 with `impl Upcast`"
        }
        (What::Renamed { .. }, Breaks::Forward) => {
            "keep the written name with #[serde(rename(serialize = \"…\"))], or publish version 2 with `impl Upcast`"
        }
        (What::Renamed { .. } | What::NeverRead | What::NotWritten, Breaks::Own) => {
            "write the field under a name that it is read from: give reading and writing the same serde attributes"
        }
        (What::Replaced { .. }, _) => {
            "for a rename, keep the name with #[serde(rename = \"…\")]; else accept the removal first, and then add the field"
        }
        (What::Duplicate, _) => "give every field names of its own, aliases included",
        (What::Denied { .. }, Breaks::Forward) => {
            "publish version 2 with `impl Upcast`: consumers deny what they do not know"
        }
        (What::Denied { .. } | What::DenyAdded, _) => "remove #[serde(deny_unknown_fields)]",
        (What::DefaultDropped, _) => "keep it Option<_> or #[serde(default)]",
        (What::NameDropped { .. }, _) => "keep it as #[serde(alias = \"…\")]",
        (What::MapAdded, _) => "let the map hold serde_json::Value",
        (What::CatchAllDropped, _) => "keep the variant that reads what is unknown",
        (What::UnknownVariant, Breaks::Backward) => {
            "keep the variant, or its name as #[serde(alias = \"…\")], or publish version 2 with `impl Upcast`"
        }
        (What::UnknownVariant | What::Other, Breaks::Forward) => {
            "publish version 2 with `impl Upcast`: consumers do not know the variant"
        }
        (What::TakenBy { .. }, _) => {
            "keep the order and the content of the variants, or publish version 2 with `impl Upcast`"
        }
        (What::TooComplex, _) => "flatten less",
        (_, Breaks::Own) => "give reading and writing the same type and the same serde attributes",
        _ => "keep the type, or keep this struct and publish version 2 with `impl Upcast`",
    }
}
