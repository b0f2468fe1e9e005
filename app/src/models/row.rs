//! One model of the list, with all that is shown of it.

use std::path::Path;

use engine::models::{Fit, Gguf, LoadSettings, ModelEntry, fit};
use engine::settings::ModelSettings;

use crate::look::Tone;
use crate::measures::{bytes, count, grouped};

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
                Some((format!("Fits with a context of {}", grouped(tokens)), Tone::Warning))
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
            facts.push(format!("{} tokens of context", grouped(entry.context_length)));
        }
        if !entry.architecture.is_empty() {
            facts.push(entry.architecture.clone());
        }
        facts.join("  ·  ")
    }
}
