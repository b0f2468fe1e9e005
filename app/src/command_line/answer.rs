//! One answer of the model, from the request to its end, with Ctrl+C heard in between.

use std::sync::mpsc;

use engine::{Engine, Finish, GenerateRequest, JobEvent, StopReason, Usage};
use serde_json::{Value, json};

use super::Error;
use super::interrupt::{Heard, Interrupts};
use super::terminal::{Progress, Screen};
use crate::demo;

/// What the model answered, and how that went.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) model: String,
    pub(super) reasoning: String,
    pub(super) text: String,
    pub(super) finish: Finish,
}

/// Asks, shows the answer as it comes, and returns it when it is over. After Ctrl+C it is over
/// within a decode step, and [`Answer::was_interrupted`].
pub(super) fn answer(
    engine: &Engine,
    request: GenerateRequest,
    interrupts: &Interrupts,
    screen: &mut dyn Screen,
) -> Result<Answer, Error> {
    let (reply, heard) = interrupts.line();
    // Returning early drops the guard, which stops the work.
    let guard = engine.generate_into(request, reply);
    let answer = follow(&heard, guard, screen);
    interrupts.ignore();
    let ended = screen.end();
    let answer = answer?;
    ended.map(|()| answer)
}

fn follow(
    heard: &mpsc::Receiver<Heard<JobEvent>>,
    guard: engine::JobGuard,
    screen: &mut dyn Screen,
) -> Result<Answer, Error> {
    let mut guard = Some(guard);
    let mut reading = Reading::default();
    let (mut model, mut text, mut reasoning) = (String::new(), String::new(), String::new());
    for event in heard {
        match event {
            Heard::Interrupted => guard = None,
            Heard::Event(JobEvent::Queued { ahead }) => reading.queued(ahead),
            Heard::Event(JobEvent::Started { model: name, prompt_tokens, .. }) => {
                model = demo::labelled(&name);
                reading.prompt_tokens = prompt_tokens;
            }
            Heard::Event(JobEvent::Reading { tokens }) => reading.read(tokens),
            Heard::Event(JobEvent::Reasoning(piece)) => {
                reading.over();
                reasoning.push_str(&piece);
                screen.reasoning(&piece)?;
            }
            Heard::Event(JobEvent::Text(piece)) => {
                reading.over();
                text.push_str(&piece);
                screen.text(&piece)?;
            }
            // Offers no tools.
            Heard::Event(JobEvent::ToolCall(_)) => {}
            Heard::Event(JobEvent::Finished(finish)) => {
                return Ok(Answer { model, reasoning, text, finish });
            }
            Heard::Event(JobEvent::Failed(error)) => return Err(Error::Engine(error)),
            Heard::HungUp => break,
        }
    }
    drop(guard);
    Err(Error::Engine(engine::Error::Stopped))
}

/// What is shown until the first word.
#[derive(Default)]
struct Reading {
    progress: Option<Progress>,
    prompt_tokens: u32,
}

impl Reading {
    fn queued(&mut self, ahead: usize) {
        self.show(&format!("Waiting, {ahead} before this one…"));
    }

    fn read(&mut self, tokens: u32) {
        self.show(&format!("Reading {tokens} of {} tokens…", self.prompt_tokens));
    }

    fn show(&mut self, text: &str) {
        self.progress.get_or_insert_with(Progress::new).show(text);
    }

    fn over(&mut self) {
        self.progress = None;
    }
}

impl Answer {
    /// Whether Ctrl+C ended it.
    pub(super) fn was_interrupted(&self) -> bool {
        self.finish.reason == StopReason::Cancelled
    }

    /// What `--json` prints. Times are in seconds.
    pub(super) fn to_json(&self) -> Value {
        let Finish { reason, usage, timings, seed } = &self.finish;
        let Usage { prompt_tokens, reused_tokens, generated_tokens } = usage;
        json!({
            "text": self.text,
            "reasoning": if self.reasoning.is_empty() { Value::Null } else { self.reasoning.as_str().into() },
            "usage": {
                "prompt_tokens": prompt_tokens,
                "reused_tokens": reused_tokens,
                "generated_tokens": generated_tokens,
            },
            "timings": {
                "queued": timings.queued.as_secs_f64(),
                "first_token": timings.first_token.as_secs_f64(),
                "generating": timings.generating.as_secs_f64(),
                "reasoning": timings.reasoning.map(|time| time.as_secs_f64()),
                "tokens_per_second": timings.tokens_per_second(usage),
            },
            "stop_reason": stop_reason(reason),
            "model": self.model,
            "seed": seed,
        })
    }
}

/// One word, for scripts.
fn stop_reason(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::EndOfTurn => "end_of_turn",
        StopReason::ToolCalls => "tool_calls",
        StopReason::StopString(_) => "stop_string",
        StopReason::MaxTokens => "max_tokens",
        StopReason::ContextFull => "context_full",
        StopReason::Cancelled => "cancelled",
    }
}

/// What a person should know about the way an answer ended, if anything.
pub(super) fn remark(reason: &StopReason) -> Option<&'static str> {
    match reason {
        StopReason::EndOfTurn | StopReason::ToolCalls | StopReason::StopString(_) => None,
        StopReason::MaxTokens => Some("(ended at the maximum length)"),
        StopReason::ContextFull => Some("(ended because the context is full)"),
        StopReason::Cancelled => Some("(stopped)"),
    }
}
