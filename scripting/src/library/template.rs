//! What a new app begins with.

/// What a new app begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// A script that answers.
    Script,
    /// A script with a panel of its own.
    Panel,
    /// No script: a model that is told who it is.
    Assistant,
}

impl Template {
    /// All of them, the simplest first.
    pub const ALL: [Self; 3] = [Self::Assistant, Self::Script, Self::Panel];

    /// Its name on the command line: `script`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Panel => "panel",
            Self::Assistant => "assistant",
        }
    }

    /// Its name on the screen.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Script => "Script",
            Self::Panel => "Panel",
            Self::Assistant => "Assistant",
        }
    }

    /// What it is good for, in a sentence.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Script => "A few lines that take what you write and answer",
            Self::Panel => "A window of its own, with buttons and fields",
            Self::Assistant => "No programming: tell a model who it is and how it should answer",
        }
    }

    pub(super) fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Script => &[
                ("app.toml", include_str!("templates/script/app.toml")),
                ("main.rhai", include_str!("templates/script/main.rhai")),
            ],
            Self::Panel => &[
                ("app.toml", include_str!("templates/panel/app.toml")),
                ("main.rhai", include_str!("templates/panel/main.rhai")),
            ],
            Self::Assistant => &[("app.toml", include_str!("templates/assistant/app.toml"))],
        }
    }
}
