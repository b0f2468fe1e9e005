//! A real engine with a real small model, and short ways to ask it.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use engine::inference::Sampling;
use engine::models::{self, LoadSettings, LoadedModel, ModelId};
use engine::{
    Command, Config, Engine, Error, Event, Finish, GenerateRequest, Inbox, Job, JobEvent, Message,
    Role, asleep,
};

/// How long anything may take on a busy machine before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// The demonstration model: a real llama with its own tokenizer and a ChatML template.
pub(crate) fn demo() -> PathBuf {
    root().join("assets/starter/satchel-starter-q8_0.gguf")
}

/// A file made by `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An engine with the demonstration model.
pub(crate) fn engine_with(settings: LoadSettings) -> (Engine, LoadedModel) {
    let engine = Engine::start(Config::default()).expect("an engine thread");
    let loaded = load(&engine, "demo", demo(), settings).expect("a loaded model");
    (engine, loaded)
}

/// Loads a model and waits for it.
pub(crate) fn load(
    engine: &Engine,
    id: &str,
    path: PathBuf,
    settings: LoadSettings,
) -> Result<LoadedModel, Error> {
    let news = engine.subscribe(asleep());
    let id = ModelId(id.to_owned());
    engine.send(Command::Models(models::Command::Load { id: id.clone(), path, settings }));
    loop {
        match next_news(&news) {
            models::Event::Loaded(loaded) if loaded.id == id => return Ok(*loaded),
            models::Event::LoadFailed { id: failed, error } if failed == id => return Err(error),
            _ => {}
        }
    }
}

/// The next news about models.
pub(crate) fn next_news(news: &Inbox<Event>) -> models::Event {
    loop {
        match news.recv_timeout(PATIENCE).expect("news in time") {
            Event::Models(event) => return event,
            Event::Inference(_) => {}
        }
    }
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Answered {
    pub text: String,
    pub reasoning: String,
    pub calls: Vec<engine::inference::ToolCall>,
    pub prompt_tokens: u32,
    pub reused_tokens: u32,
    pub dropped_messages: usize,
    pub finish: Finish,
}

/// Asks and waits.
pub(crate) fn ask(engine: &Engine, request: GenerateRequest) -> Answered {
    collect(&engine.generate(request, asleep())).expect("an answer")
}

/// Waits for a job that is running.
pub(crate) fn collect(job: &Job) -> Result<Answered, Error> {
    let (mut text, mut reasoning, mut calls) = (String::new(), String::new(), Vec::new());
    let (mut prompt, mut reused, mut dropped) = (0, 0, 0);
    let until = Instant::now() + PATIENCE;
    for event in job.wait() {
        assert!(Instant::now() < until, "the answer takes too long");
        match event {
            JobEvent::Started { prompt_tokens, reused_tokens, dropped_messages, .. } => {
                (prompt, reused, dropped) = (prompt_tokens, reused_tokens, dropped_messages);
            }
            JobEvent::Text(piece) => text.push_str(&piece),
            JobEvent::Reasoning(piece) => reasoning.push_str(&piece),
            JobEvent::Finished(finish) => {
                return Ok(Answered {
                    text,
                    reasoning,
                    calls,
                    prompt_tokens: prompt,
                    reused_tokens: reused,
                    dropped_messages: dropped,
                    finish,
                });
            }
            JobEvent::Failed(error) => return Err(error),
            JobEvent::ToolCall(call) => calls.push(call),
            JobEvent::Queued { .. } | JobEvent::Reading { .. } => {}
        }
    }
    panic!("the job ended without a last event: {text:?}");
}

/// Nearly every token is as likely as every other, and with this seed the end of the turn is not
/// drawn for a thousand tokens.
pub(crate) fn endless() -> GenerateRequest {
    let sampling = Sampling {
        temperature: 5.0,
        top_k: 0,
        top_p: 1.0,
        min_p: 0.0,
        seed: Some(1),
        ..Sampling::default()
    };
    GenerateRequest { sampling, ..GenerateRequest::ask("Go on for ever.") }
}

/// A greedy request of one question, with a limit.
pub(crate) fn greedy(question: &str, max_tokens: u32) -> GenerateRequest {
    GenerateRequest {
        sampling: Sampling::greedy(),
        max_tokens: Some(max_tokens),
        ..GenerateRequest::ask(question)
    }
}

/// The same request one turn later.
pub(crate) fn follow_up(
    request: &GenerateRequest,
    answer: &str,
    question: &str,
) -> GenerateRequest {
    let mut next = request.clone();
    next.messages.push(Message::new(Role::Assistant, answer));
    next.messages.push(Message::new(Role::User, question));
    next
}
