//! A decimal fraction, for money and everything else that must not be rounded in
//! secret.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::Sum;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;

use super::{Encode, Mismatch, ParseError, Reader, Value, domain, serde_text, value};
use crate::orm::packed;

/// Digits at most: what the host takes.
const DIGITS: u32 = 28;
const MAX: i128 = 10_i128.pow(DIGITS) - 1;

/// A decimal fraction of up to 28 digits, exact.
///
/// Trailing zeros are kept, and do not matter in comparisons.
///
/// ```
/// use wasgi::orm::Decimal;
///
/// let price: Decimal = "19.90".parse()?;
/// assert_eq!((price * Decimal::from(3)).to_string(), "59.70");
/// assert_eq!(price, "19.9".parse()?);
/// # Ok::<(), wasgi::orm::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal {
    /// All digits.
    digits: i128,
    /// How many of them stand behind the point; at most 28.
    scale: u32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self {
        digits: 0,
        scale: 0,
    };

    /// Returns `digits` divided by 10 to the power of `scale`, or none where that has
    /// more than 28 digits.
    pub const fn new(digits: i128, scale: u32) -> Option<Self> {
        if digits < -MAX || digits > MAX || scale > DIGITS {
            return None;
        }
        Some(Self { digits, scale })
    }

    /// Returns the same with a common number of digits behind the point. Below 10 to
    /// the power of 56, which `i128` does not hold: hence none.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let raise = |of: Self| {
            of.digits
                .checked_mul(10_i128.checked_pow(scale - of.scale)?)
        };
        Some((raise(self)?, raise(other)?, scale))
    }

    /// Adds, or returns none where the sum has more than 28 digits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Self::new(left.checked_add(right)?, scale)
    }

    /// Subtracts, or returns none where the difference has more than 28 digits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }

    /// Multiplies, or returns none where the product has more than 28 digits.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        Self::new(
            self.digits.checked_mul(other.digits)?,
            self.scale + other.scale,
        )
    }

    /// Rounds to so many digits behind the point, halves away from zero.
    #[must_use]
    pub fn round(self, scale: u32) -> Self {
        if scale >= self.scale {
            return self;
        }
        let unit = 10_i128.pow(self.scale - scale);
        let half = unit / 2 * self.digits.signum();
        Self {
            digits: (self.digits + half) / unit,
            scale,
        }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.aligned(*other) {
            Some((left, right, _)) => left.cmp(&right),
            // One does not fit because it is far larger, whatever its sign.
            None => {
                let whole = |of: &Self| of.digits / 10_i128.pow(of.scale);
                whole(self).cmp(&whole(other))
            }
        }
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (mut digits, mut scale) = (self.digits, self.scale);
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        (digits, scale).hash(state);
    }
}

impl From<i64> for Decimal {
    fn from(digits: i64) -> Self {
        Self {
            digits: digits.into(),
            scale: 0,
        }
    }
}

impl Neg for Decimal {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            digits: -self.digits,
            scale: self.scale,
        }
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, $checked:ident) => {
        /// Panics where the result has more than 28 digits, as integers do in the same
        /// case.
        impl $trait for Decimal {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                match self.$checked(other) {
                    Some(result) => result,
                    None => panic!("a decimal of more than 28 digits"),
                }
            }
        }
    };
}

operator!(Add, add, checked_add);
operator!(Sub, sub, checked_sub);
operator!(Mul, mul, checked_mul);

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u128.pow(self.scale);
        let digits = self.digits.unsigned_abs();
        let (whole, fraction) = (digits / unit, digits % unit);
        let width = usize::try_from(self.scale).unwrap_or_default();
        let text = match width {
            0 => whole.to_string(),
            _ => format!("{whole}.{fraction:0width$}"),
        };
        formatter.pad_integral(self.digits >= 0, "", &text)
    }
}

impl FromStr for Decimal {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let parse = || {
            let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
            let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
            let digits = [whole, fraction].concat();
            if whole.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let digits: i128 = digits.parse().ok()?;
            let sign = if text.starts_with('-') { -1 } else { 1 };
            Self::new(sign * digits, u32::try_from(fraction.len()).ok()?)
        };
        parse().ok_or_else(|| ParseError::new(text, "decimal of up to 28 digits"))
    }
}

serde_text!(Decimal, "a decimal as text");

value!(
    Decimal,
    Decimal,
    |value, out| packed::push_text(out, &value.to_string()),
    |row| row
        .text()?
        .parse()
        .map_err(|_| row.mismatch("a decimal", b'u'))
);

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn decimals_come_back_as_they_were_written() {
        for text in [
            "0",
            "-12.50",
            "0.05",
            "-0.5",
            "9999999999999999999999999999",
            "0.0000000000000000000000000001",
        ] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("+1.").to_string(), "1");
        for text in [
            "",
            "-",
            ".5",
            "1,5",
            "1e3",
            "--1",
            "1.2.3",
            "99999999999999999999999999999",
        ] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn values_are_compared_and_not_digits() {
        assert_eq!(decimal("1.50"), decimal("1.5"));
        assert!(decimal("-2") < decimal("-1.999"));
        assert!(
            decimal("9999999999999999999999999999") > decimal("0.0000000000000000000000000001")
        );
        assert!(
            decimal("-9999999999999999999999999999") < decimal("0.0000000000000000000000000001")
        );
    }

    #[test]
    fn arithmetic_is_exact_or_refused() {
        assert_eq!((decimal("0.1") + decimal("0.2")).to_string(), "0.3");
        assert_eq!((decimal("1") - decimal("0.01")).to_string(), "0.99");
        assert_eq!(decimal("2.345").round(2).to_string(), "2.35");
        assert_eq!(decimal("-2.345").round(2).to_string(), "-2.35");
        assert_eq!(
            decimal("9999999999999999999999999999").checked_add(Decimal::from(1)),
            None
        );
        assert_eq!(
            decimal("99999999999999").checked_mul(decimal("999999999999999")),
            None
        );
    }
}
