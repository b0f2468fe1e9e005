//! From a file to a model that is ready for requests. Runs on a thread of its own, so that whoever
//! is being answered meanwhile does not wait, and so that a file that trips one of ggml's
//! assertions loses only this thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::embedding::{Embedder, Prefixes};
use super::large_pages;
use super::llama::{
    Context, ContextOptions, EmbeddingOptions, Mapping, Model, ModelOptions, Pooling,
};
use super::loaded::Loaded;
use super::prompt::Prompter;
use super::ranking::{Pairs, Reranker};
use super::slices;
use super::template::{self, Template};
use crate::Error;
use crate::models::gguf::{Gguf, Kind};
use crate::models::{self, LoadSettings, LoadedModel, ModelId, fit};

/// Tokens in one decode step at most.
const BATCH: u32 = 2048;
/// Requests at the same time, unless the settings say otherwise.
const SEQUENCES: u32 = 8;

/// What to load, and how to hear that it is no longer wanted.
pub(crate) struct Order {
    pub(crate) id: ModelId,
    pub(crate) path: PathBuf,
    pub(crate) settings: LoadSettings,
    pub(crate) given_up: Arc<AtomicBool>,
}

impl Order {
    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }
}

/// A model that is ready for its kind of requests.
pub(crate) enum Ready {
    Text(Box<Loaded>),
    Vectors(Box<Embedder>),
    Scores(Box<Reranker>),
}

impl Ready {
    pub(crate) fn about(&self) -> &LoadedModel {
        match self {
            Self::Text(loaded) => &loaded.about,
            Self::Vectors(embedder) => &embedder.about,
            Self::Scores(reranker) => &reranker.about,
        }
    }
}

/// Loads a model; `Ok(None)` when it was given up on the way. `progress` hears 0..=1.
pub(crate) fn load(order: &Order, progress: impl FnMut(f32)) -> Result<Option<Ready>, Error> {
    let file = Gguf::open(&order.path)?;
    Ok(match file.kind() {
        Kind::Embedding => load_embedder(order, &file, progress)?
            .map(|embedder| Ready::Vectors(Box::new(embedder))),
        Kind::Reranker => {
            load_reranker(order, &file, progress)?.map(|reranker| Ready::Scores(Box::new(reranker)))
        }
        _ => load_text(order, &file, progress)?.map(|loaded| Ready::Text(Box::new(loaded))),
    })
}

fn load_text(
    order: &Order,
    file: &Gguf,
    progress: impl FnMut(f32),
) -> Result<Option<Loaded>, Error> {
    let began = Instant::now();
    let (plan, mapping) = choose(file, &order.settings)?;
    let Some(model) = load_model(order, mapping, progress)? else {
        return Ok(None);
    };
    if !model.can_generate() {
        return Err(refused(&order.path, "it cannot write text; it may be an embedding model"));
    }
    let mut context =
        Context::new(Arc::clone(&model), &plan).map_err(|reason| refused(&order.path, &reason))?;
    if order.is_given_up() {
        return Ok(None);
    }
    context
        .warm_up(0)
        .map_err(|error| refused(&order.path, &format!("the first step failed ({error:?})")))?;
    let template = make_template(file, &model, &order.settings);
    let about = LoadedModel {
        context_length: context.length(),
        threads: plan.threads,
        sequences: plan.sequences,
        template_note: template.note().map(str::to_owned),
        can_think: template.can_think(),
        ..describe(order, file, &model, began)
    };
    let prompter =
        Prompter::new(model, template).map_err(|reason| refused(&order.path, &reason))?;
    Ok(Some(Loaded::new(about, prompter, context)))
}

/// What a model that reads texts and writes none reads of one unless the settings say otherwise, in
/// tokens.
const USUAL_TEXT: u32 = 2048;
/// llama.cpp makes room for a number for each token of the vocabulary and each token of the text;
/// unless the settings say otherwise, it gets so many bytes for that.
const USUAL_OUTPUT: u64 = 256 << 20;
const SHORTEST_TEXT: u32 = 512;

/// A model that reads texts and writes none, without what its kind needs besides.
struct ReaderOfTexts {
    about: LoadedModel,
    context: Context,
}

fn load_reader(
    order: &Order,
    file: &Gguf,
    pooling: Pooling,
    progress: impl FnMut(f32),
) -> Result<Option<ReaderOfTexts>, Error> {
    let began = Instant::now();
    let trained = file.context_length().max(1);
    let roomy = USUAL_OUTPUT / (4 * file.vocabulary_size().max(1));
    let usual = u32::try_from(roomy).unwrap_or(u32::MAX).clamp(SHORTEST_TEXT, USUAL_TEXT);
    let longest = order.settings.context_length.unwrap_or(usual).clamp(1, trained);
    let settings = LoadSettings { context_length: Some(longest), ..order.settings.clone() };
    let (plan, mapping) = choose(file, &settings)?;
    let Some(model) = load_model(order, mapping, progress)? else {
        return Ok(None);
    };
    let options =
        EmbeddingOptions { longest, sequences: slices::SEQUENCES, threads: plan.threads, pooling };
    let context = Context::for_vectors(Arc::clone(&model), options)
        .map_err(|reason| refused(&order.path, &reason))?;
    let about = LoadedModel {
        context_length: longest,
        threads: plan.threads,
        sequences: slices::SEQUENCES,
        ..describe(order, file, &model, began)
    };
    Ok(Some(ReaderOfTexts { about, context }))
}

fn load_embedder(
    order: &Order,
    file: &Gguf,
    progress: impl FnMut(f32),
) -> Result<Option<Embedder>, Error> {
    let pooling = match file.own("pooling_type") {
        None | Some(0) => Pooling::Mean,
        Some(_) => Pooling::Declared,
    };
    let Some(reader) = load_reader(order, file, pooling, progress)? else { return Ok(None) };
    let names = [file.name(), file.text("general.basename"), Some(file_name(&order.path))];
    let prefixes = Prefixes::of_model(names.iter().flatten().map(String::as_str));
    let embedding = models::Embedding {
        dimensions: u32::try_from(reader.context.model().vector_length()).unwrap_or(0),
        query_prefix: prefixes.query.to_owned(),
        passage_prefix: prefixes.passage.to_owned(),
    };
    let about = LoadedModel { embedding: Some(embedding), ..reader.about };
    Ok(Some(Embedder::new(about, prefixes, reader.context)))
}

fn load_reranker(
    order: &Order,
    file: &Gguf,
    progress: impl FnMut(f32),
) -> Result<Option<Reranker>, Error> {
    let Some(reader) = load_reader(order, file, Pooling::Score, progress)? else { return Ok(None) };
    let model = Arc::clone(reader.context.model());
    let template = file.text("tokenizer.chat_template.rerank");
    let pairs = Pairs::new(model, template).map_err(|reason| refused(&order.path, &reason))?;
    let about = LoadedModel { is_reranker: true, ..reader.about };
    Ok(Some(Reranker::new(about, pairs, reader.context)))
}

fn load_model(
    order: &Order,
    mapping: Mapping,
    mut progress: impl FnMut(f32),
) -> Result<Option<Arc<Model>>, Error> {
    if order.is_given_up() {
        return Ok(None);
    }
    let options = ModelOptions { gpu_layers: order.settings.gpu_layers, mapping };
    let mut has_begun = false;
    let mut heard = |fraction: f32| {
        // The first word comes when weights have their memory and none has been read.
        if !std::mem::replace(&mut has_begun, true) {
            large_pages::ask();
        }
        progress(fraction);
        !order.is_given_up()
    };
    Ok(Model::load(&order.path, options, &mut heard)?.map(Arc::new))
}

/// Whether a copy of the weights can be faster than their file: large pages, which make a tenth, are had
/// for copies only, and only Linux is asked for them. A graphics card is filled from the file either way.
const COPIES_PAY: bool = cfg!(target_os = "linux")
    && !cfg!(any(feature = "cuda", feature = "metal", feature = "rocm", feature = "vulkan"));

/// Weights are copied where that pays and there is room for the file beside them: else reading it would
/// push out of memory what has been read before.
fn mapping(weights: u64, available: u64) -> Mapping {
    let is_roomy = weights.saturating_mul(2) <= available;
    if COPIES_PAY && is_roomy { Mapping::Copied } else { Mapping::Mapped }
}

/// What is the same for all kinds of models.
fn describe(order: &Order, file: &Gguf, model: &Model, began: Instant) -> LoadedModel {
    LoadedModel {
        id: order.id.clone(),
        path: order.path.clone(),
        name: file.name().unwrap_or_else(|| file_name(&order.path)),
        architecture: file.architecture(),
        parameters: model.parameters(),
        size: model.size(),
        context_length: 0,
        trained_context_length: model.trained_context_length(),
        threads: 0,
        sequences: 0,
        template_note: None,
        can_think: false,
        embedding: None,
        is_reranker: false,
        load_millis: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

fn file_name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::ModelRefused { reason: reason.to_owned(), path: path.to_owned() }
}

/// The settings, with what they leave open decided from the file and this machine, and how weights
/// come into memory; refused when memory does not suffice.
fn choose(file: &Gguf, settings: &LoadSettings) -> Result<(ContextOptions, Mapping), Error> {
    let sequences = settings.sequences.unwrap_or(SEQUENCES).clamp(1, 64);
    let fit = fit::estimate(file, settings)?;
    if !fit.fits() && !settings.ignore_memory {
        return Err(Error::NotEnoughMemory {
            needed: fit.total,
            available: fit.available,
            fitting_context: fit.fitting_context,
        });
    }
    let options = ContextOptions {
        length: fit.context_length,
        sequences,
        batch: BATCH,
        threads: settings.threads.unwrap_or_else(default_threads).clamp(1, 512),
        flash_attention: settings.flash_attention,
        kv_type: settings.kv_type,
    };
    Ok((options, mapping(fit.weights, fit.available)))
}

/// Physical cores, less one where there are more than two: the desktop needs one as well.
fn default_threads() -> u32 {
    let logical = std::thread::available_parallelism().map_or(1, usize::from);
    let cores = sysinfo::System::physical_core_count().unwrap_or(logical).min(logical);
    let threads = if cores > 2 { cores - 1 } else { cores };
    u32::try_from(threads).unwrap_or(1).max(1)
}

fn make_template(file: &Gguf, model: &Model, settings: &LoadSettings) -> Template {
    let tokens = template::SpecialTokens { bos: model.bos_text(), eos: model.eos_text() };
    let source =
        settings.chat_template.clone().or_else(|| model.metadata(c"tokenizer.chat_template"));
    Template::new(source.as_deref(), &file.architecture(), tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn weights_are_copied_only_where_there_is_room_for_their_file_beside_them() {
        let roomy = if COPIES_PAY { Mapping::Copied } else { Mapping::Mapped };
        assert_eq!(mapping(4 * GIB, 8 * GIB), roomy);
        assert_eq!(mapping(4 * GIB, 8 * GIB - 1), Mapping::Mapped);
        assert_eq!(mapping(u64::MAX, 8 * GIB), Mapping::Mapped);
    }
}
