//! What llama.cpp (as of llama-cpp-sys-2 0.1.161) knows of architectures, as far as it matters before
//! a model is loaded.

/// Every architecture that llama.cpp loads as a model of its own.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "llama", "llama4", "deci", "falcon", "grok", "gpt2", "gptneox", "mpt", "baichuan", "starcoder",
    "refact", "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2",
    "jina-bert-v3", "eurobert", "bloom", "stablelm", "qwen", "qwen2", "qwen2moe", "qwen2vl",
    "qwen3", "qwen3moe", "qwen3next", "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe", "clef",
    "qwen4exp", "phi2", "phi3", "phimoe", "plamo", "plamo2", "plamo3", "codeshell", "orion",
    "internlm2", "minicpm", "minicpm3", "gemma", "gemma2", "gemma3", "gemma3n", "gemma4",
    "gemma4-assistant", "gemma-embedding", "starcoder2", "mamba", "mamba2", "maple", "jamba",
    "falcon-h1", "xverse", "command-r", "cohere2", "cohere2moe", "dbrx", "olmo", "olmo2", "olmoe",
    "muse-glimmer", "openelm", "arctic", "deepseek", "deepseek2", "deepseek2-ocr", "deepseek32",
    "deepseek4", "chatglm", "glm4", "glm4moe", "glm-dsa", "bitnet", "t5", "t5encoder", "jais",
    "jais2", "nemotron", "nemotron_h", "nemotron_h_moe", "exaone", "exaone4", "exaone-moe",
    "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7", "granite", "granitemoe", "granitehybrid",
    "graniteswitch", "granite_swa", "chameleon", "wavtokenizer-dec", "plm", "bailingmoe",
    "bailingmoe2", "bailingmoe3", "dots1", "dots3note", "arcee", "afmoe", "laguna", "ernie4_5",
    "ernie4_5-moe", "hunyuan-moe", "hunyuan-dense", "hunyuan_vl", "hy_v3", "hy_v4", "smollm3",
    "gpt-oss", "lfm2", "lfm2moe", "dream", "smallthinker", "llada", "llada-moe", "seed_oss",
    "grovemoe", "apertus", "minimax-01", "hrm_text", "minimax-m2", "minimax-m3", "cogvlm", "rnd1",
    "pangu-embedded", "mistral3", "eagle3", "dflash", "mistral4", "paddleocr", "mimo2", "step35",
    "spark2_5", "llama-embed", "maincoder", "kimi-linear", "kimi-k3", "glm5-next", "talkie",
    "mellum", "nanbeige", "qwen3tts", "pockettts",
];

/// Encoders: they make vectors of texts and write none.
#[rustfmt::skip]
const ENCODERS: &[&str] = &[
    "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2",
    "jina-bert-v3", "eurobert", "gemma-embedding", "llama-embed", "t5encoder",
];

/// Models that guess ahead for another one and cannot run alone.
const DRAFTS: &[&str] = &["eagle3", "dflash", "gemma4-assistant"];

/// Models that write all words at once, by denoising.
const DIFFUSION: &[&str] = &["dream", "llada", "llada-moe", "rnd1"];

/// Models of sound, and parts of them.
const SOUND: &[&str] = &["wavtokenizer-dec", "qwen3tts", "pockettts"];

/// Models whose layers (all, or some) keep a state of fixed size in place of keys and values.
#[rustfmt::skip]
const RECURRENT: &[&str] = &[
    "mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7", "jamba", "falcon-h1", "plamo2",
    "granitehybrid", "lfm2", "lfm2moe", "nemotron_h", "nemotron_h_moe", "qwen3next", "kimi-linear",
    "bailingmoe3", "kimi-k3", "glm5-next", "qwen35", "qwen35moe", "qwen4exp", "deepseek4",
    "minimax-01",
];

/// Architectures whose computation stops the process unless keys and values have the same length.
#[rustfmt::skip]
const EQUAL_HEADS: &[&str] = &[
    "llama", "llama4", "deci", "falcon", "grok", "gpt2", "gptneox", "mpt", "baichuan", "starcoder",
    "refact", "bert", "modern-bert", "nomic-bert", "nomic-bert-moe", "neo-bert", "jina-bert-v2",
    "jina-bert-v3", "eurobert", "bloom", "stablelm", "qwen", "qwen2", "qwen2moe", "qwen2vl",
    "qwen3", "qwen3moe", "qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe", "clef", "phi2", "phi3",
    "phimoe", "plamo", "codeshell", "orion", "internlm2", "minicpm", "starcoder2", "maple",
    "xverse", "command-r", "cohere2", "cohere2moe", "dbrx", "olmo", "olmo2", "olmoe",
    "muse-glimmer", "openelm", "arctic", "deepseek", "chatglm", "glm4", "glm4moe", "bitnet", "t5",
    "t5encoder", "jais", "jais2", "nemotron", "nemotron_h", "exaone", "exaone4", "exaone-moe",
    "granite", "granitemoe", "granitehybrid", "graniteswitch", "granite_swa", "chameleon",
    "bailingmoe2", "dots1", "arcee", "afmoe", "laguna", "ernie4_5", "ernie4_5-moe", "hunyuan-moe",
    "hunyuan-dense", "hunyuan_vl", "hy_v3", "smollm3", "dream", "smallthinker", "llada",
    "llada-moe", "seed_oss", "grovemoe", "apertus", "minimax-01", "minimax-m2", "minimax-m3",
    "cogvlm", "rnd1", "pangu-embedded", "mistral3", "eagle3", "paddleocr", "spark2_5",
    "llama-embed", "maincoder", "talkie", "mellum", "nanbeige", "qwen3tts", "pockettts",
];

/// Architectures whose computation stops the process unless all of a head is rotated.
#[rustfmt::skip]
const FULL_ROTATION: &[&str] = &[
    "llama", "llama4", "deci", "falcon", "grok", "baichuan", "qwen2", "qwen2moe", "qwen2vl",
    "qwen3", "qwen3moe", "qwen3vl", "qwen3vlmoe", "plamo", "codeshell", "orion", "internlm2",
    "minicpm", "starcoder2", "xverse", "cohere2moe", "dbrx", "olmo", "olmo2", "olmoe", "arctic",
    "deepseek", "jais2", "exaone", "exaone4", "exaone-moe", "granite", "granitemoe",
    "graniteswitch", "granite_swa", "chameleon", "dots1", "arcee", "ernie4_5", "ernie4_5-moe",
    "hunyuan-moe", "hunyuan-dense", "hunyuan_vl", "hy_v3", "smollm3", "dream", "smallthinker",
    "llada", "llada-moe", "seed_oss", "grovemoe", "apertus", "cogvlm", "rnd1", "pangu-embedded",
    "mistral3", "paddleocr", "llama-embed", "maincoder", "talkie", "mellum", "qwen3tts",
    "pockettts",
];

/// Architectures with fewer layers in the file than they count: emptied ones, or several passes
/// through the same ones.
const FEWER_LAYERS: &[&str] = &["deci", "hrm_text"];

/// Architectures whose computation ends in scores where the file has a head for that.
const RANKERS: &[&str] = &["bert", "jina-bert-v2", "modern-bert", "neo-bert", "qwen3", "qwen3vl"];

pub(super) fn ranks(name: &str) -> bool {
    RANKERS.contains(&name)
}

pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

pub(super) fn is_encoder(name: &str) -> bool {
    ENCODERS.contains(&name)
}

pub(super) fn is_draft(name: &str) -> bool {
    DRAFTS.contains(&name)
}

pub(super) fn is_diffusion(name: &str) -> bool {
    DIFFUSION.contains(&name)
}

pub(super) fn is_sound(name: &str) -> bool {
    SOUND.contains(&name)
}

pub(super) fn is_recurrent(name: &str) -> bool {
    RECURRENT.contains(&name)
}

pub(super) fn needs_equal_heads(name: &str) -> bool {
    EQUAL_HEADS.contains(&name)
}

pub(super) fn needs_full_rotation(name: &str) -> bool {
    FULL_ROTATION.contains(&name)
}

pub(super) fn may_have_fewer_layers(name: &str) -> bool {
    FEWER_LAYERS.contains(&name)
}
