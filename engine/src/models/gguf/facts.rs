//! What a model is, read from its metadata.

use super::architectures;
use super::value::{Value, text};
use super::{Array, Gguf};
use crate::inference::Sampling;

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Writes text.
    Text,
    /// Makes vectors of texts.
    Embedding,
    /// Says how well a text answers a question.
    Reranker,
    /// Guesses ahead for another model.
    Draft,
    /// Writes all words at once.
    Diffusion,
    /// Reads with one half and writes with the other, such as T5.
    EncoderDecoder,
    /// Speaks or hears.
    Sound,
    /// Lets another model see or hear (`mmproj`).
    Projector,
    /// Changes another model (`LoRA`).
    Adapter,
    /// Steers another model.
    ControlVector,
    /// Says which weights matter when a model is quantized.
    ImportanceMatrix,
    /// A tokenizer without weights.
    Vocabulary,
}

/// Settings that the model's author recommends; `None` where the file says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RecommendedSampling {
    /// See [`Sampling::temperature`].
    pub temperature: Option<f32>,
    /// See [`Sampling::top_k`].
    pub top_k: Option<u32>,
    /// See [`Sampling::top_p`].
    pub top_p: Option<f32>,
    /// See [`Sampling::min_p`].
    pub min_p: Option<f32>,
    /// See [`Sampling::repeat_penalty`].
    pub repeat_penalty: Option<f32>,
    /// See [`Sampling::repeat_last_n`].
    pub repeat_last_n: Option<u32>,
}

impl RecommendedSampling {
    /// Puts what is recommended into `sampling`.
    pub fn apply(&self, sampling: &mut Sampling) {
        let Self { temperature, top_k, top_p, min_p, repeat_penalty, repeat_last_n } = *self;
        sampling.temperature = temperature.unwrap_or(sampling.temperature);
        sampling.top_k = top_k.unwrap_or(sampling.top_k);
        sampling.top_p = top_p.unwrap_or(sampling.top_p);
        sampling.min_p = min_p.unwrap_or(sampling.min_p);
        sampling.repeat_penalty = repeat_penalty.unwrap_or(sampling.repeat_penalty);
        sampling.repeat_last_n = repeat_last_n.unwrap_or(sampling.repeat_last_n);
    }
}

impl Gguf {
    /// The architecture, such as `llama` or `qwen2`; empty if the file does not say.
    #[must_use]
    pub fn architecture(&self) -> String {
        self.text("general.architecture").unwrap_or_default()
    }

    /// The model's own name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.text("general.name").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// A key that begins with the name of the architecture.
    #[must_use]
    pub fn own_key(&self, key: &str) -> String {
        format!("{}.{key}", self.architecture())
    }

    /// An integer of the architecture.
    #[must_use]
    pub fn own(&self, key: &str) -> Option<u64> {
        self.integer(&self.own_key(key))
    }

    /// An integer of the architecture that may differ from layer to layer.
    #[must_use]
    pub fn own_of_layer(&self, key: &str, layer: u32) -> Option<u64> {
        match self.value(&self.own_key(key))? {
            Value::Integer(number) => u64::try_from(number).ok(),
            Value::Bool(flag) => Some(u64::from(flag)),
            Value::Array(array) => {
                array.integers().nth(layer as usize).and_then(|number| u64::try_from(number).ok())
            }
            _ => None,
        }
    }

    /// Context in tokens, as trained; 0 if the file does not say.
    #[must_use]
    pub fn context_length(&self) -> u32 {
        self.own_u32("context_length")
    }

    /// Layers; 0 if the file does not say.
    #[must_use]
    pub fn block_count(&self) -> u32 {
        self.own_u32("block_count")
    }

    /// Numbers that describe one token inside of the model; 0 if the file does not say.
    #[must_use]
    pub fn embedding_length(&self) -> u32 {
        self.own_u32("embedding_length")
    }

    /// Attention heads of a layer; 0 where it has none.
    #[must_use]
    pub fn head_count(&self, layer: u32) -> u64 {
        self.own_of_layer("attention.head_count", layer).unwrap_or(0)
    }

    /// Heads with keys and values of a layer; 0 where it has none.
    #[must_use]
    pub fn kv_head_count(&self, layer: u32) -> u64 {
        self.own_of_layer("attention.head_count_kv", layer)
            .unwrap_or_else(|| self.head_count(layer))
    }

    /// Length of one head's key.
    #[must_use]
    pub fn key_length(&self) -> u64 {
        self.own("attention.key_length").unwrap_or_else(|| self.equal_share())
    }

    /// Length of one head's value.
    #[must_use]
    pub fn value_length(&self) -> u64 {
        self.own("attention.value_length").unwrap_or_else(|| self.equal_share())
    }

    /// The chat template (Jinja), if the file has one.
    #[must_use]
    pub fn chat_template(&self) -> Option<String> {
        self.text("tokenizer.chat_template").filter(|template| !template.trim().is_empty())
    }

    /// The vocabulary, in the order of the token ids, as the file writes it.
    #[must_use]
    pub fn tokens(&self) -> Option<Array<'_>> {
        self.array("tokenizer.ggml.tokens")
    }

    /// The number of tokens.
    #[must_use]
    pub fn vocabulary_size(&self) -> u64 {
        match self.tokens() {
            Some(tokens) => tokens.len() as u64,
            None => self.own("vocab_size").unwrap_or(0),
        }
    }

    /// A token as the file writes it. Walks the vocabulary: for a few, not for all.
    #[must_use]
    pub fn token_text(&self, id: u64) -> Option<String> {
        let token = self.tokens()?.strings().nth(usize::try_from(id).ok()?)?;
        Some(text(token).into_owned())
    }

    /// The id of a special token, such as `bos`, `eos`, `eot` or `padding`, if it is in range.
    #[must_use]
    pub fn special_token(&self, name: &str) -> Option<u64> {
        self.integer(&format!("tokenizer.ggml.{name}_token_id"))
            .filter(|id| *id < self.vocabulary_size())
    }

    /// The number of weights.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.tensors().iter().map(super::Tensor::elements).sum()
    }

    /// Size of the weights in bytes.
    #[must_use]
    pub fn weights_size(&self) -> u64 {
        self.tensors().iter().map(super::Tensor::bytes).sum()
    }

    /// Size of all files together, in bytes.
    #[must_use]
    pub fn file_size(&self) -> u64 {
        self.parts().iter().map(|part| part.size).sum()
    }

    /// How the weights are packed, such as `Q4_K_M`; what most of them are where the file does not
    /// say.
    #[must_use]
    pub fn quantization(&self) -> String {
        let declared = self.integer("general.file_type").and_then(file_type);
        declared.map_or_else(|| self.commonest_type(), str::to_owned)
    }

    /// What the model is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let architecture = self.architecture();
        let general = self.text("general.type").unwrap_or_default();
        let has = |key: &str| self.value(key).is_some();
        match (architecture.as_str(), general.as_str()) {
            (_, "adapter") => return Kind::Adapter,
            ("clip", _) | (_, "mmproj") => return Kind::Projector,
            ("controlvector", _) => return Kind::ControlVector,
            ("imatrix", _) | (_, "imatrix") => return Kind::ImportanceMatrix,
            ("t5", _) => return Kind::EncoderDecoder,
            _ => {}
        }
        if has("adapter.type") || has("adapter.lora.alpha") {
            return Kind::Adapter;
        }
        if has("imatrix.datasets") || has("imatrix.chunk_count") {
            return Kind::ImportanceMatrix;
        }
        if self.tensors().is_empty() {
            return Kind::Vocabulary;
        }
        if architectures::is_draft(&architecture) {
            return Kind::Draft;
        }
        if architectures::is_diffusion(&architecture) {
            return Kind::Diffusion;
        }
        if architectures::is_sound(&architecture) {
            return Kind::Sound;
        }
        match self.own("pooling_type") {
            Some(4) => Kind::Reranker,
            Some(1..=3) => Kind::Embedding,
            // Files from before the number was written.
            None if self.rank_head().is_some() => Kind::Reranker,
            _ if architectures::is_encoder(&architecture) => Kind::Embedding,
            _ => Kind::Text,
        }
    }

    /// What the last step of a reranker multiplies with to get its scores; `None` for all other models.
    pub(super) fn rank_head(&self) -> Option<&super::Tensor> {
        if !architectures::ranks(&self.architecture()) || self.own("decision.block_count").is_some()
        {
            return None;
        }
        self.tensor("cls.output.weight").or_else(|| self.tensor("cls.weight"))
    }

    /// Whether it makes vectors of texts and writes none.
    #[must_use]
    pub fn is_embedding_model(&self) -> bool {
        self.kind() == Kind::Embedding
    }

    /// Whether a token sees only those before it, as in every model that writes text.
    #[must_use]
    pub fn is_causal(&self) -> bool {
        self.flag(&self.own_key("attention.causal"))
            .unwrap_or_else(|| !architectures::is_encoder(&self.architecture()))
    }

    /// Whether some layers keep a state of fixed size in place of keys and values.
    #[must_use]
    pub fn is_recurrent(&self) -> bool {
        architectures::is_recurrent(&self.architecture())
    }

    /// Settings that the model's author recommends. Values that make no sense are left out.
    #[must_use]
    pub fn recommended_sampling(&self) -> RecommendedSampling {
        let float = |key: &str, highest: f64| {
            let number = self.float(&format!("general.sampling.{key}"))?;
            (0.0..=highest).contains(&number).then_some(number as f32)
        };
        let count = |key: &str| {
            self.integer(&format!("general.sampling.{key}")).and_then(|n| u32::try_from(n).ok())
        };
        RecommendedSampling {
            temperature: float("temp", 5.0),
            top_k: count("top_k"),
            top_p: float("top_p", 1.0),
            min_p: float("min_p", 1.0),
            repeat_penalty: float("penalty_repeat", 2.0).filter(|penalty| *penalty >= 0.5),
            repeat_last_n: count("penalty_last_n"),
        }
    }

    fn own_u32(&self, key: &str) -> u32 {
        self.own(key).and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
    }

    fn equal_share(&self) -> u64 {
        let heads = self.head_count(0);
        u64::from(self.embedding_length()).checked_div(heads).unwrap_or(0)
    }

    fn commonest_type(&self) -> String {
        let mut weights = std::collections::BTreeMap::new();
        for tensor in self.tensors() {
            *weights.entry(tensor.kind.name).or_insert(0_u64) += tensor.elements();
        }
        let commonest = weights.into_iter().max_by_key(|(_, elements)| *elements);
        commonest.map_or_else(String::new, |(name, _)| name.to_owned())
    }
}

/// The label of a number in `general.file_type`.
fn file_type(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4",
        39 => "NVFP4",
        40 => "Q1_0",
        41 => "Q2_0",
        _ => return None,
    })
}
