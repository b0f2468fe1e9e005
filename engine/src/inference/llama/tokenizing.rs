//! Text to tokens, without running out of stack.
//!
//! Most tokenizers of llama.cpp divide text by regular expressions of the C++ library, which calls itself
//! for every character of a match: some 350 bytes of stack each. A few thousand letters or signs without
//! a space between them, such as an image in base64, would end the program with an overflow. Such text
//! is tokenized on a thread that has stack enough.

use std::ffi::c_char;

use llama_cpp_sys_2 as sys;

use super::{Model, Token};

/// Runs up to this length in bytes leave room on any stack.
const USUAL_RUN: usize = 2000;
/// Stack for each byte of a run, in bytes: three times what was seen.
const STACK_PER_BYTE: usize = 1024;
/// Stack beside that, in bytes.
const STACK: usize = 2 << 20;
/// Text with longer runs, in bytes, is tokenized in parts of this length: the stack for a run is address
/// space first of all, but ends somewhere.
const LONGEST_RUN: usize = 1 << 20;

impl Model {
    /// Text to tokens. `first`: this is the beginning of a prompt, so the tokenizer may add its own
    /// first token. `structure`: names of control tokens in the text become these tokens.
    pub(crate) fn tokenize(&self, text: &str, first: bool, structure: bool) -> Vec<Token> {
        let run = longest_run(text);
        if run <= USUAL_RUN {
            return self.tokenize_here(text, first, structure);
        }
        if run > LONGEST_RUN {
            return self.tokenize_in_parts(text, LONGEST_RUN, first, structure);
        }
        std::thread::scope(|scope| {
            let work = || self.tokenize_here(text, first, structure);
            let thread = std::thread::Builder::new()
                .name("tokenizer".to_owned())
                .stack_size(STACK + run * STACK_PER_BYTE)
                .spawn_scoped(scope, work);
            match thread {
                Ok(thread) => {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                }
                Err(error) => {
                    tracing::warn!("no thread for {run} characters without a space: {error}");
                    self.tokenize_in_parts(text, USUAL_RUN, first, structure)
                }
            }
        })
    }

    /// A token may end at a cut that would have gone on; nothing is lost.
    fn tokenize_in_parts(
        &self,
        text: &str,
        length: usize,
        first: bool,
        structure: bool,
    ) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (part, later) = rest.split_at(rest.floor_char_boundary(length));
            tokens.extend(self.tokenize(part, first && tokens.is_empty(), structure));
            rest = later;
        }
        tokens
    }

    fn tokenize_here(&self, text: &str, first: bool, structure: bool) -> Vec<Token> {
        let Ok(length) = i32::try_from(text.len()) else {
            return Vec::new();
        };
        let mut tokens: Vec<Token> = vec![0; text.len() / 3 + 16];
        loop {
            let room = i32::try_from(tokens.len()).unwrap_or(i32::MAX);
            // SAFETY: both buffers are as long as said; llama.cpp writes at most `room` tokens.
            let count = unsafe {
                sys::llama_tokenize(
                    self.vocab.as_ptr(),
                    text.as_ptr().cast::<c_char>(),
                    length,
                    tokens.as_mut_ptr(),
                    room,
                    first,
                    structure,
                )
            };
            match usize::try_from(count) {
                Ok(count) => {
                    tokens.truncate(count);
                    return tokens;
                }
                // A negative answer is the room that is needed.
                Err(_) if count == i32::MIN => return Vec::new(),
                Err(_) => tokens.resize(count.unsigned_abs() as usize, 0),
            }
        }
    }
}

/// The longest stretch of nothing but whitespace or of none, in bytes: no match is longer.
fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut start = 0;
    let mut was_space = None;
    for (at, character) in text.char_indices() {
        let is_space = character.is_whitespace();
        if was_space != Some(is_space) {
            longest = longest.max(at - start);
            start = at;
            was_space = Some(is_space);
        }
    }
    longest.max(text.len() - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_spaces_begin_or_end() {
        assert_eq!(longest_run(""), 0);
        assert_eq!(longest_run("one three  five5"), 5);
        assert_eq!(longest_run("a    b"), 4);
        assert_eq!(longest_run("é\u{3000}ééé"), 6);
    }
}
