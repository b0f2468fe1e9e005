//! What can be written after `satchel apps`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::command_line::arguments::Answers;

/// `satchel apps`
#[derive(Debug, Subcommand)]
pub(in crate::command_line) enum Apps {
    /// List the apps that came with Satchel and your own
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Make an app from a template and print its folder
    New {
        /// The name of its folder: lower-case letters, digits and -
        id: String,
        /// What it begins with
        #[arg(long, value_enum, default_value_t = Kind::Script)]
        template: Kind,
        /// Its name for people; without it, made from the id
        #[arg(long)]
        name: Option<String>,
    },
    /// Print all errors of an app's manifest and scripts, without running it
    Check {
        /// The app's folder
        path: PathBuf,
    },
    /// Run an app and print its answer as it comes
    Run(Box<Run>),
    /// Work on an app: load it, say what it says, and load it again whenever it is saved
    Dev(Box<Dev>),
}

/// What a new app begins with.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::command_line) enum Kind {
    /// A few lines that take what you write and answer
    Script,
    /// A window of its own, with buttons and fields
    Panel,
    /// No programming: tell a model who it is
    Assistant,
}

/// `satchel apps run`
#[derive(Debug, Args)]
pub(in crate::command_line) struct Run {
    /// The id of an app, or the path of its folder
    #[arg(value_name = "ID|PATH")]
    pub(super) app: String,

    #[command(flatten)]
    pub(super) given: Given,

    /// Print one JSON object: text, value, citations, stopped
    #[arg(long)]
    pub(super) json: bool,
}

/// `satchel apps dev`
#[derive(Debug, Args)]
pub(in crate::command_line) struct Dev {
    /// The app's folder
    pub(super) path: PathBuf,

    #[command(flatten)]
    pub(super) given: Given,
}

/// What an app is run with.
#[derive(Debug, Args)]
pub(in crate::command_line) struct Given {
    /// What a person would write to it; `-` reads it from standard input
    #[arg(long, value_name = "TEXT")]
    pub(super) input: Option<String>,

    /// Structured input, as its manifest wants it; `-` reads it from standard input
    #[arg(long, value_name = "JSON", conflicts_with = "input")]
    pub(super) input_json: Option<String>,

    /// Let it do this while it runs, as in `llm`, `net` or "net https://example.com/*"; may be repeated
    #[arg(long, value_name = "PERMISSION")]
    pub(super) allow: Vec<String>,

    #[command(flatten)]
    pub(super) answers: Answers,
}
