//! Sizes and times as people write them: `128MiB`, `30s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A number of bytes. Written `512`, `64KiB`, `128MiB`, `1GiB`, or with the
/// decimal `kB`, `MB`, `GB` (IEC 80000-13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

const SIZES: [(&str, u64); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// Why a size or a time could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Not a number with a unit.
    #[error("`{0}` is not a size: write 64KiB, 128MiB or 1GiB")]
    Size(String),
    /// Not a number with a unit.
    #[error("`{0}` is not a time: write 500ms, 30s, 5m or 1h")]
    Time(String),
}

impl ByteSize {
    /// Returns the bytes as a length in memory, the greatest there is where they
    /// do not fit.
    pub fn as_usize(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl FromStr for ByteSize {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let bad = || UnitError::Size(text.to_owned());
        let (number, factor) = SIZES
            .iter()
            .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))
            .unwrap_or((text, 1));
        let number: u64 = number.trim_end().parse().map_err(|_| bad())?;
        number.checked_mul(factor).map(Self).ok_or_else(bad)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fitting = SIZES[..4]
            .iter()
            .rev()
            .find(|(_, factor)| self.0 >= *factor && self.0.is_multiple_of(*factor));
        match fitting {
            Some((unit, factor)) => write!(f, "{}{unit}", self.0 / factor),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Reads a time: `500ms`, `30s`, `5m`, `1h`.
///
/// # Errors
///
/// [`UnitError::Time`].
pub fn duration(text: &str) -> Result<Duration, UnitError> {
    const TIMES: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
    let bad = || UnitError::Time(text.to_owned());
    let (number, factor) = TIMES
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))
        .ok_or_else(bad)?;
    let number: u64 = number.trim_end().parse().map_err(|_| bad())?;
    number
        .checked_mul(factor)
        .map(Duration::from_millis)
        .ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written_alike() {
        for (text, bytes) in [
            ("0", 0),
            ("512", 512),
            ("64KiB", 65_536),
            ("1GiB", 1 << 30),
            ("3MiB", 3 << 20),
        ] {
            assert_eq!(text.parse(), Ok(ByteSize(bytes)), "{text}");
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
        assert_eq!("2MB".parse(), Ok(ByteSize(2_000_000)));
        for bad in ["", "MiB", "-1", "1.5MiB", "1 XB", "99999999999999GiB"] {
            assert!(bad.parse::<ByteSize>().is_err(), "{bad}");
        }
    }

    #[test]
    fn times_need_a_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        for bad in ["", "5", "s", "-1s", "1.5s", "999999999999999999h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
