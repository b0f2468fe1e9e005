//! The tokens of one decode step, of any number of sequences.

use llama_cpp_sys_2 as sys;

use super::Token;

/// A batch. Never holds more tokens than the capacity it was made with, because llama.cpp ends the
/// process when a batch is larger than the context allows.
pub(crate) struct Batch {
    capacity: usize,
    tokens: Vec<Token>,
    positions: Vec<sys::llama_pos>,
    sequences: Vec<sys::llama_seq_id>,
    outputs: Vec<i8>,
    sequence_counts: Vec<i32>,
}

impl Batch {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            tokens: Vec::with_capacity(capacity),
            positions: Vec::with_capacity(capacity),
            sequences: Vec::with_capacity(capacity),
            outputs: Vec::with_capacity(capacity),
            sequence_counts: vec![1; capacity],
        }
    }

    pub(crate) fn clear(&mut self) {
        self.tokens.clear();
        self.positions.clear();
        self.sequences.clear();
        self.outputs.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// How many tokens it holds.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// How many more tokens fit.
    pub(crate) fn room(&self) -> usize {
        self.capacity - self.tokens.len()
    }

    /// Adds a token at a position of a sequence; with `output`, its logits can be read afterwards
    /// at the index that is returned. `None` when the batch is full.
    pub(crate) fn add(
        &mut self,
        token: Token,
        position: usize,
        sequence: i32,
        output: bool,
    ) -> Option<usize> {
        if self.room() == 0 {
            return None;
        }
        self.tokens.push(token);
        self.positions.push(sys::llama_pos::try_from(position).ok()?);
        self.sequences.push(sequence);
        self.outputs.push(i8::from(output));
        Some(self.tokens.len() - 1)
    }

    /// Calls `decode` with a view that llama.cpp understands and that is valid during the call.
    pub(super) fn with_raw<R>(&mut self, decode: impl FnOnce(sys::llama_batch) -> R) -> R {
        let mut sequence_pointers: Vec<*mut sys::llama_seq_id> =
            self.sequences.iter_mut().map(std::ptr::from_mut).collect();
        decode(sys::llama_batch {
            // The capacity is checked to be an i32 when the context is made.
            n_tokens: self.tokens.len() as i32,
            token: self.tokens.as_mut_ptr(),
            embd: std::ptr::null_mut(),
            pos: self.positions.as_mut_ptr(),
            n_seq_id: self.sequence_counts.as_mut_ptr(),
            seq_id: sequence_pointers.as_mut_ptr(),
            logits: self.outputs.as_mut_ptr(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Batch;

    #[test]
    fn a_full_batch_takes_no_more() {
        let mut batch = Batch::new(2);
        assert_eq!(batch.add(1, 0, 0, false), Some(0));
        assert_eq!(batch.add(2, 1, 0, true), Some(1));
        assert_eq!(batch.add(3, 2, 0, true), None);
        assert_eq!(batch.room(), 0);
        batch.clear();
        assert!(batch.is_empty());
    }
}
