//! A KV cache and what computes on it. Lives on one thread.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use llama_cpp_sys_2 as sys;

use super::{Batch, Model, Token, log};
use crate::models::{Flash, KvType};

/// How to make a context.
#[derive(Clone, Debug)]
pub(crate) struct ContextOptions {
    /// Tokens in the KV cache, shared by all sequences.
    pub(crate) length: u32,
    /// Sequences at the same time.
    pub(crate) sequences: u32,
    /// Tokens in one decode step at most.
    pub(crate) batch: u32,
    /// Threads for computing.
    pub(crate) threads: u32,
    /// Flash attention.
    pub(crate) flash_attention: Flash,
    /// Number type of the KV cache.
    pub(crate) kv_type: KvType,
}

/// Why a decode step failed. The KV cache is as before unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// No room in the KV cache.
    NoRoom,
    /// The stop switch was used; a part of the batch may be in the KV cache.
    Stopped,
    /// Anything else, by llama.cpp's code; a part of the batch may be in the KV cache.
    Failed(i32),
}

/// Stops a decode step when nobody wants its result any more: every request in it is cancelled.
#[derive(Debug, Default)]
pub(crate) struct StopSwitch {
    /// One flag for each request in the batch.
    flags: RwLock<Vec<Arc<AtomicBool>>>,
}

impl StopSwitch {
    /// The requests of the coming step.
    pub(crate) fn arm(&self, flags: impl Iterator<Item = Arc<AtomicBool>>) {
        if let Ok(mut armed) = self.flags.write() {
            armed.clear();
            armed.extend(flags);
        }
    }

    fn is_used(&self) -> bool {
        self.flags.try_read().is_ok_and(|flags| {
            !flags.is_empty() && flags.iter().all(|flag| flag.load(Ordering::Relaxed))
        })
    }
}

/// Asked by llama.cpp many times within a step, on the thread that waits for it, whether to give it up.
pub(super) unsafe extern "C" fn on_step(data: *mut c_void) -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    crate::inference::spinning::adapt();
    // SAFETY: `data` points to the StopSwitch that the Context keeps alive.
    unsafe { &*data.cast::<StopSwitch>() }.is_used()
}

/// See the module documentation.
pub(crate) struct Context {
    context: NonNull<sys::llama_context>,
    model: Arc<Model>,
    stop: Arc<StopSwitch>,
    batch_capacity: usize,
}

// SAFETY: a context has no tie to the thread that made it; it is moved once, from the thread that
// loads to the engine thread, and never shared.
unsafe impl Send for Context {}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: made by llama_init_from_model, freed once, before the model that it refers to.
        unsafe { sys::llama_free(self.context.as_ptr()) };
    }
}

impl Context {
    /// Makes a context; the error is what llama.cpp said.
    pub(crate) fn new(model: Arc<Model>, options: &ContextOptions) -> Result<Self, String> {
        let stop = Arc::new(StopSwitch::default());
        let threads = i32::try_from(options.threads.max(1)).unwrap_or(1);
        let batch = options.batch.clamp(1, 1 << 20);
        log::forget();
        // SAFETY: the parameters are llama.cpp's own defaults, changed in documented ways; the
        // stop switch outlives the context, which holds an Arc of it.
        let context = unsafe {
            let mut params = sys::llama_context_default_params();
            params.n_ctx = options.length;
            params.n_batch = batch;
            params.n_ubatch = batch.min(512);
            params.n_seq_max = options.sequences;
            // Only the last token of each sequence is asked for its logits; room for a row for
            // every token of a step would cost hundreds of megabytes.
            params.n_outputs_max = options.sequences;
            params.n_threads = threads;
            params.n_threads_batch = threads;
            params.flash_attn_type = match options.flash_attention {
                Flash::Auto => sys::LLAMA_FLASH_ATTN_TYPE_AUTO,
                Flash::On => sys::LLAMA_FLASH_ATTN_TYPE_ENABLED,
                Flash::Off => sys::LLAMA_FLASH_ATTN_TYPE_DISABLED,
            };
            let kv_type = match options.kv_type {
                KvType::F16 => sys::GGML_TYPE_F16,
                KvType::Q8_0 => sys::GGML_TYPE_Q8_0,
                KvType::Q4_0 => sys::GGML_TYPE_Q4_0,
            };
            params.type_k = kv_type;
            params.type_v = kv_type;
            // One buffer for all: any request may use the whole context, and a beginning that
            // conversations have in common is kept once.
            params.kv_unified = true;
            params.no_perf = true;
            params.abort_callback = Some(on_step);
            params.abort_callback_data = Arc::as_ptr(&stop).cast_mut().cast();
            sys::llama_init_from_model(model.as_ptr(), params)
        };
        let context = NonNull::new(context).ok_or_else(log::complaints)?;
        // llama.cpp may have made it smaller than asked, and ends the process on larger batches.
        // SAFETY: the context is alive.
        let batch_capacity = unsafe { sys::llama_n_batch(context.as_ptr()) } as usize;
        let context = Self { context, model, stop, batch_capacity };
        if context.memory().is_null() {
            return Err("this kind of model keeps no context and cannot chat".to_owned());
        }
        Ok(context)
    }

    /// Of a context that llama.cpp made, with what its parameters point to.
    pub(super) fn from_parts(
        context: NonNull<sys::llama_context>,
        model: Arc<Model>,
        stop: Arc<StopSwitch>,
        batch_capacity: usize,
    ) -> Self {
        Self { context, model, stop, batch_capacity }
    }

    pub(super) fn as_ptr(&self) -> *mut sys::llama_context {
        self.context.as_ptr()
    }

    /// Tokens in one batch at most.
    pub(super) fn capacity(&self) -> usize {
        self.batch_capacity
    }

    pub(crate) fn model(&self) -> &Arc<Model> {
        &self.model
    }

    pub(crate) fn stop_switch(&self) -> &StopSwitch {
        &self.stop
    }

    /// Tokens in the KV cache, as llama.cpp rounded them.
    pub(crate) fn length(&self) -> u32 {
        // SAFETY: the context is alive.
        unsafe { sys::llama_n_ctx(self.context.as_ptr()) }
    }

    /// An empty batch of the size that this context takes.
    pub(crate) fn new_batch(&self) -> Batch {
        Batch::new(self.batch_capacity)
    }

    /// Changes the number of threads from the next step on.
    pub(crate) fn set_threads(&mut self, threads: u32) {
        let threads = i32::try_from(threads.max(1)).unwrap_or(1);
        // SAFETY: the context is alive and no step is running, since `self` is borrowed mutably.
        unsafe { sys::llama_set_n_threads(self.context.as_ptr(), threads, threads) };
    }

    /// Computes a batch.
    pub(crate) fn decode(&mut self, batch: &mut Batch) -> Result<(), DecodeError> {
        if batch.is_empty() {
            return Ok(());
        }
        log::forget();
        let context = self.context.as_ptr();
        // SAFETY: the context is alive, the batch is not larger than the context was made for, and
        // its arrays live during the call.
        match batch.with_raw(|raw| unsafe { sys::llama_decode(context, raw) }) {
            0 => Ok(()),
            1 => Err(DecodeError::NoRoom),
            2 => Err(DecodeError::Stopped),
            code => {
                // Not within the macro, which has a `log` of its own.
                let complaints = log::complaints();
                tracing::warn!("a decode step failed with code {code}: {complaints}");
                Err(DecodeError::Failed(code))
            }
        }
    }

    /// The logits of the token at `index` of the last batch, if they were asked for. Mutable, so
    /// that a sampler can work in place.
    pub(crate) fn logits(&mut self, index: usize) -> Option<&mut [f32]> {
        let index = i32::try_from(index).ok()?;
        // SAFETY: the context is alive; llama.cpp answers null for an index without logits.
        let logits = unsafe { sys::llama_get_logits_ith(self.context.as_ptr(), index) };
        let length = self.model.vocabulary_size();
        // SAFETY: a row has as many logits as the vocabulary has tokens and lives until the next
        // decode, for which `self` would have to be borrowed again.
        NonNull::new(logits)
            .map(|row| unsafe { std::slice::from_raw_parts_mut(row.as_ptr(), length) })
    }

    /// The KV cache; null for a model that keeps none.
    pub(super) fn memory(&self) -> sys::llama_memory_t {
        // SAFETY: the context is alive.
        unsafe { sys::llama_get_memory(self.context.as_ptr()) }
    }

    /// Forgets a sequence from a position on. `false` when the memory cannot be cut there, and then
    /// nothing changed.
    pub(crate) fn cut(&mut self, sequence: i32, from: usize) -> bool {
        let Ok(from) = sys::llama_pos::try_from(from) else {
            return true;
        };
        // SAFETY: the memory lives as long as the context.
        unsafe { sys::llama_memory_seq_rm(self.memory(), sequence, from, -1) }
    }

    /// Makes `to` begin like `from`, up to a position. `to` must be empty. The cells are shared.
    pub(crate) fn copy(&mut self, from: i32, to: i32, until: usize) {
        let until = sys::llama_pos::try_from(until).unwrap_or(sys::llama_pos::MAX);
        // SAFETY: the memory lives as long as the context.
        unsafe { sys::llama_memory_seq_cp(self.memory(), from, to, 0, until) };
    }

    /// How many tokens of a sequence are in the KV cache.
    pub(crate) fn kept(&self, sequence: i32) -> usize {
        // SAFETY: the memory lives as long as the context.
        let last = unsafe { sys::llama_memory_seq_pos_max(self.memory(), sequence) };
        usize::try_from(last + 1).unwrap_or(0)
    }

    /// A copy of what a sequence holds, for [`restore`](Self::restore); `None` when it holds nothing
    /// or llama.cpp cannot copy it.
    pub(crate) fn save(&mut self, sequence: i32) -> Option<Vec<u8>> {
        let context = self.context.as_ptr();
        // SAFETY: the context is alive, and the buffer has the size that llama.cpp asks for.
        unsafe {
            let size = sys::llama_state_seq_get_size(context, sequence);
            let mut state = vec![0; size];
            let written =
                sys::llama_state_seq_get_data(context, state.as_mut_ptr(), size, sequence);
            (size > 0 && written == size).then_some(state)
        }
    }

    /// Puts a copy back into a sequence, which must be empty. `false` when there is no room.
    pub(crate) fn restore(&mut self, sequence: i32, state: &[u8]) -> bool {
        // SAFETY: the context is alive, and the state was made by `save` of this context.
        let read = unsafe {
            sys::llama_state_seq_set_data(
                self.context.as_ptr(),
                state.as_ptr(),
                state.len(),
                sequence,
            )
        };
        read == state.len()
    }

    /// One pass over the weights, so that the first answer does not pay for reading them.
    pub(crate) fn warm_up(&mut self, token: Token) -> Result<(), DecodeError> {
        let mut batch = Batch::new(1);
        batch.add(token, 0, 0, true);
        let decoded = self.decode(&mut batch);
        self.cut(0, 0);
        decoded
    }
}
