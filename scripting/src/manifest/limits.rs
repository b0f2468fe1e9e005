//! What an app may use up: `[limits]`.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::fields::{Field, Fields};

/// What an app may use up before it is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest that one call of `on_load`, `on_ui`, `on_event` or `on_dispose` may take.
    pub handler: Duration,
    /// The longest that one `on_run` may take; `None` for as long as its person waits.
    pub run: Option<Duration>,
    /// The most that its state and its values may take together, in bytes.
    pub memory: u64,
    /// The longest text, in bytes.
    pub text: usize,
    /// The most items of an array or a map.
    pub items: usize,
    /// How deep functions may call one another.
    pub call_depth: usize,
    /// How many modules it may import.
    pub modules: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handler: Duration::from_secs(1),
            run: None,
            memory: 256_000_000,
            text: 16_000_000,
            items: 100_000,
            call_depth: 64,
            modules: 64,
        }
    }
}

impl Limits {
    pub(super) fn read(field: &Field<'_, '_>) -> Option<Self> {
        let mut fields = field.fields()?;
        let mut limits = Self::default();
        let mut number = |key, range: RangeInclusive<i64>| within(&mut fields, key, range);
        if let Some(milliseconds) = number("handler_ms", 10..=60_000) {
            limits.handler = Duration::from_millis(milliseconds);
        }
        limits.run = number("run_seconds", 1..=86_400).map(Duration::from_secs);
        if let Some(megabytes) = number("memory_mb", 1..=4096) {
            limits.memory = megabytes * 1_000_000;
        }
        if let Some(megabytes) = number("text_mb", 1..=256) {
            limits.text = megabytes as usize * 1_000_000;
        }
        if let Some(items) = number("items", 100..=1_000_000) {
            limits.items = items as usize;
        }
        if let Some(depth) = number("call_depth", 4..=128) {
            limits.call_depth = depth as usize;
        }
        if let Some(modules) = number("modules", 0..=1000) {
            limits.modules = modules as usize;
        }
        fields.finish();
        Some(limits)
    }
}

fn within(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    range: RangeInclusive<i64>,
) -> Option<u64> {
    fields.take(key)?.whole_within(range).and_then(|number| u64::try_from(number).ok())
}
