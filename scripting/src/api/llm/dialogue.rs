//! A question and its answer, with the tools that the model calls in between.

use std::sync::Arc;

use engine::inference::ToolChoice;
use engine::{GenerateRequest, Message, Role, StopReason};
use rhai::ImmutableString;

use super::answer::Answer;
use super::generation::Generation;
use super::request::Request;
use super::tools::Tools;
use crate::runner::{Context, ScriptResult, failure};

/// An answer that is being written. Dropping it stops the work, and so does the end of the app.
pub(super) struct Dialogue {
    context: Arc<Context>,
    /// What was asked last.
    asked: GenerateRequest,
    tools: Tools,
    generation: Generation,
    /// How often the model has called tools.
    rounds: i64,
    /// What it said before it called them.
    said_before: String,
}

impl Dialogue {
    /// Asks.
    pub(super) fn begin(context: &Arc<Context>, request: Request) -> Self {
        let Request { asked, tools, .. } = request;
        // Kept only where it may have to be asked again.
        let kept = if tools.is_empty() { GenerateRequest::default() } else { asked.clone() };
        Self {
            context: Arc::clone(context),
            asked: kept,
            tools,
            generation: Generation::begin(context, asked),
            rounds: 0,
            said_before: String::new(),
        }
    }

    /// Waits for the next piece of text; `None` at the end. With `may_pause` an empty piece comes
    /// when the app's panel wants to be drawn between two steps of the script.
    pub(super) fn next_piece(&mut self, may_pause: bool) -> ScriptResult<Option<ImmutableString>> {
        loop {
            if let Some(piece) = self.generation.next_piece(may_pause)? {
                return Ok(Some(piece));
            }
            let answer = self.generation.answer();
            let has_called = answer.finish.as_ref().is_some_and(|finish| {
                finish.reason != StopReason::Cancelled && !answer.calls.is_empty()
            });
            if !has_called {
                return Ok(None);
            }
            self.call_tools()?;
        }
    }

    /// Carries out what the model called, and asks again.
    fn call_tools(&mut self) -> ScriptResult<()> {
        self.rounds += 1;
        if self.rounds > self.tools.rounds() {
            // Whoever reads on is not to be asked for the same calls again.
            self.stop();
            return Err(failure(format!(
                "the model called tools {} times and did not answer: raise max_rounds, or say in \
                 the instructions when to stop",
                self.tools.rounds()
            )));
        }
        let answer = self.generation.answer().clone();
        self.said_before.push_str(&answer.text);
        let mut said = Message::new(Role::Assistant, answer.text);
        said.reasoning = Some(answer.reasoning).filter(|text| !text.is_empty());
        said.tool_calls.clone_from(&answer.calls);
        self.asked.messages.push(said);
        for call in &answer.calls {
            let result =
                self.tools.call(&self.context, call).inspect_err(|_| self.generation.stop())?;
            self.asked.messages.push(Message::tool_result(&call.id, result));
        }
        // A choice that forces a call would force one for ever.
        self.asked.tool_choice = ToolChoice::Auto;
        self.generation = Generation::begin(&self.context, self.asked.clone());
        Ok(())
    }

    /// Stops the work, if it still goes on.
    pub(super) fn stop(&mut self) {
        self.generation.stop();
    }

    /// What has come since the last call of a tool.
    pub(super) fn answer(&self) -> &Answer {
        self.generation.answer()
    }

    /// All text that has come so far.
    pub(super) fn text(&self) -> String {
        format!("{}{}", self.said_before, self.answer().text)
    }

    pub(super) fn into_answer(self) -> Answer {
        self.generation.into_answer()
    }
}
