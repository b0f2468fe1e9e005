//! How the engine itself runs; what concerns one model is in [`crate::models::LoadSettings`].

/// Settings of the engine as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Prompt tokens that are read in one step, at most, while somebody is being answered. Fewer
    /// make running answers smoother and newcomers wait longer; on slow machines fewer are taken
    /// anyway. 16..=2048, default 256.
    pub shared_prompt_tokens: usize,
    /// Whether to compute with fewer threads while other programs need the processor.
    pub adapt_threads: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self { shared_prompt_tokens: 256, adapt_threads: true }
    }
}
