//! One answer while it is being written, by the model or by an app.

use std::time::{Duration, Instant};

use engine::conversations::StoredMessage;
use engine::{Error, Finish, Job, JobEvent, StopReason, Timings, Usage};
use scripting::{Citation, Outcome, Problem, Run, RunEvent};

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
}

/// What has arrived since the last look.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// More of the text.
    pub(crate) text: String,
    /// More of the thinking.
    pub(crate) reasoning: String,
    /// Whether something beside the text was learned: messages left out, thinking done.
    pub(crate) described: bool,
    /// Whether anything at all has arrived.
    pub(crate) anything: bool,
    /// There once, when it is over.
    pub(crate) ending: Option<Ending>,
}

/// Who writes an answer, and the hold on the work for it.
enum Writer {
    Model(Job),
    App(Box<AppRun>),
}

/// A run of an app, and what is kept of it until its end.
struct AppRun {
    run: Run,
    /// Figures of all generations so far.
    figures: Option<Finish>,
    /// What the engine refused last.
    refused: Option<Error>,
    citations: Vec<Citation>,
    /// Whether it answers in the model's name, as the chat does.
    speaks_for_model: bool,
}

/// An answer that is being written.
pub(crate) struct Answer {
    writer: Writer,
    /// How the first part ended, if this one goes on with it.
    before: Option<Finish>,
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
        Self::new(Writer::App(Box::new(AppRun {
            run,
            figures: None,
            refused: None,
            citations: Vec::new(),
            speaks_for_model,
        })))
    }

    fn new(writer: Writer) -> Self {
        Self {
            writer,
            before: None,
            phase: Phase::Waiting { ahead: 0 },
            content: String::new(),
            reasoning: String::new(),
            thinking_since: None,
            thought_for: None,
            model: None,
            dropped_messages: 0,
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
            ..self
        }
    }

    /// Takes in what has arrived.
    pub(crate) fn hear(&mut self) -> News {
        let mut news = News::default();
        let (mut by_model, mut by_app) = (Vec::new(), Vec::new());
        match &self.writer {
            Writer::Model(job) => by_model.extend(job.drain()),
            Writer::App(app) => by_app.extend(app.run.drain()),
        }
        news.anything = !by_model.is_empty() || !by_app.is_empty();
        for event in by_model {
            news.ending = self.hear_model(event, &mut news).or(news.ending.take());
        }
        for event in by_app {
            news.ending = self.hear_app(event, &mut news).or(news.ending.take());
        }
        if let Some(Ending::Finished(finish)) = &mut news.ending
            && let Some(before) = self.before.take()
        {
            *finish = finish.clone().continuing(&before);
        }
        self.content.push_str(&news.text);
        self.reasoning.push_str(&news.reasoning);
        self.version += u64::from(news.anything);
        news
    }

    fn hear_model(&mut self, event: JobEvent, news: &mut News) -> Option<Ending> {
        match event {
            JobEvent::Queued { ahead } => self.phase = Phase::Waiting { ahead },
            JobEvent::Started { model, prompt_tokens, reused_tokens, dropped_messages } => {
                if self.speaks_for_model() {
                    self.model = Some(model);
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
            RunEvent::Generating(event) => match self.hear_model(event, news)? {
                Ending::Finished(finish) => self.count(finish),
                Ending::Failed(error) => self.refuse(error),
                Ending::Broke(_) => {}
            },
            RunEvent::Progress { fraction, text } => self.phase = Phase::Working { fraction, text },
            RunEvent::Cited(citation) => {
                if let Writer::App(app) = &mut self.writer {
                    app.citations.push(citation);
                }
            }
            RunEvent::Grounded(_) => {}
            RunEvent::Finished(outcome) => return Some(self.end_run(&outcome, news)),
            RunEvent::Failed(problem) => {
                self.end_thinking();
                let Writer::App(app) = &mut self.writer else { return None };
                // A conversation that is too long is a question, not a mistake of the script.
                return Some(match app.refused.take() {
                    Some(error @ Error::ContextOverflow { .. }) => Ending::Failed(error),
                    _ => Ending::Broke(problem),
                });
            }
        }
        None
    }

    fn write(&mut self, piece: &str, news: &mut News) {
        news.described |= self.end_thinking();
        self.phase = Phase::Writing;
        news.text.push_str(piece);
    }

    /// Adds the figures of one generation to those of the run.
    fn count(&mut self, finish: Finish) {
        self.end_thinking();
        let Writer::App(app) = &mut self.writer else { return };
        app.refused = None;
        app.figures = Some(match app.figures.take() {
            Some(before) => finish.continuing(&before),
            None => finish,
        });
    }

    fn refuse(&mut self, error: Error) {
        if let Writer::App(app) = &mut self.writer {
            app.refused = Some(error);
        }
    }

    fn end_run(&mut self, outcome: &Outcome, news: &mut News) -> Ending {
        self.end_thinking();
        let Writer::App(app) = &mut self.writer else {
            return Ending::Finished(nothing_generated());
        };
        let sources = sources(&app.citations);
        let mut finish = app.figures.take().unwrap_or_else(nothing_generated);
        if outcome.stopped {
            finish.reason = StopReason::Cancelled;
        }
        if self.content.is_empty() && news.text.is_empty() {
            news.text.push_str(&told(outcome));
        }
        news.text.push_str(&sources);
        Ending::Finished(finish)
    }

    fn end_thinking(&mut self) -> bool {
        let Some(since) = self.thinking_since else { return false };
        let first = self.thought_for.is_none();
        self.thought_for.get_or_insert_with(|| since.elapsed());
        first
    }

    fn speaks_for_model(&self) -> bool {
        match &self.writer {
            Writer::Model(_) => true,
            Writer::App(app) => app.speaks_for_model,
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
            Writer::App(app) => app.run.stop(),
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

/// The passages that an answer rests on, as a list below it.
fn sources(citations: &[Citation]) -> String {
    if citations.is_empty() {
        return String::new();
    }
    let mut list = "\n\n**Sources**\n".to_owned();
    for citation in citations {
        let title = if citation.title.is_empty() { &citation.source } else { &citation.title };
        list.push_str(&format!("\n{}. {title}", citation.number));
        if let Some(page) = citation.page {
            list.push_str(&format!(", page {page}"));
        }
        let quote = citation.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !quote.is_empty() {
            let cut: String = quote.chars().take(200).collect();
            let more = if cut.len() < quote.len() { "…" } else { "" };
            list.push_str(&format!(": “{cut}{more}”"));
        }
    }
    list
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

    #[test]
    fn sources_are_a_numbered_list() {
        let citation = Citation {
            number: 2,
            title: "Lease".to_owned(),
            page: Some(7),
            text: "ends\non 1 May".to_owned(),
            ..Citation::default()
        };
        let list = sources(std::slice::from_ref(&citation));
        assert_eq!(list, "\n\n**Sources**\n\n2. Lease, page 7: “ends on 1 May”");
        assert_eq!(sources(&[]), "");
    }
}
