//! Vectors of texts, which lie the closer together the more alike their meanings are.

use std::sync::Arc;

use engine::inference::{EmbedEvent, EmbedRequest, TextKind};
use rhai::{Array, Dynamic, Engine, Map};

use super::in_words;
use crate::api::models;
use crate::api::options::{FromValue, Options};
use crate::handles::HandleKind;
use crate::permissions::Need;
use crate::runner::{Context, ScriptResult, failure};
use crate::value::kind;

/// A vector, kept outside of the script: as an array it would take ten times the memory.
#[derive(Clone)]
pub(super) struct Vector(Arc<[f32]>);

impl Vector {
    fn similarity(&mut self, other: Self) -> ScriptResult<f64> {
        let (ours, theirs) = (self.0.len(), other.0.len());
        if ours != theirs {
            return Err(failure(format!(
                "the vectors have {ours} and {theirs} numbers: they come from different models"
            )));
        }
        // Vectors of the engine have length 1, so that this is the cosine.
        Ok(self
            .0
            .iter()
            .zip(&*other.0)
            .map(|(one, other)| f64::from(*one) * f64::from(*other))
            .sum())
    }

    fn numbers(&mut self) -> Array {
        self.0.iter().map(|number| Dynamic::from_float(f64::from(*number))).collect()
    }
}

/// Gives an interpreter the type.
pub(super) fn register(rhai: &mut Engine) {
    rhai.register_type_with_name::<Vector>("vector")
        .register_fn("similarity", Vector::similarity)
        .register_fn("to_array", Vector::numbers)
        .register_get("dimensions", |vector: &mut Vector| {
            i64::try_from(vector.0.len()).unwrap_or(i64::MAX)
        });
}

/// One vector for a text, an array of them for an array.
pub(super) fn embed(context: &Arc<Context>, given: Dynamic, options: Map) -> ScriptResult<Dynamic> {
    context.permit(Need::Llm)?;
    let is_one = given.is_string();
    let found = kind(&given);
    let texts = Vec::<String>::from_value(given)
        .ok_or_else(|| failure(format!("give a text or an array of texts, not a {found}")))?;
    let vectors = vectors(context, request(context, texts, options)?)?;
    let mut vectors = vectors.into_iter().map(|vector| Dynamic::from(Vector(vector.into())));
    if !is_one {
        return Ok(vectors.collect::<Array>().into());
    }
    vectors.next().ok_or_else(|| failure("the model gave no vector"))
}

fn request(context: &Context, texts: Vec<String>, options: Map) -> ScriptResult<EmbedRequest> {
    const KINDS: [TextKind; 3] = [TextKind::Plain, TextKind::Query, TextKind::Passage];
    let mut options = Options::new("llm::embed", options);
    let name = options.take::<String>("model")?;
    let model = name.map(|name| models::loaded(context, &name)).transpose()?;
    let kind = options.take_word("kind", &["plain", "query", "passage"])?.unwrap_or(0);
    let truncate = options.take("truncate")?.unwrap_or(false);
    options.finish()?;
    let model = model.map(|model| model.id);
    Ok(EmbedRequest { model, texts, kind: KINDS[kind], truncate })
}

fn vectors(context: &Context, request: EmbedRequest) -> ScriptResult<Vec<Vec<f32>>> {
    let job = context.engine().embed(request, context.wake());
    let _handle = context.handles().acquire(HandleKind::Generation);
    while let Some(event) = context.receive(job.events())? {
        match event {
            EmbedEvent::Progressed { .. } => {}
            EmbedEvent::Finished(embeddings) => return Ok(embeddings.vectors),
            EmbedEvent::Failed(error) => return Err(in_words(context, &error)),
        }
    }
    Err(failure(engine::Error::Stopped.to_string()))
}
