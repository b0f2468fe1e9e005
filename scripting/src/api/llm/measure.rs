//! How long texts are, in tokens.

use std::sync::Arc;

use engine::inference::MeasureRequest;
use rhai::Dynamic;

use super::{in_words, messages};
use crate::permissions::Need;
use crate::runner::{Context, ScriptResult, failure};

/// Tokens of a text alone, or of a conversation with what the model's template puts around it.
pub(super) fn tokens(context: &Arc<Context>, given: Dynamic) -> ScriptResult<i64> {
    context.permit(Need::Llm)?;
    let is_text = given.is_string();
    let request = MeasureRequest {
        model: context.defaults().model,
        messages: messages::read(given)?,
        ..MeasureRequest::default()
    };
    let inbox = context.engine().measure(request, context.wake());
    let measured = context
        .receive(&inbox)?
        .ok_or_else(|| failure(engine::Error::Stopped.to_string()))?
        .map_err(|error| in_words(context, &error))?;
    let alone = measured.message_tokens.first().copied();
    Ok(i64::from(if is_text { alone.unwrap_or(0) } else { measured.prompt_tokens }))
}
