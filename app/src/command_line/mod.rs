//! The program without its window: scripts, tests and people at a terminal.
//!
//! ```text
//! arguments.rs ─▶ chat.rs (one prompt) ──────────▶ loading.rs ─▶ answer.rs ─▶ terminal.rs
//!             ├─▶ conversation.rs (many) ─────────▶    ″             ″            ″
//!             ├─▶ models.rs (what there is)
//!             ├─▶ apps/ (what there is, and one running) ─▶ ″        scripting
//!             ├─▶ documents/ (a person's own files)
//!             └─▶ window.rs (all the rest)
//! ```
//!
//! Whatever goes wrong becomes one line on standard error and an exit code, here and nowhere else. An
//! error of a script is followed by the line that it is about.

mod answer;
mod apps;
mod arguments;
mod chat;
mod conversation;
mod documents;
mod error;
mod interrupt;
mod loading;
mod models;
mod terminal;
#[cfg(feature = "window")]
mod window;

use std::io::{self, Write as _};
use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
pub(crate) use error::Error;

/// Carries out what the arguments of this process ask for.
#[must_use]
pub fn run() -> ExitCode {
    let carried_out = match Arguments::try_parse() {
        Ok(arguments) => carry_out(arguments),
        // Wrong use; whoever cannot read why has the exit code.
        Err(error) if error.use_stderr() => error.exit(),
        Err(help) => print_help(&help).map(|()| ExitCode::SUCCESS),
    };
    match carried_out {
        Ok(code) => code,
        Err(error) => {
            if let Some(line) = error.line() {
                terminal::note(format!("satchel: {line}\n{}", error.details()).trim_end());
            }
            error.exit_code()
        }
    }
}

/// What `--help` and `--version` print, in the colours that suit the output.
fn print_help(help: &clap::Error) -> Result<(), Error> {
    help.print().and_then(|()| io::stdout().flush()).map_err(terminal::output_failed)
}

fn carry_out(arguments: Arguments) -> Result<ExitCode, Error> {
    let window = arguments.command.is_none();
    // On the command line, only what a person can mend: settings and lists that make no sense, and a
    // demonstration model that has no room.
    start_log(if window {
        "warn"
    } else {
        "engine::settings=warn,engine::models::library=warn,scripting::library=warn,\
         satchel::command_line::models=warn"
    });
    let data_dir = arguments.data_dir.as_deref();
    match arguments.command {
        #[cfg(feature = "window")]
        None => window::run(data_dir),
        #[cfg(not(feature = "window"))]
        None => Err(Error::NoWindow),
        Some(Command::Chat(chat)) => chat::run(&chat, data_dir),
        Some(Command::Models(models)) => models::run(&models, data_dir),
        Some(Command::Apps(apps)) => apps::run(&apps, data_dir),
        Some(Command::Documents(documents)) => documents::run(&documents, data_dir),
        Some(Command::Extract) => Ok(engine::documents::reading::run_child()),
        Some(Command::Draw { path }) => Ok(engine::documents::drawing::run_artist(&path)),
    }
}

/// The log goes to standard error; `SATCHEL_LOG` says how much of it, as in `satchel=debug`.
fn start_log(default: &str) {
    use tracing_subscriber::EnvFilter;

    let filter = EnvFilter::try_from_env("SATCHEL_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    log.with_target(false).without_time().init();
}
