//! `time`: points in time, as maps that can be stored, sent and looked into.

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit, Zoned};
use rhai::{Dynamic, Map};

use super::docs::{Call, Function, Module};
use super::module::Noun;
use super::options::{FromValue, Options, number};
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::value::kind;

pub(super) const DOCS: Module = Module {
    name: "time",
    summary: "Points in time: now, reading, writing and reckoning with them.",
    notes: "A point in time is a map: `year`, `month`, `day`, `hour`, `minute`, `second`, `weekday` \
            (`\"Monday\"`), `unix` (seconds since 1970 as a float), `zone` (as `\"Europe/Berlin\"`) and \
            `text` (`\"2026-11-22T16:12:00+01:00\"`). Wherever one is asked for, a text as `time::parse` \
            reads it or a number of seconds since 1970 will do. Without another zone, that of this \
            computer is meant. `sleep(seconds)` waits.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "now(zone?: string) -> map",
            about: "This moment, here or in another zone.",
            errors: "when the zone is not known.",
            example: r#"
let now = time::now();
print(now.unix > time::at(0).unix);   // → true
print(time::now("Asia/Tokyo").zone);  // → Asia/Tokyo"#,
            ..Function::EMPTY
        },
        Function {
            signature: "unix() -> float",
            about: "Seconds since the beginning of 1970, with fractions. For measuring how long something takes.",
            example: r#"
let started = time::unix();
let took = time::unix() - started;
print(took >= 0.0); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "at(when: number|string|map, zone?: string) -> map",
            about: "A point in time as a map, in this zone or another one.",
            errors: "when the zone is not known, the text says no time or the number is out of range.",
            example: r#"print(time::at(0, "UTC").text); // → 1970-01-01T00:00:00+00:00"#,
            ..Function::EMPTY
        },
        Function {
            signature: "parse(text: string, format?: string) -> map",
            about: "Reads a time. Without `format` it has to be written as in \
                    `2026-11-22`, `2026-11-22T16:12:00`, `2026-11-22T16:12:00Z` or with an offset as `+01:00`.",
            parameters: &[(
                "format",
                "how it is written: `%Y` year, `%m` month, `%d` day, `%H` hour, `%M` minute, `%S` second, \
                 `%b` and `%B` month by name, `%z` offset, and what else strptime knows",
            )],
            errors: "when the text is not written like that.",
            example: r#"
print(time::parse("2026-11-22").weekday);              // → Sunday
print(time::parse("22.11.2026 16:12", "%d.%m.%Y %H:%M").minute); // → 12"#,
            ..Function::EMPTY
        },
        Function {
            signature: "format(when: number|string|map, format: string) -> string",
            about: "Writes a time as `format` says, with the letters of `time::parse` and `%A` for the weekday.",
            errors: "when the format has unknown letters.",
            example: r#"print(time::format("2026-11-22", "%A, %-d %B %Y")); // → Sunday, 22 November 2026"#,
            ..Function::EMPTY
        },
        Function {
            signature: "add(when: number|string|map, span: map) -> map",
            about: "A time that much later, or earlier where numbers are negative.",
            parameters: &[(
                "span",
                "any of `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds`, all whole numbers",
            )],
            errors: "when the span has other keys or leads out of the years -9999 to 9999.",
            example: r#"print(time::add("2026-01-31", #{ months: 1 }).day); // → 28"#,
            ..Function::EMPTY
        },
        Function {
            signature: "between(from: number|string|map, to: number|string|map) -> float",
            about: "Seconds from one time to another; negative when `to` is earlier.",
            example: r#"print(time::between("2026-11-22T10:00:00Z", "2026-11-22T10:01:30Z")); // → 90.0"#,
            ..Function::EMPTY
        },
        Function {
            signature: "zone() -> string",
            about: "Name of the time zone of this computer, as `Europe/Berlin`.",
            example: r#"print(time::now().zone == time::zone()); // → true"#,
            ..Function::EMPTY
        },
    ],
};

/// The noun `time`.
pub(super) struct Time;

impl CorePlugin for Time {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, _context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        noun.add("now", || map_of(&Zoned::now()));
        noun.add("now", |zone: &str| in_zone(Zoned::now(), zone).map(|time| map_of(&time)));
        noun.add("unix", || unix(Timestamp::now()));
        noun.add("at", |when: Dynamic| read(when).map(|time| map_of(&time)));
        noun.add("at", |when: Dynamic, zone: &str| {
            in_zone(read(when)?, zone).map(|time| map_of(&time))
        });
        noun.add("parse", |text: &str| parse(text).map(|time| map_of(&time)));
        noun.add("parse", |text: &str, format: &str| {
            parse_as(text, format).map(|time| map_of(&time))
        });
        noun.add("format", format);
        noun.add("add", add);
        noun.add("between", |from: Dynamic, to: Dynamic| -> ScriptResult<f64> {
            Ok(unix(read(to)?.timestamp()) - unix(read(from)?.timestamp()))
        });
        noun.add("zone", || zone_name(&TimeZone::system()));
        noun.register(rhai);
    }
}

/// A point in time as a script sees it.
pub(super) fn map_of(time: &Zoned) -> Map {
    let timestamp = time.timestamp();
    let text = timestamp
        .round(Unit::Second)
        .unwrap_or(timestamp)
        .display_with_offset(time.offset())
        .to_string();
    let weekday = time.strftime("%A").to_string();
    [
        ("year".into(), i64::from(time.year()).into()),
        ("month".into(), i64::from(time.month()).into()),
        ("day".into(), i64::from(time.day()).into()),
        ("hour".into(), i64::from(time.hour()).into()),
        ("minute".into(), i64::from(time.minute()).into()),
        ("second".into(), i64::from(time.second()).into()),
        ("weekday".into(), weekday.into()),
        ("unix".into(), unix(timestamp).into()),
        ("zone".into(), zone_name(time.time_zone()).into()),
        ("text".into(), text.into()),
    ]
    .into()
}

/// The same for a time without a zone of its own: in that of this computer.
pub(super) fn map_here(time: Timestamp) -> Map {
    map_of(&time.to_zoned(TimeZone::system()))
}

fn unix(time: Timestamp) -> f64 {
    time.as_duration().as_secs_f64()
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(|| zone.to_offset(Timestamp::now()).to_string(), str::to_owned)
}

fn in_zone(time: Zoned, name: &str) -> ScriptResult<Zoned> {
    let unknown =
        |_| failure(format!("there is no time zone {name:?}: write one as Europe/Berlin or UTC"));
    time.in_tz(name).map_err(unknown)
}

/// Map, text or number.
fn read(when: Dynamic) -> ScriptResult<Zoned> {
    if let Some(seconds) = number(&when) {
        return from_unix(seconds);
    }
    if let Ok(text) = when.as_immutable_string_ref() {
        return parse(&text);
    }
    let found = kind(&when);
    let wrong =
        || failure(format!("a time is a map with `unix`, a text or a number, not a {found}"));
    let map = Map::from_value(when).ok_or_else(wrong)?;
    let time = from_unix(map.get("unix").and_then(number).ok_or_else(wrong)?)?;
    match map
        .get("zone")
        .and_then(|zone| zone.as_immutable_string_ref().ok().map(|zone| zone.clone()))
    {
        // A zone that has only an offset is written as one, and has no name to look up.
        Some(zone) => Ok(time.in_tz(&zone).unwrap_or(time)),
        None => Ok(time),
    }
}

fn from_unix(seconds: f64) -> ScriptResult<Zoned> {
    let span = jiff::SignedDuration::try_from_secs_f64(seconds);
    let time = span.and_then(Timestamp::from_duration);
    let time = time
        .map_err(|_| failure(format!("{seconds} seconds since 1970 is no time that is known")))?;
    Ok(time.to_zoned(TimeZone::system()))
}

fn parse(text: &str) -> ScriptResult<Zoned> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Zoned>() {
        return Ok(time);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.to_zoned(TimeZone::system()));
    }
    let here = text.parse::<DateTime>().and_then(|time| time.to_zoned(TimeZone::system()));
    here.map_err(|_| {
        failure(format!(
            "{text:?} is no time: write it as 2026-11-22 or 2026-11-22T16:12:00Z, or give its format"
        ))
    })
}

fn parse_as(text: &str, format: &str) -> ScriptResult<Zoned> {
    let wrong = |error: jiff::Error| failure(format!("{text:?} is no time as {format:?}: {error}"));
    let parts = BrokenDownTime::parse(format, text).map_err(wrong)?;
    if let Ok(time) = parts.to_zoned() {
        return Ok(time);
    }
    let here = parts.to_datetime().or_else(|_| parts.to_date().map(DateTime::from));
    here.and_then(|time| time.to_zoned(TimeZone::system())).map_err(wrong)
}

fn format(when: Dynamic, format: &str) -> ScriptResult<String> {
    let time = read(when)?;
    jiff::fmt::strtime::format(format, &time)
        .map_err(|error| failure(format!("{format:?} is no format of a time: {error}")))
}

/// Adds so many of a unit to a span.
type Step = fn(Span, i64) -> Result<Span, jiff::Error>;

fn add(when: Dynamic, span: Map) -> ScriptResult<Map> {
    let time = read(when)?;
    let mut options = Options::new("the span of time::add", span);
    let mut span = Span::new();
    let steps: [(&'static str, Step); 7] = [
        ("years", Span::try_years),
        ("months", Span::try_months),
        ("weeks", Span::try_weeks),
        ("days", Span::try_days),
        ("hours", Span::try_hours),
        ("minutes", Span::try_minutes),
        ("seconds", Span::try_seconds),
    ];
    let out_of_range = |error: jiff::Error| failure(format!("the time is out of range: {error}"));
    for (unit, with) in steps {
        if let Some(count) = options.take(unit)? {
            span = with(span, count).map_err(out_of_range)?;
        }
    }
    options.finish()?;
    Ok(map_of(&time.checked_add(span).map_err(out_of_range)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rhai::{Dynamic, Map};

    use super::{add, format, from_unix, map_of, parse, read};

    proptest! {
        #[test]
        fn a_time_survives_its_map_and_its_text(seconds in -1_000_000_000..4_000_000_000_i64) {
            let time = from_unix(seconds as f64).expect("within range");
            let map = map_of(&time);
            let text = map["text"].to_string();
            prop_assert_eq!(&read(Dynamic::from(map)).expect("a map of ours"), &time);
            prop_assert_eq!(parse(&text).expect("a text of ours").timestamp(), time.timestamp());
        }

        #[test]
        fn no_text_and_no_number_is_too_odd(text in ".{0,30}", number in any::<f64>()) {
            let _ = parse(&text);
            let _ = format(Dynamic::from(0_i64), &text);
            let _ = read(Dynamic::from(number));
        }
    }

    #[test]
    fn a_span_with_an_unknown_unit_is_refused() {
        let span: Map = [("day".into(), 1_i64.into())].into();
        let error = add(Dynamic::from(0_i64), span).expect_err("days, not day").to_string();
        assert!(error.contains("no option `day`: did you mean `days`?"), "{error}");
    }

    #[test]
    fn what_is_no_time_is_refused_in_words() {
        let error = read(Dynamic::from(true)).expect_err("no time").to_string();
        assert!(error.contains("not a bool"), "{error}");
        assert!(parse("soon").expect_err("no time").to_string().contains("\"soon\" is no time"));
        assert!(read(Dynamic::from(1e300)).is_err());
    }
}
