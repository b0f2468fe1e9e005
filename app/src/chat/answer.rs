//! One answer while it is being written: by the model, by an app, or from documents.

use std::sync::mpsc::TryRecvError;
use std::time::{Duration, Instant};

use engine::conversations::{Source, SourcePlace, Sources, StoredMessage};
use engine::documents::ask::{self, AskError, AskEvent, AskGuard};
use engine::{Error, Finish, Inbox, Job, JobEvent, StopReason, Timings, Usage};
use scripting::{Citation, Outcome, Problem, Run, RunEvent};

use crate::demo;

/// How far an answer has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Phase {
    /// Waits until the engine has room.
    Waiting {
        /// How many requests are before it.
        ahead: usize,
    },
    /// The model reads the conversation.
    Reading {
        /// Prompt tokens read so far.
        tokens: u32,
        /// Prompt tokens in all; 0 until it is known.
        of: u32,
    },
    /// The model thinks before it answers.
    Thinking,
    /// The answer itself is coming.
    Writing,
    /// An app does something and says what.
    Working {
        /// 0..=1; `None` when nobody knows.
        fraction: Option<f32>,
        /// What it does.
        text: String,
    },
}

/// How an answer ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// As the finish says.
    Finished(Finish),
    /// With an error.
    Failed(Error),
    /// With an error of the app that wrote it.
    Broke(Problem),
    /// With an error of the documents that were asked.
    Unanswered(AskError),
}

/// What has arrived since the last look.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// More of the text.
    pub(crate) text: String,
    /// More of the thinking.
    pub(crate) reasoning: String,
    /// The whole text, where it is another now than what came.
    pub(crate) revised: Option<String>,
    /// Whether something beside the text was learned: messages left out, thinking done.
    pub(crate) described: bool,
    /// Whether it became known what the answer rests on.
    pub(crate) grounded: bool,
    /// Whether anything at all has arrived.
    pub(crate) anything: bool,
    /// There once, when it is over.
    pub(crate) ending: Option<Ending>,
}

/// Who writes an answer, and the hold on the work for it.
enum Writer {
    Model(Job),
    App {
        run: Run,
        /// Whether it answers in the model's name, as the chat does.
        speaks_for_model: bool,
    },
    Documents {
        events: Inbox<AskEvent>,
        /// Dropped when it is to stop.
        guard: Option<AskGuard>,
    },
}

/// What has arrived, from whoever writes.
enum Arrived {
    Model(JobEvent),
    App(RunEvent),
    Documents(AskEvent),
}

/// An answer that is being written.
pub(crate) struct Answer {
    writer: Writer,
    /// How the first part ended, if this one goes on with it.
    before: Option<Finish>,
    /// Figures of all generations so far, where there may be several.
    figures: Option<Finish>,
    /// What the engine refused last, where the answer may go on all the same.
    refused: Option<Error>,
    /// How far it has come.
    pub(crate) phase: Phase,
    /// The text so far.
    pub(crate) content: String,
    /// The thinking so far.
    pub(crate) reasoning: String,
    thinking_since: Option<Instant>,
    thought_for: Option<Duration>,
    /// Display name of the model, once it is known.
    pub(crate) model: Option<String>,
    /// How many of the oldest messages the engine left out.
    pub(crate) dropped_messages: usize,
    /// What it rests on, as far as that is known.
    pub(crate) sources: Sources,
    /// Whether the person asked to stop.
    pub(crate) stopping: bool,
    /// Grows with every change, for caches.
    pub(crate) version: u64,
}

impl Answer {
    /// Follows `job`.
    pub(crate) fn by_model(job: Job) -> Self {
        Self::new(Writer::Model(job))
    }

    /// Follows the run of an app; `speaks_for_model` if it answers in the model's name.
    pub(crate) fn by_app(run: Run, speaks_for_model: bool) -> Self {
        Self::new(Writer::App { run, speaks_for_model })
    }

    /// Follows a question to documents.
    pub(crate) fn from_documents(events: Inbox<AskEvent>, guard: AskGuard) -> Self {
        Self::new(Writer::Documents { events, guard: Some(guard) })
    }

    fn new(writer: Writer) -> Self {
        Self {
            writer,
            before: None,
            figures: None,
            refused: None,
            phase: Phase::Waiting { ahead: 0 },
            content: String::new(),
            reasoning: String::new(),
            thinking_since: None,
            thought_for: None,
            model: None,
            dropped_messages: 0,
            sources: Sources::default(),
            stopping: false,
            version: 0,
        }
    }

    /// The same, for an answer that goes on with a message that is there in part.
    pub(crate) fn resuming(self, message: &StoredMessage) -> Self {
        Self {
            content: message.content.clone(),
            reasoning: message.reasoning.clone().unwrap_or_default(),
            thought_for: message.reasoning_duration,
            before: message.finish.clone(),
            sources: message.sources.clone(),
            ..self
        }
    }

    /// Takes in what has arrived.
    pub(crate) fn hear(&mut self) -> News {
        let mut news = News::default();
        let (arrived, gone) = self.arrived();
        for event in arrived {
            news.anything = true;
            let ending = match event {
                Arrived::Model(event) => self.hear_model(event, &mut news),
                Arrived::App(event) => self.hear_app(event, &mut news),
                Arrived::Documents(event) => self.hear_documents(event, &mut news),
            };
            news.ending = ending.or(news.ending.take());
        }
        if gone && news.ending.is_none() {
            news.ending = Some(self.finish(true));
        }
        if let Some(Ending::Finished(finish)) = &mut news.ending
            && let Some(before) = self.before.take()
        {
            *finish = finish.clone().continuing(&before);
        }
        self.content.push_str(&news.text);
        if let Some(text) = &news.revised {
            self.content.clone_from(text);
        }
        self.reasoning.push_str(&news.reasoning);
        self.version += u64::from(news.anything);
        news
    }

    /// What came since the last look, and whether whoever wrote is gone without a last word.
    fn arrived(&self) -> (Vec<Arrived>, bool) {
        match &self.writer {
            Writer::Model(job) => (job.drain().map(Arrived::Model).collect(), false),
            Writer::App { run, .. } => (run.drain().map(Arrived::App).collect(), false),
            Writer::Documents { events, .. } => {
                let mut arrived = Vec::new();
                loop {
                    match events.try_recv() {
                        Ok(event) => arrived.push(Arrived::Documents(event)),
                        Err(error) => return (arrived, error == TryRecvError::Disconnected),
                    }
                }
            }
        }
    }

    fn hear_model(&mut self, event: JobEvent, news: &mut News) -> Option<Ending> {
        match event {
            JobEvent::Queued { ahead } => self.phase = Phase::Waiting { ahead },
            JobEvent::Started { model, prompt_tokens, reused_tokens, dropped_messages } => {
                if self.speaks_for_model() {
                    self.model = Some(demo::labelled(&model));
                }
                self.dropped_messages = dropped_messages;
                news.described |= dropped_messages > 0;
                self.phase = Phase::Reading { tokens: reused_tokens, of: prompt_tokens };
            }
            JobEvent::Reading { tokens } => {
                let of = match self.phase {
                    Phase::Reading { of, .. } => of,
                    _ => 0,
                };
                self.phase = Phase::Reading { tokens, of };
            }
            JobEvent::Reasoning(piece) => {
                self.phase = Phase::Thinking;
                self.thinking_since.get_or_insert_with(Instant::now);
                news.reasoning.push_str(&piece);
            }
            JobEvent::Text(piece) => self.write(&piece, news),
            // Tools are offered by scripts, which answer the calls themselves.
            JobEvent::ToolCall(_) => {}
            JobEvent::Finished(finish) => {
                self.end_thinking();
                return Some(Ending::Finished(finish));
            }
            JobEvent::Failed(error) => return Some(Ending::Failed(error)),
        }
        None
    }

    fn hear_app(&mut self, event: RunEvent, news: &mut News) -> Option<Ending> {
        match event {
            RunEvent::Text(piece) => self.write(&piece, news),
            RunEvent::Generating(event) => self.hear_part(event, news),
            RunEvent::Progress { fraction, text } => self.phase = Phase::Working { fraction, text },
            RunEvent::Cited(citation) => {
                self.sources.citations.push(source(citation));
                news.grounded = true;
            }
            RunEvent::Grounded(grounds) => {
                self.sources.grounds = Some(grounds);
                news.grounded = true;
            }
            RunEvent::Finished(outcome) => return Some(self.end_run(&outcome, news)),
            RunEvent::Failed(problem) => {
                self.end_thinking();
                // A conversation that is too long is a question, not a mistake of the script.
                return Some(match self.refused.take() {
                    Some(error @ Error::ContextOverflow { .. }) => Ending::Failed(error),
                    _ => Ending::Broke(problem),
                });
            }
        }
        None
    }

    fn hear_documents(&mut self, event: AskEvent, news: &mut News) -> Option<Ending> {
        match event {
            AskEvent::Text(piece) => self.write(&piece, news),
            AskEvent::Generating(event) => self.hear_part(event, news),
            AskEvent::Progress { fraction, text } => self.phase = Phase::Working { fraction, text },
            AskEvent::Finished(answer) => return Some(self.end_asking(*answer, news)),
            AskEvent::Failed(error) => {
                self.end_thinking();
                return Some(match error {
                    AskError::Model(error) => Ending::Failed(error),
                    other => Ending::Unanswered(other),
                });
            }
        }
        None
    }

    /// Takes in what happens in one of perhaps several generations.
    fn hear_part(&mut self, event: JobEvent, news: &mut News) {
        match self.hear_model(event, news) {
            Some(Ending::Finished(finish)) => self.count(finish),
            Some(Ending::Failed(error)) => self.refused = Some(error),
            _ => {}
        }
    }

    fn write(&mut self, piece: &str, news: &mut News) {
        news.described |= self.end_thinking();
        self.phase = Phase::Writing;
        news.text.push_str(piece);
    }

    /// Adds the figures of one generation to those before.
    fn count(&mut self, finish: Finish) {
        self.end_thinking();
        self.refused = None;
        self.figures = Some(match self.figures.take() {
            Some(before) => finish.continuing(&before),
            None => finish,
        });
    }

    /// The figures of everything that was generated.
    fn finish(&mut self, stopped: bool) -> Ending {
        let mut finish = self.figures.take().unwrap_or_else(nothing_generated);
        if stopped {
            finish.reason = StopReason::Cancelled;
        }
        Ending::Finished(finish)
    }

    fn end_run(&mut self, outcome: &Outcome, news: &mut News) -> Ending {
        self.end_thinking();
        if self.content.is_empty() && news.text.is_empty() {
            news.text.push_str(&told(outcome));
        }
        self.finish(outcome.stopped)
    }

    fn end_asking(&mut self, answer: ask::Answer, news: &mut News) -> Ending {
        self.end_thinking();
        let ask::Answer { text, citations, grounds, stopped, .. } = answer;
        self.model = grounds.model.as_deref().map(demo::labelled).or(self.model.take());
        let citations = citations.into_iter().map(Source::from).collect();
        self.sources = Sources { citations, grounds: Some(Box::new(grounds)) };
        news.grounded = true;
        let came = format!("{}{}", self.content, news.text);
        news.revised = (came != text).then_some(text);
        self.finish(stopped)
    }

    fn end_thinking(&mut self) -> bool {
        let Some(since) = self.thinking_since else { return false };
        let first = self.thought_for.is_none();
        self.thought_for.get_or_insert_with(|| since.elapsed());
        first
    }

    fn speaks_for_model(&self) -> bool {
        match &self.writer {
            Writer::Model(_) | Writer::Documents { .. } => true,
            Writer::App { speaks_for_model, .. } => *speaks_for_model,
        }
    }

    /// How long the model has thought, once it is done with that.
    pub(crate) fn thought_for(&self) -> Option<Duration> {
        self.thought_for
    }

    /// Asks for the end; it still arrives.
    pub(crate) fn stop(&mut self) {
        self.stopping = true;
        match &mut self.writer {
            Writer::Model(job) => job.stop(),
            Writer::App { run, .. } => run.stop(),
            Writer::Documents { guard, .. } => *guard = None,
        }
    }
}

/// The end of an answer for which no model was asked.
fn nothing_generated() -> Finish {
    Finish {
        reason: StopReason::EndOfTurn,
        usage: Usage::default(),
        timings: Timings::default(),
        seed: 0,
    }
}

/// What an app that wrote nothing returned: its text, or its value as JSON.
fn told(outcome: &Outcome) -> String {
    if !outcome.text.is_empty() {
        return outcome.text.clone();
    }
    match &outcome.value {
        None => String::new(),
        Some(value) => format!("```json\n{value:#}\n```"),
    }
}

/// What an app has cited, as it is kept.
fn source(citation: Citation) -> Source {
    let Citation { number, title, source, page, text, place } = citation;
    let place = place.map(|place| SourcePlace {
        document: place.document,
        page_ordinal: place.page_ordinal,
        characters: place.characters,
    });
    Source { number, title, path: source, page, quote: text, place }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_where_nothing_was_written() {
        let value = Some(serde_json::json!({ "a": 1 }));
        let outcome = Outcome { value, ..Outcome::default() };
        assert_eq!(told(&outcome), "```json\n{\n  \"a\": 1\n}\n```");
        let outcome = Outcome { text: "hello".to_owned(), ..outcome };
        assert_eq!(told(&outcome), "hello");
        assert_eq!(told(&Outcome::default()), "");
    }
}
