//! Weights and vocabulary of a loaded model. Immutable, so shared between threads.

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr::NonNull;

use llama_cpp_sys_2 as sys;

use super::{Token, backend, log};
use crate::Error;

/// How to load the weights.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ModelOptions {
    /// Layers on the GPU; `None` for all.
    pub(crate) gpu_layers: Option<u32>,
    /// Whether weights are mapped from the file, or else read into memory of the program's own.
    pub(crate) mapping: Mapping,
}

/// Where the weights lie that the processor computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mapping {
    /// In the file, as llama.cpp would have it: loaded at once, shared with other programs.
    #[default]
    Mapped,
    /// In memory of the program's own.
    Copied,
}

/// Tokens that a tokenizer puts around texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Before the first text, where it wants one there.
    pub(crate) bos: Option<Token>,
    /// Behind each text, where it wants one there.
    pub(crate) eos: Option<Token>,
    /// Between two texts besides, where it wants one there.
    pub(crate) separator: Option<Token>,
    /// The token that ends or separates texts, whether it is put there without being asked or not.
    pub(crate) end: Option<Token>,
}

/// A loaded model.
pub(crate) struct Model {
    model: NonNull<sys::llama_model>,
    pub(super) vocab: NonNull<sys::llama_vocab>,
}

// SAFETY: after loading, llama.cpp only reads a model; tokenizing and its getters take const
// pointers and keep no hidden state. Making contexts, which is not safe to do concurrently for one
// model, happens once, on the thread that loads it.
unsafe impl Send for Model {}
// SAFETY: as above.
unsafe impl Sync for Model {}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: made by llama_model_load_from_file, freed once; every context holds an Arc of
        // this and is therefore gone.
        unsafe { sys::llama_model_free(self.model.as_ptr()) };
    }
}

/// Hands llama.cpp's progress to a closure; `false` gives up.
type Progress<'a> = &'a mut dyn FnMut(f32) -> bool;

unsafe extern "C" fn on_progress(fraction: f32, data: *mut c_void) -> bool {
    // SAFETY: `data` is the pointer to the `Progress` that `Model::load` keeps alive meanwhile.
    let progress = unsafe { &mut *data.cast::<Progress<'_>>() };
    progress(fraction)
}

impl Model {
    /// Loads a GGUF file that `models/gguf` has found sound. `progress` hears 0..=1 and gives up by
    /// answering `false`, which ends in `Ok(None)`.
    pub(crate) fn load(
        path: &Path,
        options: ModelOptions,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, Error> {
        let refused = |reason: String| Error::ModelRefused { reason, path: path.to_owned() };
        if backend().is_none() {
            return Err(refused("llama.cpp could not be initialized".to_owned()));
        }
        let name = CString::new(path.as_os_str().as_encoded_bytes())
            .map_err(|_| refused("the path contains a zero byte".to_owned()))?;
        let mut given_up = false;
        let mut watch = |fraction: f32| {
            let go_on = progress(fraction);
            given_up |= !go_on;
            go_on
        };
        let mut watch: Progress<'_> = &mut watch;
        log::forget();
        // SAFETY: the parameters are llama.cpp's own defaults; name and progress outlive the call.
        let model = unsafe {
            let mut params = sys::llama_model_default_params();
            params.n_gpu_layers =
                options.gpu_layers.map_or(-1, |layers| i32::try_from(layers).unwrap_or(i32::MAX));
            if options.mapping == Mapping::Copied {
                params.load_mode = sys::LLAMA_LOAD_MODE_NONE;
            }
            params.progress_callback = Some(on_progress);
            params.progress_callback_user_data = (&raw mut watch).cast();
            sys::llama_model_load_from_file(name.as_ptr(), params)
        };
        let Some(model) = NonNull::new(model) else {
            return if given_up { Ok(None) } else { Err(refused(log::complaints())) };
        };
        // SAFETY: the model is alive.
        let vocab = unsafe { sys::llama_model_get_vocab(model.as_ptr()) };
        let Some(vocab) = NonNull::new(vocab.cast_mut()) else {
            // SAFETY: nothing else knows the model.
            unsafe { sys::llama_model_free(model.as_ptr()) };
            return Err(refused("it has no vocabulary".to_owned()));
        };
        Ok(Some(Self { model, vocab }))
    }

    pub(super) fn as_ptr(&self) -> *mut sys::llama_model {
        self.model.as_ptr()
    }

    /// Number of tokens in the vocabulary.
    pub(crate) fn vocabulary_size(&self) -> usize {
        // SAFETY: the vocabulary lives as long as the model.
        usize::try_from(unsafe { sys::llama_vocab_n_tokens(self.vocab.as_ptr()) }).unwrap_or(0)
    }

    /// Context length of the training, in tokens.
    pub(crate) fn trained_context_length(&self) -> u32 {
        // SAFETY: the model is alive.
        u32::try_from(unsafe { sys::llama_model_n_ctx_train(self.as_ptr()) }).unwrap_or(0)
    }

    /// Number of parameters.
    pub(crate) fn parameters(&self) -> u64 {
        // SAFETY: the model is alive.
        unsafe { sys::llama_model_n_params(self.as_ptr()) }
    }

    /// Size of the weights in bytes.
    pub(crate) fn size(&self) -> u64 {
        // SAFETY: the model is alive.
        unsafe { sys::llama_model_size(self.as_ptr()) }
    }

    /// How many numbers the vector of a text has.
    pub(crate) fn vector_length(&self) -> usize {
        // SAFETY: the model is alive.
        usize::try_from(unsafe { sys::llama_model_n_embd_out(self.as_ptr()) }).unwrap_or(0)
    }

    /// Whether it can generate text at all; an embedding model has no decoder.
    pub(crate) fn can_generate(&self) -> bool {
        // SAFETY: the model is alive.
        unsafe {
            sys::llama_model_has_decoder(self.as_ptr())
                && !sys::llama_model_has_encoder(self.as_ptr())
                && !sys::llama_model_is_diffusion(self.as_ptr())
        }
    }

    /// Whether a part of a sequence can be removed or copied. A recurrent state has no parts.
    pub(crate) fn has_divisible_memory(&self) -> bool {
        // SAFETY: the model is alive.
        unsafe {
            !sys::llama_model_is_recurrent(self.as_ptr())
                && !sys::llama_model_is_hybrid(self.as_ptr())
        }
    }

    /// Whether the tokenizer puts a beginning-of-text token first.
    pub(crate) fn adds_bos(&self) -> bool {
        // SAFETY: the vocabulary lives as long as the model.
        unsafe { sys::llama_vocab_get_add_bos(self.vocab.as_ptr()) }
    }

    /// What the tokenizer puts around a text, and between two that belong together.
    pub(crate) fn frame(&self) -> Frame {
        let vocab = self.vocab.as_ptr();
        // SAFETY: the vocabulary lives as long as the model.
        let (is_bert, bos, eos, separator, adds_eos, adds_separator) = unsafe {
            (
                sys::llama_vocab_type(vocab) == sys::LLAMA_VOCAB_TYPE_WPM,
                sys::llama_vocab_bos(vocab),
                sys::llama_vocab_eos(vocab),
                sys::llama_vocab_sep(vocab),
                sys::llama_vocab_get_add_eos(vocab),
                sys::llama_vocab_get_add_sep(vocab),
            )
        };
        let token = |token: Token| self.is_token(token).then_some(token);
        let (separator, bos) = (token(separator), token(bos).filter(|_| self.adds_bos()));
        let end = token(eos).or(separator);
        Frame {
            bos,
            eos: end.filter(|_| adds_eos),
            // BERT's flags can say both, and it was trained with one.
            separator: separator.filter(|_| adds_separator && !(adds_eos && is_bert)),
            end,
        }
    }

    /// The text of the beginning-of-text token, empty if there is none.
    pub(crate) fn bos_text(&self) -> String {
        // SAFETY: the vocabulary lives as long as the model.
        self.token_text(unsafe { sys::llama_vocab_bos(self.vocab.as_ptr()) })
    }

    /// The text of the end-of-text token, empty if there is none.
    pub(crate) fn eos_text(&self) -> String {
        // SAFETY: the vocabulary lives as long as the model.
        self.token_text(unsafe { sys::llama_vocab_eos(self.vocab.as_ptr()) })
    }

    /// Whether the token ends the model's turn.
    pub(crate) fn is_end_of_generation(&self, token: Token) -> bool {
        // SAFETY: the vocabulary lives as long as the model; the number is checked.
        self.is_token(token) && unsafe { sys::llama_vocab_is_eog(self.vocab.as_ptr(), token) }
    }

    /// Whether the token stands for structure (turn markers and the like) that text around it is
    /// never merged with.
    pub(crate) fn is_special(&self, token: Token) -> bool {
        const SPECIAL: sys::llama_token_attr =
            sys::LLAMA_TOKEN_ATTR_CONTROL | sys::LLAMA_TOKEN_ATTR_USER_DEFINED;
        // SAFETY: the vocabulary lives as long as the model; the number is checked.
        self.is_token(token)
            && unsafe { sys::llama_vocab_get_attr(self.vocab.as_ptr(), token) } & SPECIAL != 0
    }

    /// Whether the token is structure and never text.
    pub(crate) fn is_control(&self, token: Token) -> bool {
        const CONTROL: sys::llama_token_attr =
            sys::LLAMA_TOKEN_ATTR_CONTROL | sys::LLAMA_TOKEN_ATTR_UNKNOWN;
        // SAFETY: the vocabulary lives as long as the model; the number is checked.
        self.is_token(token)
            && unsafe { sys::llama_vocab_get_attr(self.vocab.as_ptr(), token) } & CONTROL != 0
    }

    fn is_token(&self, token: Token) -> bool {
        usize::try_from(token).is_ok_and(|token| token < self.vocabulary_size())
    }

    /// The tokens that the author added as text of their own, which are found in any text.
    pub(crate) fn user_defined(&self) -> impl Iterator<Item = Token> {
        const ADDED: sys::llama_token_attr = sys::LLAMA_TOKEN_ATTR_USER_DEFINED;
        let count = Token::try_from(self.vocabulary_size()).unwrap_or(Token::MAX);
        // SAFETY: the vocabulary lives as long as the model and has so many tokens.
        let attributes = |token| unsafe { sys::llama_vocab_get_attr(self.vocab.as_ptr(), token) };
        (0..count).filter(move |token| attributes(*token) & ADDED != 0)
    }

    /// The names of the tokens that are structure and never text.
    pub(crate) fn control_names(&self) -> impl Iterator<Item = String> {
        let count = Token::try_from(self.vocabulary_size()).unwrap_or(Token::MAX);
        (0..count).filter(|token| self.is_control(*token)).filter_map(|token| {
            // SAFETY: the vocabulary lives as long as the model and has this token; the name is a C string of the vocabulary, or null.
            let name = unsafe {
                let name = sys::llama_vocab_get_text(self.vocab.as_ptr(), token);
                (!name.is_null()).then(|| CStr::from_ptr(name))?
            };
            name.to_str().ok().map(str::to_owned)
        })
    }

    /// Appends the bytes that a token stands for; `special`: turn markers too, by name.
    pub(crate) fn piece(&self, token: Token, special: bool, bytes: &mut Vec<u8>) {
        if !self.is_token(token) {
            return;
        }
        let start = bytes.len();
        let mut room: usize = 32;
        loop {
            bytes.resize(start + room, 0);
            // SAFETY: the buffer has `room` bytes after `start`.
            let count = unsafe {
                sys::llama_token_to_piece(
                    self.vocab.as_ptr(),
                    token,
                    bytes.as_mut_ptr().add(start).cast::<c_char>(),
                    i32::try_from(room).unwrap_or(i32::MAX),
                    0,
                    special,
                )
            };
            match usize::try_from(count) {
                Ok(count) => return bytes.truncate(start + count),
                Err(_) => room = count.unsigned_abs() as usize,
            }
        }
    }

    /// The name of a token, special ones included; empty when there is no such token.
    pub(crate) fn token_text(&self, token: Token) -> String {
        let mut bytes = Vec::new();
        self.piece(token, true, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// A string of the file's metadata.
    pub(crate) fn metadata(&self, key: &CStr) -> Option<String> {
        // SAFETY: with no room, llama.cpp only tells the length.
        let length = unsafe {
            sys::llama_model_meta_val_str(self.as_ptr(), key.as_ptr(), std::ptr::null_mut(), 0)
        };
        let mut buffer = vec![0_u8; usize::try_from(length).ok()? + 1];
        // SAFETY: the buffer has room for the value and its final zero byte.
        unsafe {
            sys::llama_model_meta_val_str(
                self.as_ptr(),
                key.as_ptr(),
                buffer.as_mut_ptr().cast::<c_char>(),
                buffer.len(),
            );
        }
        buffer.pop();
        Some(String::from_utf8_lossy(&buffer).into_owned())
    }
}
