//! Whether a model fits into memory, asked before it is loaded: a system that runs out of memory
//! kills the program without a word.
//!
//! The estimate follows what llama.cpp allocates for the contexts that `inference/` makes; a test
//! compares it with what llama.cpp says it allocated.

use super::gguf::{Gguf, Kind};
use super::{Flash, KvType, LoadSettings};
use crate::Error;

/// Default context in tokens, where the model was trained for as much and memory suffices.
const USUAL_CONTEXT: u32 = 8192;
/// llama.cpp rounds a context up to a multiple of this.
const CONTEXT_STEP: u32 = 256;
/// Tokens that are computed at once.
const STEP_TOKENS: u64 = 512;
/// Requests at the same time, unless the settings say otherwise.
const SEQUENCES: u32 = 8;
/// Left to the rest of the system where the program chooses the context itself.
const SPARE: u64 = 512 << 20;

/// What a model needs, in bytes, and what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The context in tokens that this is for: the one that the settings ask for, or else the
    /// trained length, at most 8,192, less if memory does not suffice.
    pub context_length: u32,
    /// The weights. Where memory is short they are mapped; a machine that cannot hold them all would
    /// read them again from the disk for each token.
    pub weights: u64,
    /// Keys and values of the whole context, and the states of recurrent layers.
    pub kv: u64,
    /// What a step computes with, and the logits.
    pub compute: u64,
    /// All of it.
    pub total: u64,
    /// What the system can give; within a container what its limit leaves.
    pub available: u64,
    /// The longest context in tokens that would fit, up to the trained length; `None` if none does.
    pub fitting_context: Option<u32>,
}

impl Fit {
    /// Whether there is enough.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.total <= self.available
    }
}

/// Estimates what loading a model with these settings takes, and compares it with what there is.
///
/// # Errors
/// [`Error::InvalidRequest`] when the settings cannot be had together, or not for this model.
pub fn estimate(file: &Gguf, settings: &LoadSettings) -> Result<Fit, Error> {
    estimate_within(file, settings, available_memory())
}

/// The same with a given amount of free memory, in bytes.
///
/// # Errors
/// As [`estimate`].
pub fn estimate_within(file: &Gguf, settings: &LoadSettings, available: u64) -> Result<Fit, Error> {
    check_kv_type(file, settings)?;
    let needs = Needs::of(file, settings);
    let trained = file.context_length().max(CONTEXT_STEP);
    let fitting_context = needs.longest_within(available, trained);
    let context_length = settings.context_length.map_or_else(
        || {
            let usual = trained.min(USUAL_CONTEXT);
            let spared = needs.longest_within(available.saturating_sub(SPARE), usual);
            spared.or(needs.longest_within(available, usual)).unwrap_or(usual)
        },
        |asked| asked.clamp(1, u32::MAX - CONTEXT_STEP),
    );
    let (kv, compute) = (needs.kv(context_length), needs.compute(context_length));
    Ok(Fit {
        context_length,
        weights: needs.weights,
        kv,
        compute,
        total: needs.weights.saturating_add(kv).saturating_add(compute),
        available,
        fitting_context,
    })
}

/// Memory that can be had now, in bytes, caches that the system would give up included. Within a
/// container with a limit, what the limit leaves.
#[must_use]
pub fn available_memory() -> u64 {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let available = system.available_memory();
    match system.cgroup_limits() {
        // Not its free memory: that counts cached files, such as a model just read, as used.
        Some(limits) => available.min(limits.total_memory.saturating_sub(limits.rss)),
        None => available,
    }
}

fn check_kv_type(file: &Gguf, settings: &LoadSettings) -> Result<(), Error> {
    if settings.kv_type == KvType::F16 {
        return Ok(());
    }
    if settings.flash_attention == Flash::Off {
        let words = "a quantized KV cache needs flash attention: turn it on, or choose F16";
        return Err(Error::InvalidRequest(words.to_owned()));
    }
    let (keys, values) = (file.key_length(), file.value_length());
    if keys.is_multiple_of(32) && values.is_multiple_of(32) {
        return Ok(());
    }
    Err(Error::InvalidRequest(format!(
        "a quantized KV cache needs heads of a multiple of 32 numbers, this model's have {keys}: choose F16"
    )))
}

/// What grows with the context, and what does not.
struct Needs {
    weights: u64,
    /// Bytes of keys and values for one token in all layers.
    kv_per_token: u64,
    /// Bytes of the recurrent states.
    states: u64,
    /// Bytes of a step without what depends on the context.
    step: u64,
    /// Bytes of a step for one token of context.
    step_per_token: u64,
}

impl Needs {
    fn of(file: &Gguf, settings: &LoadSettings) -> Self {
        let sequences = u64::from(settings.sequences.unwrap_or(SEQUENCES).clamp(1, 64));
        // llama.cpp makes room for logits even where none are computed, and then for every token.
        let (writes, row) = (file.kind() == Kind::Text, file.vocabulary_size().saturating_mul(4));
        Self {
            weights: file.weights_size(),
            kv_per_token: kv_per_token(file, settings.kv_type),
            states: states(file).saturating_mul(sequences),
            step: step(file).saturating_add(if writes { sequences * row } else { 0 }),
            step_per_token: step_per_token(file, settings.flash_attention)
                .saturating_add(if writes { 0 } else { row }),
        }
    }

    fn kv(&self, context: u32) -> u64 {
        self.kv_per_token.saturating_mul(rounded(context)).saturating_add(self.states)
    }

    fn compute(&self, context: u32) -> u64 {
        self.step_per_token.saturating_mul(rounded(context)).saturating_add(self.step)
    }

    /// The longest context, up to `most`, with which everything fits into `available`.
    fn longest_within(&self, available: u64, most: u32) -> Option<u32> {
        let fixed = self.weights.saturating_add(self.states).saturating_add(self.step);
        let left = available.checked_sub(fixed)?;
        let per_token = self.kv_per_token.saturating_add(self.step_per_token).max(1);
        let steps = left / per_token / u64::from(CONTEXT_STEP);
        let tokens = u32::try_from(steps).unwrap_or(u32::MAX).saturating_mul(CONTEXT_STEP);
        (tokens > 0).then_some(tokens.min(most))
    }
}

fn rounded(context: u32) -> u64 {
    u64::from(context).next_multiple_of(u64::from(CONTEXT_STEP))
}

fn kv_per_token(file: &Gguf, kind: KvType) -> u64 {
    let layers = file.block_count();
    // Layers that use the keys and values of an earlier one.
    let sharing = file.own("attention.shared_kv_layers").unwrap_or(0);
    let with_kv = u64::from(layers).saturating_sub(sharing);
    // Latent attention keeps one compressed vector in place of keys and values.
    let is_latent = file.own("attention.key_length_mla").is_some();
    let numbers: u64 = (0..layers)
        .filter(|layer| u64::from(*layer) < with_kv && attends(file, *layer))
        .map(|layer| {
            let (keys, values) = lengths(file, layer);
            let values = if is_latent { 0 } else { values };
            file.kv_head_count(layer).saturating_mul(keys.saturating_add(values))
        })
        .sum();
    if !file.is_causal() {
        return 0;
    }
    match kind {
        KvType::F16 => numbers.saturating_mul(2),
        KvType::Q8_0 => numbers.saturating_mul(34).div_ceil(32),
        KvType::Q4_0 => numbers.saturating_mul(18).div_ceil(32),
    }
}

/// Whether a layer has attention; every layer has, save in models that are recurrent in part.
fn attends(file: &Gguf, layer: u32) -> bool {
    match file.own("full_attention_interval") {
        Some(interval) if interval > 0 && file.is_recurrent() => {
            (u64::from(layer) + 1).is_multiple_of(interval)
        }
        _ => file.kv_head_count(layer) > 0,
    }
}

/// Lengths of a head's key and value in a layer; they may be others in layers with a sliding window.
fn lengths(file: &Gguf, layer: u32) -> (u64, u64) {
    let (keys, values) = (file.key_length(), file.value_length());
    let windowed = file.own_of_layer("attention.sliding_window_pattern", layer);
    let swa = |key: &str, usual: u64| match (file.own(key), windowed) {
        (Some(length), Some(1)) => length,
        // Which layers have a window is not in the file: the larger is safe.
        (Some(length), None) => length.max(usual),
        _ => usual,
    };
    (swa("attention.key_length_swa", keys), swa("attention.value_length_swa", values))
}

/// Bytes of one sequence's recurrent states, kept as 32-bit floats.
fn states(file: &Gguf) -> u64 {
    if !file.is_recurrent() {
        return 0;
    }
    let own = |key: &str| file.own(key).unwrap_or(0);
    let embedding = u64::from(file.embedding_length());
    let (kernel, inner, state) =
        (own("ssm.conv_kernel"), own("ssm.inner_size"), own("ssm.state_size"));
    let numbers = if own("wkv.head_size") > 0 {
        let shifts = file.own("token_shift_count").unwrap_or(2);
        embedding.saturating_mul(shifts.saturating_add(own("wkv.head_size")))
    } else if own("shortconv.l_cache") > 0 {
        embedding.saturating_mul(own("shortconv.l_cache") - 1)
    } else if own("kda.head_dim") > 0 {
        let head = own("kda.head_dim");
        let taps = if kernel > 0 { kernel - 1 } else { 3 };
        let width = file.head_count(0).saturating_mul(head);
        width.saturating_mul(taps.saturating_mul(3).saturating_add(head))
    } else {
        let groups = own("ssm.group_count").saturating_mul(state).saturating_mul(2);
        let convolution = kernel.saturating_sub(1).saturating_mul(inner.saturating_add(groups));
        convolution.saturating_add(state.saturating_mul(inner))
    };
    // Falcon-H1 has both in every layer.
    let both = file.architecture() == "falcon-h1";
    let layers = (0..file.block_count()).filter(|layer| both || !attends(file, *layer)).count();
    numbers.saturating_mul(layers as u64).saturating_mul(4)
}

/// Bytes of one step that do not depend on the context: its widest point, which is the feed-forward
/// network, the experts or the attention. (Logits are computed only for the last token of each
/// sequence.)
fn step(file: &Gguf) -> u64 {
    let embedding = u64::from(file.embedding_length());
    let widest = |key: &str| {
        (0..file.block_count()).filter_map(|layer| file.own_of_layer(key, layer)).max().unwrap_or(0)
    };
    let forward = widest("feed_forward_length").saturating_mul(2);
    let experts = widest("expert_used_count").saturating_mul(
        widest("expert_feed_forward_length").saturating_mul(2).saturating_add(embedding),
    );
    let heads = (0..file.block_count()).map(|layer| file.head_count(layer)).max().unwrap_or(0);
    let attention = heads.saturating_mul(file.key_length().saturating_add(file.value_length()));
    let recurrent = file.own("ssm.inner_size").unwrap_or(0).saturating_mul(4);
    let widest = [forward, experts, attention, recurrent].into_iter().max().unwrap_or(0);
    widest.saturating_add(embedding.saturating_mul(3)).saturating_mul(STEP_TOKENS * 4)
}

/// Bytes of one step for each token of context: the mask, and without flash attention the scores.
fn step_per_token(file: &Gguf, flash: Flash) -> u64 {
    if (0..file.block_count()).all(|layer| !attends(file, layer)) {
        return 0;
    }
    let heads = (0..file.block_count()).map(|layer| file.head_count(layer)).max().unwrap_or(0);
    // 16-bit floats for flash attention, 32-bit ones without it; a second mask where there are
    // sliding windows.
    let masks = if file.own("attention.sliding_window").unwrap_or(0) > 0 { 2 } else { 1 };
    let per_pair = match flash {
        Flash::On | Flash::Auto => masks * 2,
        Flash::Off => masks * 4 + heads.saturating_mul(4),
    };
    per_pair.saturating_mul(STEP_TOKENS)
}
