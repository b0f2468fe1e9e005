//! Everything that can end the program early, in the one line that a person gets to read, and for
//! errors of scripts in some more.

use std::io;
use std::process::ExitCode;

use engine::conversations::StoreError;
use engine::documents::DocumentsError;
use engine::folder::FolderError;
use engine::models::LibraryError;
use engine::settings::SettingsError;
use rustyline::error::ReadlineError;

use super::terminal;

/// Why the command line gives up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    #[error(transparent)]
    Ask(#[from] engine::documents::ask::AskError),
    #[error(transparent)]
    DocumentLibrary(#[from] crate::document_library::OpenError),
    #[error(transparent)]
    Engine(#[from] engine::Error),
    #[error(transparent)]
    Apps(#[from] scripting::library::LibraryError),
    #[error(transparent)]
    Choices(#[from] scripting::library::ChoicesError),
    #[error(transparent)]
    Shipped(#[from] crate::shipped::ShippedError),
    /// A script or a manifest failed.
    #[error("{0}")]
    App(scripting::Problem),
    #[error("{count} problem{} in {app}", if *.count == 1 { "" } else { "s" })]
    Unsound { app: String, count: usize },
    #[error("the input is no JSON: {0}")]
    NoJson(serde_json::Error),
    #[error("{app} does not ask for the permission \"{permission}\"{}", asked(.asks))]
    NotAsked { app: String, permission: String, asks: Vec<String> },
    #[error("{model} is no reranker: name one, such as a bge-reranker GGUF, or none")]
    NoReranker { model: String },
    #[error("{model} cannot order passages: {problem}")]
    UnusableReranker { model: String, problem: String },
    #[error("the system gives no thread to work on: {0}")]
    Thread(io::Error),
    #[error("Ctrl+C cannot be watched: {0}")]
    Interrupts(#[from] ctrlc::Error),
    #[error("the terminal cannot be read: {0}")]
    Terminal(#[from] ReadlineError),
    #[error("standard input cannot be read: {0}")]
    Input(io::Error),
    #[error("standard output cannot be written: {0}")]
    Output(io::Error),
    /// Whoever read the output has seen enough.
    #[error("nobody reads the output any more")]
    OutputClosed,
    #[error(
        "without a terminal there is no conversation: give a PROMPT, or - to read it from standard input"
    )]
    NoPrompt,
    #[error("{model} is for {is_for} and writes no text: name a chat model")]
    NoChatModel { model: String, is_for: &'static str },
    #[error(
        "the {what} has {prompt_tokens} tokens and the context holds {context_length}: {advice}"
    )]
    TooLong { what: &'static str, prompt_tokens: String, context_length: String, advice: String },
    #[error("nothing was removed")]
    NotRemoved,
    #[error("the prompt is empty")]
    EmptyPrompt,
    #[error("the question is empty: say what you want to know of the documents")]
    EmptyQuestion,
    #[error(
        "only folders are followed, and this is a file; `satchel documents add` reads it: {}",
        .0.display()
    )]
    FollowsNoFile(std::path::PathBuf),
    #[error("{0}, and nothing is followed any more")]
    NotFollowed(String),
    #[cfg(feature = "window")]
    #[error(transparent)]
    Window(#[from] crate::window::WindowError),
    #[cfg(not(feature = "window"))]
    #[error("this build has no window: use `satchel chat` for a conversation in the terminal")]
    NoWindow,
}

impl Error {
    /// What to tell the person, on one line; `None` where nothing is wrong.
    pub(super) fn line(&self) -> Option<String> {
        match self {
            Self::OutputClosed => None,
            // Some reasons come from llama.cpp or the system, with line breaks of their own.
            other => Some(other.to_string().split_whitespace().collect::<Vec<_>>().join(" ")),
        }
    }

    /// What helps whoever mends it, on lines below the first; empty where that says all.
    pub(super) fn details(&self) -> String {
        match self {
            Self::App(problem) => terminal::visible(&super::apps::around(problem)).into_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::OutputClosed => ExitCode::SUCCESS,
            Self::NoPrompt
            | Self::EmptyPrompt
            | Self::EmptyQuestion
            | Self::FollowsNoFile(_)
            | Self::Documents(DocumentsError::NoName | DocumentsError::BadName { .. })
            | Self::NoJson(_)
            | Self::NotAsked { .. }
            | Self::Apps(scripting::library::LibraryError::NoAppId(_)) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}

/// What an app asks for, behind a semicolon.
fn asked(permissions: &[String]) -> String {
    if permissions.is_empty() {
        return "; it asks for none".to_owned();
    }
    let quoted: Vec<_> = permissions.iter().map(|key| format!("\"{key}\"")).collect();
    format!("; it asks for {}", quoted.join(", "))
}
