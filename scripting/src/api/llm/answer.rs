//! An answer as a script sees it.

use std::time::Duration;

use engine::inference::ToolCall;
use engine::{Finish, StopReason, Timings, Usage};
use rhai::{Dynamic, Map};

/// What a model answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) model: String,
    /// What it called; whoever asked carries that out.
    pub(super) calls: Vec<ToolCall>,
    /// `None` while it is being written, and for one that was broken off.
    pub(super) finish: Option<Finish>,
}

impl Answer {
    /// The map that the reference describes.
    pub(super) fn into_map(self) -> Map {
        let mut map: Map = [
            ("text".into(), self.text.into()),
            ("reasoning".into(), self.reasoning.into()),
            ("model".into(), self.model.into()),
        ]
        .into();
        let Some(finish) = self.finish else {
            map.insert("stop".into(), "cancelled".into());
            return map;
        };
        let speed = finish.timings.tokens_per_second(&finish.usage);
        map.insert("stop".into(), stop(&finish.reason).into());
        map.insert("seed".into(), i64::from(finish.seed).into());
        map.insert("usage".into(), usage(&finish.usage).into());
        map.insert("seconds".into(), seconds(&finish.timings).into());
        map.insert("tokens_per_second".into(), speed.map_or(Dynamic::UNIT, Dynamic::from_float));
        map
    }
}

fn stop(reason: &StopReason) -> &'static str {
    match reason {
        StopReason::EndOfTurn => "end_of_turn",
        StopReason::StopString(_) => "stop_string",
        StopReason::MaxTokens => "max_tokens",
        StopReason::ContextFull => "context_full",
        StopReason::ToolCalls => "tool_calls",
        StopReason::Cancelled => "cancelled",
    }
}

fn usage(usage: &Usage) -> Map {
    [
        ("prompt".into(), i64::from(usage.prompt_tokens).into()),
        ("reused".into(), i64::from(usage.reused_tokens).into()),
        ("generated".into(), i64::from(usage.generated_tokens).into()),
    ]
    .into()
}

fn seconds(timings: &Timings) -> Map {
    let thinking = timings.reasoning.unwrap_or(Duration::ZERO);
    [
        ("queued".into(), timings.queued.as_secs_f64().into()),
        ("first_token".into(), timings.first_token.as_secs_f64().into()),
        ("generating".into(), timings.generating.as_secs_f64().into()),
        ("thinking".into(), thinking.as_secs_f64().into()),
    ]
    .into()
}
