//! What the host API says of itself: one table, from which everything that explains it is made.
//!
//! ```text
//! DOCS of each noun ─▶ docs() ─┬─▶ reference.rs    apps/REFERENCE.md
//!                              ├─▶ completion.rs   what the editor offers and explains
//!                              └─▶ definitions.rs  satchel.d.rhai, for other editors
//! ```
//!
//! Tests see to it that it is true: each registered function is in the table, each one in the table
//! is registered, and every example runs and prints what it says.

mod completion;
mod definitions;
mod language;
mod reference;
mod signature;
#[cfg(test)]
mod tests;
mod ui;

pub use completion::{Completion, CompletionKind};
pub use signature::{Parameter, Signature};

/// One noun of the host API, as `llm` or `store`.
#[derive(Debug)]
pub struct Module {
    /// Its name, which stands before `::`; empty for what every script has without a name.
    pub name: &'static str,
    /// What it is for; one sentence.
    pub summary: &'static str,
    /// What a reader has to know besides, in Markdown: permissions, limits, shapes of maps.
    pub notes: &'static str,
    /// How its functions are called.
    pub call: Call,
    /// What it can do.
    pub functions: &'static [Function],
}

/// How the functions of a [`Module`] are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `llm::chat(…)`.
    Namespace,
    /// `ui.button(…)`: as methods of a value.
    Method,
    /// `sleep(…)`: without anything before it.
    Plain,
    /// `fn on_run(input)`: written by the app and called by Satchel.
    Hook,
    /// `row { … }`: a word and a block.
    Block,
}

/// One function.
#[derive(Debug)]
pub struct Function {
    /// `split(text: string, length: int, overlap?: int) -> array`, see [`Signature`].
    pub signature: &'static str,
    /// What it does; Markdown, its first sentence is the summary.
    pub about: &'static str,
    /// Each parameter and what it means, in the signature's order. Those that the sentence above
    /// explains are left out.
    pub parameters: &'static [(&'static str, &'static str)],
    /// What comes back, where that is not clear; empty otherwise.
    pub returns: &'static str,
    /// When it fails; empty for those that cannot fail with the right types.
    pub errors: &'static str,
    /// A script that uses it. What it prints is said behind the line: `print(1 + 1); // → 2`.
    pub example: &'static str,
}

impl Function {
    /// An entry of which only the signature and the first words are given.
    pub(in crate::api) const EMPTY: Self =
        Self { signature: "", about: "", parameters: &[], returns: "", errors: "", example: "" };

    /// The signature in its parts.
    #[must_use]
    pub fn signature(&self) -> Signature {
        Signature::read(self.signature)
    }

    /// The first sentence.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.about.split_inclusive(". ").next().unwrap_or(self.about).trim_end()
    }
}

impl Module {
    /// How a script writes `function`: `llm::chat`, `ui.button`, `sleep`.
    #[must_use]
    pub fn path_of(&self, function: &Function) -> String {
        let name = function.signature().name;
        match self.call {
            Call::Namespace => format!("{}::{name}", self.name),
            Call::Method => format!("{}.{name}", self.name),
            Call::Plain | Call::Hook | Call::Block => name,
        }
    }
}

/// Everything that a script can use of Satchel, in the order of the reference.
#[must_use]
pub fn docs() -> Vec<&'static Module> {
    let mut modules = vec![&language::HOOKS];
    modules.extend(super::NOUNS.iter().copied());
    modules.extend([&ui::WIDGETS, &ui::CONTAINERS, &language::GLOBALS]);
    modules
}

/// The reference of the host API, as Markdown: what lies in `apps/REFERENCE.md`.
#[must_use]
pub fn reference_markdown() -> String {
    reference::markdown(&docs())
}

/// What an editor offers while a name is being typed, sorted by name.
#[must_use]
pub fn completions() -> Vec<Completion> {
    completion::completions(&docs())
}

/// The host API as a Rhai definition file (`.d.rhai`), for editors that read those.
#[must_use]
pub fn definitions() -> String {
    definitions::definitions(&docs())
}
