//! Under which heading of the list a conversation stands, and how its time is written there.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

/// The heading for something last changed on `day`, seen from `today`.
pub(crate) fn heading(day: Date, today: Date) -> String {
    let days = (today - day).get_days();
    match days {
        ..=0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        2..=7 => "Previous 7 days".to_owned(),
        8..=30 => "Previous 30 days".to_owned(),
        _ if day.year() == today.year() => day.strftime("%B").to_string(),
        _ => day.strftime("%B %Y").to_string(),
    }
}

/// A short form of a time for the end of a row: the hour today, the weekday this week, else the day.
pub(crate) fn short(when: Timestamp, today: Date, zone: &TimeZone) -> String {
    let local = when.to_zoned(zone.clone());
    let day = local.date();
    if day >= today {
        local.strftime("%H:%M").to_string()
    } else if today.checked_sub(7.days()).is_ok_and(|week| day > week) {
        local.strftime("%a").to_string()
    } else if day.year() == today.year() {
        local.strftime("%-d %b").to_string()
    } else {
        local.strftime("%-d %b %Y").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn headings_follow_the_calendar() {
        let today = date(2026, 11, 22);
        for (day, expected) in [
            (date(2026, 11, 22), "Today"),
            (date(2026, 11, 23), "Today"),
            (date(2026, 11, 21), "Yesterday"),
            (date(2026, 11, 15), "Previous 7 days"),
            (date(2026, 11, 14), "Previous 30 days"),
            (date(2026, 10, 23), "Previous 30 days"),
            (date(2026, 10, 22), "October"),
            (date(2025, 10, 22), "October 2025"),
        ] {
            assert_eq!(heading(day, today), expected, "{day}");
        }
    }

    #[test]
    fn a_time_is_written_as_short_as_it_is_clear() {
        let today = date(2026, 11, 22);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let zone = TimeZone::UTC;
        assert_eq!(short(at("2026-11-22T09:02:00Z"), today, &zone), "09:02");
        assert_eq!(short(at("2026-11-19T09:02:00Z"), today, &zone), "Thu");
        assert_eq!(short(at("2026-11-15T09:02:00Z"), today, &zone), "15 Nov");
        assert_eq!(short(at("2025-01-05T09:02:00Z"), today, &zone), "5 Jan 2025");
    }
}
