//! [`Age`] and [`Size`]: quantities as people read them.

use std::fmt;

use chrono::TimeDelta;

/// A time span in at most six characters or so: `-1.5s`, `320ms`, `4.2s`, `5m03s`, `3h04m`, `12d`.
pub(super) struct Age(pub(super) TimeDelta);

impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.num_milliseconds();
        let sign = if millis < 0 { "-" } else { "" };
        let millis = millis.unsigned_abs();
        let seconds = millis / 1000;
        let text = match seconds {
            0 => format!("{sign}{millis}ms"),
            1..60 => format!("{sign}{seconds}.{}s", millis % 1000 / 100),
            60..3600 => format!("{sign}{}m{:02}s", seconds / 60, seconds % 60),
            3600..86_400 => format!("{sign}{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
            _ => format!("{sign}{}d", seconds / 86_400),
        };
        f.pad(&text)
    }
}

/// A number of bytes: `312 B`, `4.1 KiB`, `16.0 MiB`.
pub(super) struct Size(pub(super) usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        // Tenths, cut off: a limit that is not reached is not shown as reached.
        let tenths = |unit: usize| (bytes / unit, bytes % unit * 10 / unit);
        let text = match bytes {
            0..1024 => format!("{bytes} B"),
            1024..0x10_0000 => {
                let (whole, tenth) = tenths(1024);
                format!("{whole}.{tenth} KiB")
            }
            _ => {
                let (whole, tenth) = tenths(0x10_0000);
                format!("{whole}.{tenth} MiB")
            }
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        for (millis, text) in [
            (0, "0ms"),
            (999, "999ms"),
            (1_000, "1.0s"),
            (59_999, "59.9s"),
            (303_000, "5m03s"),
            (11_040_000, "3h04m"),
            (86_400_000, "1d"),
            (-1_500, "-1.5s"),
            (-20, "-20ms"),
        ] {
            assert_eq!(Age(TimeDelta::milliseconds(millis)).to_string(), text);
        }
        assert_eq!(Age(TimeDelta::MAX).to_string(), "106751991167d");
    }

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (0xf_ffff, "1023.9 KiB"), (16 << 20, "16.0 MiB")]
        {
            assert_eq!(Size(bytes).to_string(), text);
        }
    }
}
