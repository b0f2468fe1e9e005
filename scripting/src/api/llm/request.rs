//! Options of a question, over what the caller of the run chose.

use engine::GenerateRequest;
use engine::inference::{Constraint, Dry, Mirostat, Overflow, Xtc};
use rhai::{Dynamic, Map, NativeCallContext};

use super::messages;
use super::tools::Tools;
use crate::api::options::{FromValue as _, Options};
use crate::api::{json, models};
use crate::runner::{Context, ScriptResult, failure};
use crate::value::kind;

/// A question, ready to be asked.
pub(super) struct Request {
    pub(super) asked: GenerateRequest,
    /// Whether the text is also written to the caller of the run as it comes.
    pub(super) writes: bool,
    /// What the model may call.
    pub(super) tools: Tools,
}

impl Request {
    /// What `function` was given. With a `caller` it may offer tools.
    pub(super) fn read(
        context: &Context,
        function: &'static str,
        messages: Dynamic,
        options: Map,
        caller: Option<&NativeCallContext<'_>>,
    ) -> ScriptResult<Self> {
        let messages = messages::read(messages)?;
        let mut options = Options::new(function, options);
        let mut asked = of_options(context, &mut options)?;
        asked.messages = messages;
        if let Some(system) = options.take::<String>("system")? {
            messages::instruct(&mut asked.messages, system);
        }
        let mut tools = Tools::default();
        if let Some(caller) = caller {
            (tools, asked.tool_choice) = Tools::take(&mut options, caller)?;
            asked.tools = tools.descriptions();
        }
        // A loop over a stream decides by itself what it writes.
        let writes = if function == "llm::stream" { None } else { options.take("write")? };
        options.finish()?;
        asked.check().map_err(|error| failure(error.to_string()))?;
        Ok(Self { asked, writes: writes.unwrap_or(false), tools })
    }
}

/// Model, sampling and length, over what the caller of the run chose: for other nouns that ask models.
pub(in crate::api) fn of_options(
    context: &Context,
    options: &mut Options,
) -> ScriptResult<GenerateRequest> {
    let mut asked = context.defaults();
    if let Some(name) = options.take::<String>("model")? {
        asked.model = Some(models::loaded(context, &name)?.id);
    }
    sample(&mut asked, options)?;
    shape(&mut asked, options)?;
    Ok(asked)
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
        if let Some(number) = single(options, key)? {
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
    if let Some(given) = switched(options, "dry")? {
        sampling.dry = given.map(|map| dry(Options::new("dry", map))).transpose()?;
    }
    if let Some(given) = switched(options, "xtc")? {
        sampling.xtc = given.map(|map| xtc(Options::new("xtc", map))).transpose()?;
    }
    if let Some(given) = switched(options, "mirostat")? {
        sampling.mirostat = given.map(|map| mirostat(Options::new("mirostat", map))).transpose()?;
    }
    Ok(())
}

/// A group of options: a map of them, `true` for all as they are usual, `false` to switch off what
/// whoever asked for the run chose. `None` when it was not given.
fn switched(options: &mut Options, key: &'static str) -> ScriptResult<Option<Option<Map>>> {
    let Some(given) = options.take::<Dynamic>(key)? else { return Ok(None) };
    if let Ok(on) = given.as_bool() {
        return Ok(Some(on.then(Map::new)));
    }
    let found = kind(&given);
    let wrong = || failure(format!("{key} is a {found}: it must be a map, true or false"));
    Map::from_value(given).map(Some).map(Some).ok_or_else(wrong)
}

fn dry(mut options: Options) -> ScriptResult<Dry> {
    let usual = Dry::default();
    let dry = Dry {
        multiplier: single(&mut options, "multiplier")?.unwrap_or(usual.multiplier),
        base: single(&mut options, "base")?.unwrap_or(usual.base),
        allowed_length: count(&mut options, "allowed_length")?.unwrap_or(usual.allowed_length),
        last_n: count(&mut options, "last_n")?.unwrap_or(usual.last_n),
        sequence_breakers: options.take("breakers")?.unwrap_or(usual.sequence_breakers),
    };
    options.finish()?;
    Ok(dry)
}

fn xtc(mut options: Options) -> ScriptResult<Xtc> {
    let xtc = Xtc {
        probability: single(&mut options, "probability")?.unwrap_or(0.5),
        threshold: single(&mut options, "threshold")?.unwrap_or(0.1),
    };
    options.finish()?;
    Ok(xtc)
}

fn mirostat(mut options: Options) -> ScriptResult<Mirostat> {
    let version = options.take_within::<i64>("version", 1..=2)?;
    let mirostat = Mirostat {
        version: if version == Some(1) { 1 } else { 2 },
        tau: single(&mut options, "tau")?.unwrap_or(5.0),
        eta: single(&mut options, "eta")?.unwrap_or(0.1),
    };
    options.finish()?;
    Ok(mirostat)
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

/// A number as precise as the engine reckons.
fn single(options: &mut Options, key: &'static str) -> ScriptResult<Option<f32>> {
    #[expect(clippy::cast_possible_truncation, reason = "f32 is what the engine reckons with")]
    let single = options.take::<f64>(key)?.map(|number| number as f32);
    Ok(single)
}

fn count(options: &mut Options, key: &'static str) -> ScriptResult<Option<u32>> {
    let number = options.take_within(key, 0..=i64::from(u32::MAX))?;
    // Within the range, by the line above.
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}
