//! `satchel chat`: one prompt and one answer, or a conversation.

use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use engine::models::LoadedModel;
use engine::settings::ModelSettings;
use engine::{GenerateRequest, Message, Role};

use super::answer::{self, Answer};
use super::arguments::{Answers, Chat};
use super::interrupt::{INTERRUPTED, Interrupts};
use super::loading::Ready;
use super::terminal::{self, Screen, Silent, Streaming};
use super::{Error, conversation};
use crate::measures::grouped;

pub(super) fn run(chat: &Chat, data_dir: Option<&Path>) -> Result<ExitCode, Error> {
    let prompt = prompt(chat.prompt.as_deref())?;
    let interrupts = Interrupts::install()?;
    let ready = Ready::with_model(data_dir, &chat.answers)?;
    match prompt {
        Some(prompt) => once(&ready, &interrupts, prompt, chat.json),
        None => conversation::run(ready, &interrupts),
    }
}

/// What to ask; `None` for a conversation.
fn prompt(argument: Option<&str>) -> Result<Option<String>, Error> {
    let prompt = match argument {
        Some("-") => piped()?,
        Some(text) if io::stdin().is_terminal() => text.to_owned(),
        Some(text) => below(text, &piped()?),
        None if io::stdin().is_terminal() => return Ok(None),
        None => return Err(Error::NoPrompt),
    };
    if prompt.trim().is_empty() { Err(Error::EmptyPrompt) } else { Ok(Some(prompt)) }
}

/// How long standard input may go on before it is told that it is waited for.
const SILENT_READING: Duration = Duration::from_secs(2);

/// All of standard input. A pipe that nobody closes is waited for, so that is said after a while.
fn piped() -> Result<String, Error> {
    let (reading, ended) = mpsc::channel::<()>();
    std::thread::spawn(move || {
        if ended.recv_timeout(SILENT_READING) == Err(RecvTimeoutError::Timeout) {
            terminal::note(
                "Waiting for the end of standard input, which follows the prompt \
                 (`< /dev/null` where there is none)",
            );
        }
    });
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(Error::Input)?;
    drop(reading);
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A prompt with the text that it is about, if there is one, below a blank line.
fn below(prompt: &str, text: &str) -> String {
    if text.trim().is_empty() { prompt.to_owned() } else { format!("{prompt}\n\n{text}") }
}

/// What to say of a prompt that finds no room, however much is left out before it.
pub(super) fn too_long(model: &LoadedModel, what: &'static str, tokens: u32, holds: u32) -> Error {
    let trained = model.trained_context_length;
    // A quarter is left for the answer.
    let needed = (u64::from(tokens) * 4 / 3 + 1).div_ceil(1024) * 1024;
    let advice = if trained > tokens {
        let length = needed.min(trained.into());
        format!("shorten it, or begin with `--context-length {length}`")
    } else {
        format!("shorten it; this model was trained for {}", grouped(trained))
    };
    let (prompt_tokens, context_length) = (grouped(tokens), grouped(holds));
    Error::TooLong { what, prompt_tokens, context_length, advice }
}

impl Answers {
    /// What is written on the command line comes before what was set for the model.
    pub(super) fn apply(&self, settings: &mut ModelSettings) {
        if let Some(system) = &self.system {
            settings.system_prompt = Some(system.clone());
        }
        if let Some(temperature) = self.temperature {
            settings.sampling.temperature = temperature;
        }
        if self.seed.is_some() {
            settings.sampling.seed = self.seed;
        }
        if self.context_length.is_some() {
            settings.load.context_length = self.context_length;
        }
        if self.max_tokens.is_some() {
            settings.max_tokens = self.max_tokens;
        }
    }
}

/// The request for an answer to these messages, with the system prompt before them.
pub(super) fn request(settings: &ModelSettings, turns: Vec<Message>) -> GenerateRequest {
    let system = settings.system_prompt.iter().filter(|prompt| !prompt.trim().is_empty());
    let system = system.map(|prompt| Message::new(Role::System, prompt));
    GenerateRequest {
        messages: system.chain(turns).collect(),
        sampling: settings.sampling.clone(),
        max_tokens: settings.max_tokens,
        stop: settings.stop.clone(),
        thinking: settings.thinking,
        ..GenerateRequest::default()
    }
}

fn once(
    ready: &Ready,
    interrupts: &Interrupts,
    prompt: String,
    json: bool,
) -> Result<ExitCode, Error> {
    let request = request(&ready.settings, vec![Message::new(Role::User, prompt)]);
    let mut screen: Box<dyn Screen> =
        if json { Box::new(Silent) } else { Box::new(Streaming::new()) };
    let answer = answer::answer(&ready.engine, request, interrupts, screen.as_mut());
    let answer = answer.map_err(|error| match error {
        Error::Engine(engine::Error::ContextOverflow { prompt_tokens, context_length, .. }) => {
            too_long(&ready.model, "prompt", prompt_tokens, context_length)
        }
        other => other,
    })?;
    if json {
        terminal::print(&format!("{}\n", answer.to_json()))?;
    } else if let Some(remark) = answer::remark(&answer.finish.reason) {
        terminal::note(remark);
    }
    Ok(exit_code(&answer))
}

fn exit_code(answer: &Answer) -> ExitCode {
    if answer.was_interrupted() { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS }
}
