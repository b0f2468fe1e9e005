//! One model of the list, with all that is shown of it.

use std::path::Path;

use engine::models::{Fit, Gguf, LoadSettings, ModelEntry, fit};
use engine::settings::ModelSettings;

use crate::look::Tone;

/// A model on disk.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What its file says.
    pub(crate) entry: ModelEntry,
    /// Whether it fits into this machine's memory.
    pub(crate) verdict: Verdict,
    /// Whether the file lies elsewhere and is only referred to.
    pub(crate) is_reference: bool,
    /// The settings that its file recommends.
    pub(crate) defaults: ModelSettings,
}

/// Whether a model fits into the memory that is free now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does.
    Fits,
    /// Only with so many tokens of context.
    FitsWith(u32),
    /// It does not.
    TooLarge,
    /// Nobody can say.
    Unknown,
}

impl Verdict {
    fn of(fit: &Fit) -> Self {
        match fit.fitting_context {
            _ if fit.fits() => Self::Fits,
            Some(tokens) => Self::FitsWith(tokens),
            None => Self::TooLarge,
        }
    }

    /// In words, with their tone.
    pub(crate) fn words(self) -> Option<(String, Tone)> {
        match self {
            Self::Fits => Some(("Fits".to_owned(), Tone::Good)),
            Self::FitsWith(tokens) => {
                Some((format!("Fits with a context of {tokens}"), Tone::Warning))
            }
            Self::TooLarge => Some(("Too large for the free memory".to_owned(), Tone::Danger)),
            Self::Unknown => None,
        }
    }
}

impl Row {
    /// Reads what is shown beside the entry. Reads the file's header: not for the thread that draws.
    pub(crate) fn new(entry: ModelEntry, models: &Path) -> Self {
        let is_reference = !entry.is_demo && !entry.path.starts_with(models);
        let mut defaults = ModelSettings::default();
        let mut verdict = Verdict::Unknown;
        if entry.problem.is_none()
            && let Ok(file) = Gguf::open(&entry.path)
        {
            file.recommended_sampling().apply(&mut defaults.sampling);
            if let Ok(fit) = fit::estimate(&file, &LoadSettings::default()) {
                verdict = Verdict::of(&fit);
            }
        }
        Self { entry, verdict, is_reference, defaults }
    }

    /// Whether it can be talked with.
    pub(crate) fn can_chat(&self) -> bool {
        self.entry.can_chat() && !self.entry.is_demo
    }

    /// Size, quantization, parameters and context in one line.
    pub(crate) fn facts(&self) -> String {
        let entry = &self.entry;
        let mut facts = vec![bytes(entry.size)];
        if !entry.quantization.is_empty() {
            facts.push(entry.quantization.clone());
        }
        if entry.parameters > 0 {
            facts.push(format!("{} parameters", count(entry.parameters)));
        }
        if entry.context_length > 0 {
            facts.push(format!("{} tokens of context", crate::chat::grouped(entry.context_length)));
        }
        if !entry.architecture.is_empty() {
            facts.push(entry.architecture.clone());
        }
        facts.join("  ·  ")
    }
}

/// A size for people: `4.7 GB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} bytes"),
        1_000..1_000_000 => (1e3, "kB"),
        1_000_000..1_000_000_000 => (1e6, "MB"),
        _ => (1e9, "GB"),
    };
    let number = bytes as f64 / unit;
    if number < 10.0 { format!("{number:.1} {name}") } else { format!("{number:.0} {name}") }
}

/// A number for people: `7.6 billion`.
fn count(number: u64) -> String {
    match number {
        0..1_000_000 => format!("{number}"),
        1_000_000..1_000_000_000 => format!("{:.0} million", number as f64 / 1e6),
        _ => format!("{:.1} billion", number as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_for_people() {
        for (size, words) in [
            (12, "12 bytes"),
            (8_300_000, "8.3 MB"),
            (469_000_000, "469 MB"),
            (4_680_000_000, "4.7 GB"),
        ] {
            assert_eq!(bytes(size), words);
        }
        assert_eq!(count(7_615_616_512), "7.6 billion");
        assert_eq!(count(494_000_000), "494 million");
    }
}
