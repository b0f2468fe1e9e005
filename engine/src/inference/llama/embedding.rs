//! A context that makes one vector or one score of each text in a batch, and keeps nothing from one to
//! the next.

use std::ptr::NonNull;
use std::sync::Arc;

use llama_cpp_sys_2 as sys;

use super::context::{StopSwitch, on_step};
use super::{Batch, Context, DecodeError, Model, log};

/// How to make such a context.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EmbeddingOptions {
    /// Tokens of one batch at most; a text must fit into one.
    pub(crate) longest: u32,
    /// Texts of one batch at most.
    pub(crate) sequences: u32,
    /// Threads for computing.
    pub(crate) threads: u32,
    /// How a text becomes what is read.
    pub(crate) pooling: Pooling,
}

/// What is made of the vectors of a text's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// One vector, as the file says.
    Declared,
    /// Their average, although the file does not say so.
    Mean,
    /// One score, by the file's classification head.
    Score,
}

impl Context {
    /// Makes a context for vectors; the error is what llama.cpp said.
    pub(crate) fn for_vectors(
        model: Arc<Model>,
        options: EmbeddingOptions,
    ) -> Result<Self, String> {
        let stop = Arc::new(StopSwitch::default());
        let threads = i32::try_from(options.threads.max(1)).unwrap_or(1);
        let longest = options.longest.clamp(1, 1 << 16);
        log::forget();
        // SAFETY: the parameters are llama.cpp's own defaults, changed in documented ways; the
        // stop switch outlives the context, which holds an Arc of it.
        let context = unsafe {
            let mut params = sys::llama_context_default_params();
            params.n_ctx = longest;
            // A text is computed at once: what comes early may look at what comes late.
            params.n_batch = longest;
            params.n_ubatch = longest;
            params.n_seq_max = options.sequences;
            params.n_threads = threads;
            params.n_threads_batch = threads;
            params.embeddings = true;
            params.pooling_type = match options.pooling {
                Pooling::Declared => sys::LLAMA_POOLING_TYPE_UNSPECIFIED,
                Pooling::Mean => sys::LLAMA_POOLING_TYPE_MEAN,
                Pooling::Score => sys::LLAMA_POOLING_TYPE_RANK,
            };
            params.kv_unified = true;
            params.no_perf = true;
            params.abort_callback = Some(on_step);
            params.abort_callback_data = Arc::as_ptr(&stop).cast_mut().cast();
            sys::llama_init_from_model(model.as_ptr(), params)
        };
        let context = NonNull::new(context).ok_or_else(log::complaints)?;
        // SAFETY: the context is alive.
        let (capacity, pooling) = unsafe {
            let together = sys::llama_n_ubatch(context.as_ptr());
            (
                together.min(sys::llama_n_batch(context.as_ptr())) as usize,
                sys::llama_pooling_type(context.as_ptr()),
            )
        };
        let context = Self::from_parts(context, model, stop, capacity);
        let scores = options.pooling == Pooling::Score;
        match pooling {
            sys::LLAMA_POOLING_TYPE_MEAN
            | sys::LLAMA_POOLING_TYPE_CLS
            | sys::LLAMA_POOLING_TYPE_LAST
                if !scores =>
            {
                Ok(context)
            }
            sys::LLAMA_POOLING_TYPE_RANK if scores => Ok(context),
            _ => Err("it does not say how a text becomes one vector".to_owned()),
        }
    }

    /// Computes the vectors of a batch, whose texts are its sequences, numbered from 0.
    pub(crate) fn encode(&mut self, batch: &mut Batch) -> Result<(), DecodeError> {
        let memory = self.memory();
        if !memory.is_null() {
            // SAFETY: the memory lives as long as the context.
            unsafe { sys::llama_memory_clear(memory, false) };
            return self.decode(batch);
        }
        if batch.is_empty() {
            return Ok(());
        }
        if batch.len() > self.capacity() {
            return Err(DecodeError::NoRoom);
        }
        log::forget();
        let context = self.as_ptr();
        // SAFETY: the context is alive, the batch is not larger than the context was made for, and
        // its arrays live during the call.
        match batch.with_raw(|raw| unsafe { sys::llama_encode(context, raw) }) {
            0 => Ok(()),
            2 => Err(DecodeError::Stopped),
            code => {
                let complaints = log::complaints();
                tracing::warn!("vectors could not be computed (code {code}): {complaints}");
                Err(DecodeError::Failed(code))
            }
        }
    }

    /// The vector of a text of the last batch.
    pub(crate) fn embedding(&mut self, sequence: i32) -> Option<&[f32]> {
        let length = self.model().vector_length();
        // SAFETY: the context is alive; llama.cpp answers null for a sequence that was not there.
        let vector = unsafe { sys::llama_get_embeddings_seq(self.as_ptr(), sequence) };
        // SAFETY: a pooled vector has so many numbers and lives until the next batch, for which
        // `self` would have to be borrowed again.
        NonNull::new(vector)
            .map(|vector| unsafe { std::slice::from_raw_parts(vector.as_ptr(), length) })
    }
    /// The score of a text of the last batch: the first number of its classification head.
    pub(crate) fn score(&mut self, sequence: i32) -> Option<f32> {
        // SAFETY: the context is alive; llama.cpp answers null for a sequence that was not there.
        let scores = unsafe { sys::llama_get_embeddings_seq(self.as_ptr(), sequence) };
        // SAFETY: a context that scores has at least one number for each sequence.
        NonNull::new(scores).map(|scores| unsafe { scores.read() })
    }
}
