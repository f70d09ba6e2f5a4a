//! Days to years, months and days, and back, in the Gregorian calendar.

/// Days of 400 years, after which the calendar repeats itself.
const ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Returns the number of days since 1970-01-01. Years begin in March here, so that
/// the leap day is the last of its year.
pub(super) fn days(year: i64, month: u8, day: u8) -> i64 {
    let (month, year) = match month {
        1 | 2 => (i64::from(month) + 9, year - 1),
        _ => (i64::from(month) - 3, year),
    };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * ERA + year * 365 + year / 4 - year / 100 + of_year - EPOCH
}

/// Returns year, month and day of a number of days since 1970-01-01.
pub(super) fn date(days: i64) -> (i64, u8, u8) {
    let days = days.saturating_add(EPOCH);
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let small = |number: i64| u8::try_from(number).unwrap_or_default();
    (era * 400 + year + next, small(month), small(day))
}

/// Tells whether the calendar has this day.
pub(super) fn is_day(year: i64, month: u8, day: u8) -> bool {
    (1..=12).contains(&month) && day >= 1 && date(days(year, month, day)) == (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_where_they_belong() {
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(days(2000, 2, 29), 11_016);
        assert_eq!(days(1969, 12, 31), -1);
        assert_eq!(days(1, 1, 1), -719_162);
    }

    #[test]
    fn every_day_of_eight_centuries_comes_back_and_follows_the_one_before() {
        let mut last = date(days(1599, 12, 31));
        for number in days(1600, 1, 1)..days(2400, 1, 1) {
            let (year, month, day) = date(number);
            assert_eq!(days(year, month, day), number);
            assert!((year, month, day) > last, "{number}");
            last = (year, month, day);
        }
    }

    #[test]
    fn days_that_are_not_in_the_calendar_are_told_apart() {
        assert!(is_day(2024, 2, 29));
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 1, 0),
        ] {
            assert!(!is_day(year, month, day), "{year}-{month}-{day}");
        }
    }
}
