//! Options of a question, over what the caller of the run chose.

use engine::GenerateRequest;
use engine::inference::{Constraint, Overflow};
use rhai::{Dynamic, Map};

use super::messages;
use super::tools::Tools;
use crate::api::options::Options;
use crate::api::{json, models};
use crate::runner::{Context, ScriptResult, failure};

/// A question, ready to be asked.
pub(super) struct Request {
    pub(super) asked: GenerateRequest,
    /// Whether the text is also written to the caller of the run as it comes.
    pub(super) writes: bool,
    /// What the model may call.
    pub(super) tools: Tools,
}

impl Request {
    /// What `function` was given.
    pub(super) fn read(
        context: &Context,
        function: &'static str,
        messages: Dynamic,
        options: Map,
    ) -> ScriptResult<Self> {
        let mut asked = context.defaults();
        asked.messages = messages::read(messages)?;
        let mut options = Options::new(function, options);
        if let Some(system) = options.take::<String>("system")? {
            messages::instruct(&mut asked.messages, system);
        }
        if let Some(name) = options.take::<String>("model")? {
            asked.model = Some(models::loaded(context, &name)?.id);
        }
        sample(&mut asked, &mut options)?;
        shape(&mut asked, &mut options)?;
        let mut tools = Tools::default();
        if function == "llm::chat" {
            (tools, asked.tool_choice) = Tools::take(&mut options)?;
            asked.tools = tools.descriptions();
        }
        // A loop over a stream decides by itself what it writes.
        let writes = if function == "llm::stream" { None } else { options.take("write")? };
        options.finish()?;
        asked.check().map_err(|error| failure(error.to_string()))?;
        Ok(Self { asked, writes: writes.unwrap_or(false), tools })
    }
}

/// How tokens are chosen. Ranges are checked with the whole request.
fn sample(asked: &mut GenerateRequest, options: &mut Options) -> ScriptResult<()> {
    let sampling = &mut asked.sampling;
    let numbers: [(&'static str, &mut f32); 7] = [
        ("temperature", &mut sampling.temperature),
        ("top_p", &mut sampling.top_p),
        ("min_p", &mut sampling.min_p),
        ("typical_p", &mut sampling.typical_p),
        ("repeat_penalty", &mut sampling.repeat_penalty),
        ("presence_penalty", &mut sampling.presence_penalty),
        ("frequency_penalty", &mut sampling.frequency_penalty),
    ];
    for (key, place) in numbers {
        if let Some(number) = options.take::<f64>(key)? {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "f32 is what the engine reckons with"
            )]
            let number = number as f32;
            *place = number;
        }
    }
    if let Some(count) = count(options, "top_k")? {
        sampling.top_k = count;
    }
    if let Some(count) = count(options, "repeat_last_n")? {
        sampling.repeat_last_n = count;
    }
    if let Some(seed) = count(options, "seed")? {
        sampling.seed = Some(seed);
    }
    Ok(())
}

/// How long the answer is and what it looks like.
fn shape(asked: &mut GenerateRequest, options: &mut Options) -> ScriptResult<()> {
    if let Some(count) = count(options, "max_tokens")? {
        asked.max_tokens = Some(count);
    }
    if let Some(stop) = options.take("stop")? {
        asked.stop = stop;
    }
    if let Some(thinking) = options.take("thinking")? {
        asked.thinking = Some(thinking);
    }
    if let Some(word) = options.take_word("overflow", &["refuse", "drop_oldest"])? {
        asked.overflow = if word == 0 { Overflow::Refuse } else { Overflow::DropOldest };
    }
    if let Some(pattern) = options.take("regex")? {
        asked.constraint = Some(Constraint::Regex(pattern));
    }
    if let Some(schema) = options.take::<Map>("schema")? {
        asked.constraint = Some(Constraint::JsonSchema(json::value_of(&schema.into())?));
    }
    Ok(())
}

fn count(options: &mut Options, key: &'static str) -> ScriptResult<Option<u32>> {
    let number = options.take_within(key, 0..=i64::from(u32::MAX))?;
    // Within the range, by the line above.
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}
