//! What is measured: something that answers conversations, seen from outside.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use engine::inference::Sampling;
use engine::models::{self, LoadSettings, ModelId};
use engine::{Command, Config, Engine, Event, GenerateRequest, JobEvent, Message, asleep};

/// Tokens of context, for all requests together.
pub(crate) const CONTEXT: u32 = 32_768;
/// Requests at the same time.
pub(crate) const SEQUENCES: u32 = 8;

/// One request, the same for every subject.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) messages: Vec<Message>,
    pub(crate) max_tokens: u32,
}

/// One answer, with the times at which its pieces arrived.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) asked: Instant,
    pub(crate) pieces: Vec<Instant>,
    pub(crate) ended: Instant,
    pub(crate) prompt_tokens: u32,
    pub(crate) generated_tokens: u32,
    pub(crate) text: String,
}

impl Answer {
    /// From asking until the first piece of text.
    pub(crate) fn first_token(&self) -> Duration {
        self.pieces.first().map_or(self.ended, |&first| first) - self.asked
    }

    /// Tokens per second between the first piece and the end.
    pub(crate) fn decode_speed(&self) -> f64 {
        let time = self.ended - self.asked - self.first_token();
        f64::from(self.generated_tokens.saturating_sub(1)) / time.as_secs_f64()
    }

    /// The longest silence between two pieces that overlaps with `from..until`.
    pub(crate) fn longest_silence(&self, from: Instant, until: Instant) -> Duration {
        self.pieces
            .windows(2)
            .filter(|pair| pair[1] > from && pair[0] < until)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap_or_default()
    }
}

/// Something that answers.
pub(crate) trait Subject: Sync {
    fn name(&self) -> &'static str;

    /// Asks and waits for the end; `heard` is called after each piece with their number so far.
    fn ask(&self, ask: &Ask, heard: &mut dyn FnMut(usize)) -> anyhow::Result<Answer>;
}

/// How tokens are chosen: as a chat would, and with a seed, so that runs are alike.
pub(crate) fn sampling() -> Sampling {
    Sampling { seed: Some(7), ..Sampling::default() }
}

/// Satchel's engine, in this process.
pub(crate) struct Satchel {
    engine: Engine,
    pub(crate) threads: u32,
}

impl Satchel {
    pub(crate) fn load(model: &Path) -> anyhow::Result<Self> {
        let settings = LoadSettings {
            context_length: Some(CONTEXT),
            sequences: Some(SEQUENCES),
            ..LoadSettings::default()
        };
        let (engine, threads) = load(model, settings)?;
        Ok(Self { engine, threads })
    }
}

/// An engine with this model, and how many threads it computes with.
pub(crate) fn load(model: &Path, settings: LoadSettings) -> anyhow::Result<(Engine, u32)> {
    let engine = Engine::start(Config::default())?;
    let news = engine.subscribe(asleep());
    let (id, path) = (ModelId("model".to_owned()), model.to_owned());
    engine.send(Command::Models(models::Command::Load { id, path, settings }));
    for event in news {
        match event {
            Event::Models(models::Event::Loaded(loaded)) => return Ok((engine, loaded.threads)),
            Event::Models(models::Event::LoadFailed { error, .. }) => bail!(error),
            _ => {}
        }
    }
    bail!("the engine ended while it loaded the model")
}

impl Subject for Satchel {
    fn name(&self) -> &'static str {
        "Satchel"
    }

    fn ask(&self, ask: &Ask, heard: &mut dyn FnMut(usize)) -> anyhow::Result<Answer> {
        let request = GenerateRequest {
            messages: ask.messages.clone(),
            max_tokens: Some(ask.max_tokens),
            sampling: sampling(),
            ..GenerateRequest::default()
        };
        let asked = Instant::now();
        let (mut pieces, mut text) = (Vec::new(), String::new());
        let job = self.engine.generate(request, asleep());
        for event in job.wait() {
            match event {
                JobEvent::Text(piece) | JobEvent::Reasoning(piece) => {
                    pieces.push(Instant::now());
                    text.push_str(&piece);
                    heard(pieces.len());
                }
                JobEvent::Finished(finish) => {
                    return Ok(Answer {
                        asked,
                        pieces,
                        ended: Instant::now(),
                        prompt_tokens: finish.usage.prompt_tokens,
                        generated_tokens: finish.usage.generated_tokens,
                        text,
                    });
                }
                JobEvent::Failed(error) => return Err(error).context("Satchel's engine"),
                _ => {}
            }
        }
        bail!("the engine let go of the request")
    }
}
