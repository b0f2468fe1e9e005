//! When an app is loaded and woken without being asked: `[activation]`.

use std::time::Duration;

use jiff::civil::{Time, Weekday};
use jiff::{ToSpan, Zoned};

use super::fields::Field;

/// When an app is loaded and woken without being asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// Loaded when Satchel starts.
    pub on_startup: bool,
    /// Woken again and again, as `on_event(#{ kind: "schedule" })`.
    pub schedule: Option<Schedule>,
}

/// A time that comes again: `every 15 minutes`, `daily at 08:30`, `monday at 9:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// With so much time in between, a minute at least.
    Every(Duration),
    /// At this time of each day, or of one day of the week.
    At {
        /// `None` for each day.
        day: Option<Weekday>,
        /// By the clock of this computer.
        time: Time,
    },
}

const FORMS: &str = "`every 15 minutes`, `every 2 hours`, `daily at 08:30` or `monday at 09:00`";

impl Schedule {
    /// Understands the words of a manifest.
    ///
    /// # Errors
    /// What can be written, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = || format!("`{}` is no schedule: write {FORMS}", text.escape_debug());
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words.as_slice() {
            ["every", unit] => every(1, unit).ok_or_else(refused),
            ["every", count, unit] => {
                count.parse().ok().and_then(|count| every(count, unit)).ok_or_else(refused)
            }
            [day, "at", time] => {
                let day =
                    if *day == "daily" { None } else { Some(weekday(day).ok_or_else(refused)?) };
                let time = clock(time).ok_or_else(refused)?;
                Ok(Self::At { day, time })
            }
            _ => Err(refused()),
        }
    }

    /// The first time after `now`.
    ///
    /// # Errors
    /// When no such time can be reckoned, at the end of time.
    pub fn next_after(&self, now: &Zoned) -> Result<Zoned, jiff::Error> {
        match *self {
            Self::Every(between) => now.checked_add(between),
            Self::At { day, time } => {
                let mut date = now.date();
                loop {
                    if day.is_none_or(|day| date.weekday() == day) {
                        let at = date.to_datetime(time).to_zoned(now.time_zone().clone())?;
                        if at > *now {
                            return Ok(at);
                        }
                    }
                    date = date.checked_add(1.day())?;
                }
            }
        }
    }
}

impl std::fmt::Display for Schedule {
    /// As in the manifest.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Every(between) => {
                let minutes = between.as_secs() / 60;
                match (minutes % 60, minutes / 60, minutes) {
                    (0, 1, _) => f.write_str("every hour"),
                    (0, hours, _) => write!(f, "every {hours} hours"),
                    (_, _, 1) => f.write_str("every minute"),
                    (_, _, minutes) => write!(f, "every {minutes} minutes"),
                }
            }
            Self::At { day, time } => {
                let day =
                    day.map_or_else(|| "daily".to_owned(), |day| format!("{day:?}").to_lowercase());
                write!(f, "{day} at {:02}:{:02}", time.hour(), time.minute())
            }
        }
    }
}

fn every(count: u64, unit: &str) -> Option<Schedule> {
    let seconds = match unit {
        "minute" | "minutes" => 60,
        "hour" | "hours" => 60 * 60,
        "day" | "days" => 24 * 60 * 60,
        _ => return None,
    };
    // A year is longer than any computer is left running for an app.
    (1..=366 * 24 * 60)
        .contains(&count)
        .then(|| Schedule::Every(Duration::from_secs(count * seconds)))
}

fn weekday(name: &str) -> Option<Weekday> {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday]
        .into_iter()
        .find(|day| format!("{day:?}").to_lowercase() == name)
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl Activation {
    pub(super) fn read(field: &Field<'_, '_>) -> Option<Self> {
        let mut fields = field.fields()?;
        let on_startup = fields.flag("on_startup").unwrap_or_default();
        let schedule = fields.take("schedule").and_then(|field| {
            Schedule::parse(&field.text()?).map_err(|refused| field.complain(refused)).ok()
        });
        fields.finish();
        Some(Self { on_startup, schedule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_are_written_in_words() {
        for text in
            ["every 15 minutes", "every hour", "every 2 hours", "daily at 08:30", "monday at 09:00"]
        {
            assert_eq!(Schedule::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Schedule::parse("Every  60 Minutes").unwrap().to_string(), "every hour");
        for text in
            ["", "hourly", "every 0 minutes", "every -1 hours", "daily at 25:00", "someday at 8:00"]
        {
            assert!(Schedule::parse(text).unwrap_err().contains("daily at 08:30"), "{text}");
        }
    }

    #[test]
    fn the_next_time_is_never_now() {
        let now: Zoned = "2026-11-22T08:30:00[UTC]".parse().unwrap();
        let next =
            |text| Schedule::parse(text).unwrap().next_after(&now).unwrap().datetime().to_string();
        assert_eq!(next("every 90 minutes"), "2026-11-22T10:00:00");
        assert_eq!(next("daily at 08:30"), "2026-11-23T08:30:00");
        assert_eq!(next("daily at 08:31"), "2026-11-22T08:31:00");
        // The 22nd is a Sunday.
        assert_eq!(next("sunday at 08:30"), "2026-11-29T08:30:00");
        assert_eq!(next("monday at 00:00"), "2026-11-23T00:00:00");
    }
}
