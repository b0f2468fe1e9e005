//! One request that is being answered: its sampler, its text and calls, its counts, its listener.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::constraint::Form;
use super::count;
use super::llama::{Model, Token};
use super::pieces::Pieces;
use super::reasoning::{self, Part, Splitter, Stage};
use super::sampling::Sampler;
use super::tools::{self, CallParser, Said, ToolCall};
use crate::{Error, Finish, JobEvent, Outbox, StopReason, Timings, Usage};

/// The listener of a request, and the flag that says that he has gone.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) reply: Outbox<JobEvent>,
    pub(crate) cancelled: Arc<AtomicBool>,
}

impl Listener {
    pub(crate) fn is_gone(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Tells him; if nobody reads any more, the request counts as cancelled.
    pub(crate) fn tell(&self, event: JobEvent) {
        if !self.reply.send(event) {
            self.cancelled.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn fail(&self, error: Error) {
        self.tell(JobEvent::Failed(error));
    }
}

/// What limits an answer.
pub(crate) struct Limits {
    /// Generated tokens at most.
    pub(crate) max_tokens: u32,
    /// Tokens of prompt and answer at most.
    pub(crate) context_length: usize,
}

/// See the module documentation.
pub(crate) struct Answer {
    pub(crate) listener: Listener,
    pub(crate) arrival: u64,
    sampler: Sampler,
    pieces: Pieces,
    splitter: Splitter,
    form: Form,
    calls: Option<CallParser>,
    limits: Limits,
    seed: u32,
    usage: Usage,
    asked: Instant,
    started: Instant,
    first_token: Option<Instant>,
    last_token: Option<Instant>,
    reasoning_until: Option<Instant>,
    bytes: Vec<u8>,
}

/// What an answer is made of.
pub(crate) struct Parts {
    pub(crate) listener: Listener,
    pub(crate) arrival: u64,
    pub(crate) sampler: Sampler,
    pub(crate) pieces: Pieces,
    pub(crate) splitter: Splitter,
    pub(crate) form: Form,
    /// Finds calls of tools, where some may come.
    pub(crate) calls: Option<CallParser>,
    pub(crate) limits: Limits,
    pub(crate) seed: u32,
    pub(crate) prompt_tokens: usize,
    pub(crate) reused_tokens: usize,
    pub(crate) asked: Instant,
}

impl Answer {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            listener: parts.listener,
            arrival: parts.arrival,
            sampler: parts.sampler,
            pieces: parts.pieces,
            splitter: parts.splitter,
            form: parts.form,
            calls: parts.calls,
            limits: parts.limits,
            seed: parts.seed,
            usage: Usage {
                prompt_tokens: count(parts.prompt_tokens),
                reused_tokens: count(parts.reused_tokens),
                generated_tokens: 0,
            },
            asked: parts.asked,
            started: Instant::now(),
            first_token: None,
            last_token: None,
            reasoning_until: None,
            bytes: Vec::new(),
        }
    }

    pub(crate) fn is_generating(&self) -> bool {
        self.first_token.is_some()
    }

    /// Remembers the end of the prompt, which the sampler's penalties look at.
    pub(crate) fn recall(&mut self, prompt: &[Token], model: &Model) {
        let from = prompt.len().saturating_sub(self.sampler.lookback());
        let mut bytes = Vec::new();
        for &token in prompt.iter().skip(from) {
            bytes.clear();
            model.piece(token, true, &mut bytes);
            self.sampler.accept(token, &bytes);
        }
    }

    /// Chooses the next token, tells the listener the text that it completes, and answers with the
    /// token and, if the answer ends with it, the reason.
    pub(crate) fn take(
        &mut self,
        logits: &mut [f32],
        model: &Model,
        length: usize,
    ) -> Result<(Token, Option<StopReason>), Error> {
        self.form.mask(logits, self.splitter.stage())?;
        let token = self.sampler.sample(logits)?;
        let now = Instant::now();
        self.first_token.get_or_insert(now);
        self.last_token = Some(now);
        self.usage.generated_tokens += 1;
        if model.is_end_of_generation(token) {
            return Ok((token, Some(StopReason::EndOfTurn)));
        }
        self.form.accept(token)?;
        let reason = self.say(token, model)?.map(StopReason::StopString).or_else(|| {
            if self.form.is_complete() {
                Some(StopReason::EndOfTurn)
            } else if self.usage.generated_tokens >= self.limits.max_tokens {
                Some(StopReason::MaxTokens)
            } else if length + 1 >= self.limits.context_length {
                Some(StopReason::ContextFull)
            } else {
                None
            }
        });
        Ok((token, reason))
    }

    /// Adds a token's text; answers with the stop string that it completed.
    fn say(&mut self, token: Token, model: &Model) -> Result<Option<String>, Error> {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        // Turn markers are no text, but the tags around thinking are wanted by the splitter.
        let spelled = model.is_special(token) && {
            let name = model.token_text(token);
            reasoning::is_marker(&name) || (self.calls.is_some() && tools::is_marker(&name))
        };
        model.piece(token, spelled, &mut bytes);
        self.sampler.accept(token, &bytes);
        let emit = self.pieces.push(&bytes);
        self.bytes = bytes;
        let thought = self.splitter.stage() == Stage::Thinking;
        let parts = self.splitter.push(&emit.text);
        if thought && self.splitter.stage() == Stage::Answer {
            let answered = parts.iter().map(|part| match part {
                Part::Answer(text) => text.as_str(),
                Part::Reasoning(_) => "",
            });
            let begun: String = answered.chain([self.splitter.undecided()]).collect();
            self.form.overhear(begun.trim_start())?;
        }
        self.tell(parts);
        if let Some(calls) = &self.calls {
            self.form.hear_call(calls.payload());
        }
        Ok(emit.stopped)
    }

    fn tell(&mut self, parts: Vec<Part>) {
        for part in parts {
            match part {
                Part::Reasoning(text) => {
                    self.reasoning_until = Some(Instant::now());
                    self.listener.tell(JobEvent::Reasoning(text));
                }
                Part::Answer(text) => match &mut self.calls {
                    None => self.listener.tell(JobEvent::Text(text)),
                    Some(calls) => {
                        let said = calls.push(&text);
                        self.tell_said(said);
                    }
                },
            }
        }
    }

    fn tell_said(&self, said: Vec<Said>) {
        for said in said {
            self.listener.tell(match said {
                Said::Text(text) => JobEvent::Text(text),
                Said::Call(name, arguments) => {
                    JobEvent::ToolCall(ToolCall { id: tools::new_id(), name, arguments })
                }
            });
        }
    }

    /// The last words: what was held back, and how it ended.
    pub(crate) fn finish(mut self, mut reason: StopReason) {
        let rest = self.pieces.finish();
        let mut parts = self.splitter.push(&rest);
        parts.extend(self.splitter.finish());
        self.tell(parts);
        if let Some(mut calls) = self.calls.take() {
            self.tell_said(calls.finish());
            if calls.calls() > 0 && reason == StopReason::EndOfTurn {
                reason = StopReason::ToolCalls;
            }
        }
        let since = |from: Instant, to: Option<Instant>| {
            to.map_or(Duration::ZERO, |to| to.saturating_duration_since(from))
        };
        let timings = Timings {
            queued: self.started.saturating_duration_since(self.asked),
            first_token: since(self.asked, self.first_token),
            generating: self
                .first_token
                .map_or(Duration::ZERO, |first| since(first, self.last_token)),
            reasoning: self
                .first_token
                .filter(|_| self.reasoning_until.is_some())
                .map(|first| since(first, self.reasoning_until)),
        };
        let finish = Finish { reason, usage: self.usage, timings, seed: self.seed };
        self.listener.tell(JobEvent::Finished(finish));
    }
}
