//! The numbers that describe the architecture: there, of the right type, and consistent.

use super::super::flaw::{Flaw, flaw};
use super::super::value::Value;
use super::super::{Gguf, ValueType, architectures};
use super::require_type;

/// llama.cpp keeps what differs from layer to layer in tables of this size.
const MOST_LAYERS: u32 = 512;
const MOST_EXPERTS: u64 = 1024;
const LONGEST_CONTEXT: u32 = 1 << 30;
const LONGEST_EMBEDDING: u32 = 1 << 20;
const LONGEST_WINDOW: u64 = 1 << 24;

/// Keys that must be of one type, if they are there.
const TYPED: &[(&str, ValueType)] = &[
    ("context_length", ValueType::U32),
    ("embedding_length", ValueType::U32),
    ("block_count", ValueType::U32),
    ("vocab_size", ValueType::U32),
    ("attention.key_length", ValueType::U32),
    ("attention.value_length", ValueType::U32),
    ("attention.causal", ValueType::Bool),
    ("attention.layer_norm_epsilon", ValueType::F32),
    ("attention.layer_norm_rms_epsilon", ValueType::F32),
    ("expert_count", ValueType::U32),
    ("expert_group_count", ValueType::U32),
    ("expert_group_used_count", ValueType::U32),
    ("nextn_predict_layers", ValueType::U32),
    ("pooling_type", ValueType::U32),
    ("rope.dimension_count", ValueType::U32),
    ("rope.freq_base", ValueType::F32),
    ("rope.scaling.type", ValueType::String),
    ("rope.scaling.factor", ValueType::F32),
];

/// Keys with one number for all layers, or a list with one for each.
const PER_LAYER: &[&str] = &[
    "attention.head_count",
    "attention.head_count_kv",
    "feed_forward_length",
    "expert_used_count",
];

/// Numbers that llama.cpp divides by.
const DIVISORS: &[&str] = &[
    "ssm.conv_kernel",
    "ssm.inner_size",
    "ssm.state_size",
    "ssm.time_step_rank",
    "wkv.head_size",
    "token_shift_count",
    "shortconv.l_cache",
    "kda.head_dim",
];

pub(super) fn check(gguf: &Gguf) -> Result<(), Flaw> {
    types(gguf)?;
    sizes(gguf)?;
    per_layer(gguf)?;
    heads(gguf)?;
    experts(gguf)?;
    rotation(gguf)?;
    floats(gguf)?;
    others(gguf)
}

fn types(gguf: &Gguf) -> Result<(), Flaw> {
    for (key, expected) in TYPED {
        require_type(gguf, &gguf.own_key(key), *expected)?;
    }
    Ok(())
}

fn sizes(gguf: &Gguf) -> Result<(), Flaw> {
    let within = |key: &str, number: u32, most: u32| {
        if gguf.own(key).is_none() {
            flaw!("{} is missing", gguf.own_key(key));
        }
        if number == 0 || number > most {
            flaw!("{} is {number}", gguf.own_key(key));
        }
        Ok(())
    };
    within("context_length", gguf.context_length(), LONGEST_CONTEXT)?;
    within("embedding_length", gguf.embedding_length(), LONGEST_EMBEDDING)?;
    within("block_count", gguf.block_count(), MOST_LAYERS)?;
    match gguf.own("nextn_predict_layers") {
        Some(ahead) if ahead >= u64::from(gguf.block_count()) => {
            flaw!("{ahead} of its {} layers only predict further tokens", gguf.block_count())
        }
        _ => Ok(()),
    }
}

fn per_layer(gguf: &Gguf) -> Result<(), Flaw> {
    for key in PER_LAYER {
        let key = gguf.own_key(key);
        match gguf.value(&key) {
            Some(Value::Array(array)) => {
                let kind = array.item_type();
                if !matches!(kind, ValueType::U32 | ValueType::I32) {
                    flaw!("{key} is a list of {}, not of u32", kind.name());
                }
                if array.len() as u64 != u64::from(gguf.block_count()) {
                    flaw!("{key} has {} items for {} layers", array.len(), gguf.block_count());
                }
                if let Some(negative) = array.integers().find(|number| *number < 0) {
                    flaw!("{key} contains {negative}");
                }
            }
            Some(_) => require_type(gguf, &key, ValueType::U32)?,
            None => {}
        }
    }
    Ok(())
}

fn heads(gguf: &Gguf) -> Result<(), Flaw> {
    let architecture = gguf.architecture();
    let layers = 0..gguf.block_count();
    let recurrent = gguf.is_recurrent();
    if !recurrent && layers.clone().all(|layer| gguf.head_count(layer) == 0) {
        flaw!("{architecture}.attention.head_count is 0");
    }
    if !recurrent && layers.clone().all(|layer| gguf.kv_head_count(layer) == 0) {
        flaw!("{architecture}.attention.head_count_kv is 0");
    }
    for layer in layers {
        let (heads, with_keys) = (gguf.head_count(layer), gguf.kv_head_count(layer));
        if with_keys > 0 && !heads.is_multiple_of(with_keys) {
            flaw!("layer {layer} has {heads} heads, no multiple of its {with_keys} with keys");
        }
    }
    if gguf.head_count(0) == 0 {
        return Ok(());
    }
    let (keys, values) = (gguf.key_length(), gguf.value_length());
    if keys == 0 || values == 0 {
        flaw!("its heads have keys of length {keys} and values of length {values}");
    }
    let differs_by_layer = gguf.own("attention.key_length_swa").is_some();
    if keys != values && !differs_by_layer && architectures::needs_equal_heads(&architecture) {
        flaw!(
            "its heads have keys of length {keys} and values of length {values}: they must be equal"
        );
    }
    Ok(())
}

fn experts(gguf: &Gguf) -> Result<(), Flaw> {
    let experts = gguf.own("expert_count").unwrap_or(0);
    let used = (0..gguf.block_count())
        .filter_map(|layer| gguf.own_of_layer("expert_used_count", layer))
        .max()
        .unwrap_or(0);
    // One expert is none for Hunyuan.
    if experts <= 1 && gguf.architecture().starts_with("hunyuan") {
        return Ok(());
    }
    if experts > MOST_EXPERTS || used > experts || (experts > 0 && used == 0) {
        flaw!("it has {experts} experts and uses {used} of them");
    }
    let groups = gguf.own("expert_group_count").unwrap_or(0);
    let used_groups = gguf.own("expert_group_used_count").unwrap_or(0);
    let sound = match groups {
        0 => true,
        1 => experts > 1,
        _ => {
            groups < experts && experts.is_multiple_of(groups) && (1..groups).contains(&used_groups)
        }
    };
    if !sound {
        flaw!("it has {experts} experts in {groups} groups and uses {used_groups} of these");
    }
    Ok(())
}

/// Rotary positions: ggml stops at an odd number, or one that is larger than the head.
fn rotation(gguf: &Gguf) -> Result<(), Flaw> {
    let architecture = gguf.architecture();
    if let Some(kind) = gguf.text(&gguf.own_key("rope.scaling.type"))
        && !matches!(kind.as_str(), "none" | "linear" | "yarn" | "longrope")
    {
        flaw!("{architecture}.rope.scaling.type is {kind:?}, which is unknown");
    }
    let sections = gguf.own_key("rope.dimension_sections");
    if let Some(array) = gguf.array(&sections)
        && (array.len() > 4
            || array.integers().any(|section| !(0..=4096).contains(&section))
            || array.integers().all(|section| section == 0))
    {
        flaw!("{sections} makes no sense");
    }
    if gguf.head_count(0) == 0 {
        return Ok(());
    }
    let head = gguf.key_length();
    let declared = gguf.own("rope.dimension_count");
    let rotated = declared.unwrap_or(head);
    let all = architectures::needs_full_rotation(&architecture);
    let differs_by_layer = gguf.own("rope.dimension_count_swa").is_some();
    if all && !differs_by_layer && rotated != head {
        flaw!("{architecture}.rope.dimension_count is {rotated}, but a head has {head} numbers");
    }
    if (declared.is_some() || all) && (!rotated.is_multiple_of(2) || rotated > head) {
        flaw!("{architecture}.rope.dimension_count is {rotated} for heads of {head} numbers");
    }
    Ok(())
}

fn floats(gguf: &Gguf) -> Result<(), Flaw> {
    let own = gguf.own_key("");
    for key in gguf.keys().filter(|key| key.starts_with(&own)) {
        let Some(number) = gguf.float(key) else { continue };
        let sound = if key.ends_with("_epsilon") {
            number.is_finite() && number >= 0.0
        } else if key.ends_with("freq_base") {
            number.is_finite() && number > 0.0
        } else {
            !number.is_nan()
        };
        if !sound {
            flaw!("{key} is {number}");
        }
    }
    Ok(())
}

fn others(gguf: &Gguf) -> Result<(), Flaw> {
    for key in DIVISORS {
        if gguf.own(key) == Some(0) {
            flaw!("{} is 0", gguf.own_key(key));
        }
    }
    match gguf.own("pooling_type") {
        Some(pooling) if pooling > 4 => flaw!("its pooling_type {pooling} is unknown"),
        _ => {}
    }
    match gguf.own("attention.sliding_window") {
        Some(window) if window > LONGEST_WINDOW => flaw!("its sliding window is {window} tokens"),
        _ => Ok(()),
    }
}
