//! Damaged, mistaken and hostile model files: each is refused with a reason that names the problem,
//! before llama.cpp sees it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod model;

use std::fs;
use std::path::Path;

use engine::Error;
use engine::models::Gguf;
use model::{ARRAY, F32, I32, Model, STRING, U16, U32, fixture, list, text};

/// Opens `bytes` as a model and returns why it is refused.
fn refusal(bytes: &[u8]) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    fs::write(&path, bytes).unwrap();
    match Gguf::open(&path) {
        Err(Error::ModelInvalid { reason, .. }) => Ok(reason),
        other => Err(format!("{other:?}").chars().take(300).collect()),
    }
}

/// What is done to the model, and a part of the reason that must follow.
type Case = (&'static str, fn(&mut Model), &'static str);

fn each_is_refused(fixture: &str, cases: &[Case]) {
    let mut wrong = Vec::new();
    for (name, spoil, expected) in cases {
        let mut model = Model::fixture(fixture);
        spoil(&mut model);
        match refusal(&model.0) {
            Ok(reason) if reason.contains(expected) => {}
            Ok(reason) => wrong.push(format!("{name}: {reason:?} does not say {expected:?}")),
            Err(outcome) => wrong.push(format!("{name}: not refused: {outcome}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[rustfmt::skip]
const NO_GGUF: &[Case] = &[
    ("empty", |m| m.0.clear(), "it is empty"),
    ("text", |m| m.0 = b"hello, this is no model\n".repeat(100), "does not begin with GGUF"),
    ("noise", |m| m.0 = (0..100_000_u64).map(|i| ((i * i) >> 7) as u8 | 1).collect(), "does not begin with GGUF"),
    ("web page", |m| m.0 = b"<!DOCTYPE html><html><body>Not found</body></html>".to_vec(), "web page"),
    ("git lfs", |m| m.0 = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n".to_vec(), "Git LFS pointer"),
    ("zip", |m| m.put(0, b"PK\x03\x04"), "ZIP archive"),
    ("old ggml", |m| m.put(0, b"tjgg"), "old GGML file"),
    ("old ggml, unversioned", |m| m.put(0, b"lmgg"), "old GGML file"),
    ("safetensors", |m| m.put(0, &2000_u64.to_le_bytes()), "safetensors"),
    ("version 1", |m| m.put(4, &1_u32.to_le_bytes()), "version 1"),
    ("version 99", |m| m.put(4, &99_u32.to_le_bytes()), "version 99"),
    ("big-endian", |m| m.put(4, &3_u32.to_be_bytes()), "big-endian"),
];

#[test]
fn files_that_are_no_gguf_are_named() {
    each_is_refused("tiny-llama.gguf", NO_GGUF);
}

#[test]
fn a_truncated_file_is_refused_with_its_size() {
    let whole = Model::fixture("tiny-llama.gguf").0;
    let data = Gguf::open(&fixture("tiny-llama.gguf")).unwrap().parts()[0].data_offset as usize;
    let lengths =
        [1, 16, 23, 24, 100, data / 2, data - 1, data, (data + whole.len()) / 2, whole.len() - 40];
    for length in lengths {
        let reason = refusal(&whole[..length]).unwrap();
        assert!(reason.contains(&length.to_string()), "cut to {length}: {reason}");
    }
    let half = refusal(&whole[..whole.len() / 2]).unwrap();
    assert!(half.contains("incomplete"), "{half}");
}

#[rustfmt::skip]
const COUNTS: &[Case] = &[
    ("tensors 2^62", |m| m.put(8, &(1_u64 << 62).to_le_bytes()), "tensors, more than"),
    ("tensors 10^6", |m| m.put(8, &1_000_000_u64.to_le_bytes()), "tensors, more than"),
    ("tensors -1", |m| m.put(8, &u64::MAX.to_le_bytes()), "tensors, more than"),
    ("no tensors", |m| m.put(8, &0_u64.to_le_bytes()), "no weights"),
    ("keys 2^62", |m| m.put(16, &(1_u64 << 62).to_le_bytes()), "metadata keys, more than"),
    ("keys 10^9", |m| m.put(16, &1_000_000_000_u64.to_le_bytes()), "metadata keys, more than"),
    ("no keys", |m| m.put(16, &0_u64.to_le_bytes()), "tensor"),
    ("key of 2^63 bytes", |m| m.put(24, &(1_u64 << 63).to_le_bytes()), "middle of its header"),
    ("key of 4 GB", |m| m.put(24, &4_000_000_000_u64.to_le_bytes()), "middle of its header"),
    ("key without a name", |m| m.put(24, &0_u64.to_le_bytes()), "has no name"),
    ("2^60 tokens", |m| m.set_length("tokenizer.ggml.tokens", 1 << 60), "items of tokenizer.ggml.tokens"),
    ("2^64 tokens", |m| m.set_length("tokenizer.ggml.tokens", u64::MAX), "items of tokenizer.ggml.tokens"),
    ("2 tokens", |m| m.set_length("tokenizer.ggml.tokens", 2), "middle of its header"),
    ("key of an unknown type", |m| m.set_type("llama.block_count", 77), "unknown type 77"),
    ("list of lists", |m| m.set_item_type("tokenizer.ggml.tokens", ARRAY), "list of lists"),
    ("key twice", |m| m.add("llama.block_count", U32, &2_u32.to_le_bytes()), "there twice"),
];

#[test]
fn counts_and_lengths_are_not_believed() {
    each_is_refused("tiny-llama.gguf", COUNTS);
}

#[rustfmt::skip]
const RANKERS: &[Case] = &[
    ("no head", |m| m.replace("cls.", "xyz."), "no head"),
    ("a head of many outputs", |m| m.replace("cls.output.", "xyz.output."), "64 outputs"),
    ("two labels for one output", |m| m.add("bert.classifier.output_labels", ARRAY, &labels(&["yes", "no"])), "1 outputs, not 2"),
    ("labels that are numbers", |m| m.add("bert.classifier.output_labels", ARRAY, &list(I32, &[1])), "list of i32"),
];

#[rustfmt::skip]
const CLASSIFIERS: &[Case] = &[
    ("classes", |m| { let at = m.key("qwen3.classifier.output_labels") + 24; m.put(at, b"big"); }, "sorts texts into 2 classes"),
    ("another architecture", |m| m.replace("qwen3", "qwen2"), "no head"),
];

/// The value of a key that is a list of texts.
fn labels(labels: &[&str]) -> Vec<u8> {
    let head = [&STRING.to_le_bytes()[..], &(labels.len() as u64).to_le_bytes()].concat();
    labels.iter().fold(head, |value, label| [value, text(label)].concat())
}

#[test]
fn rerankers_without_a_sound_head_are_refused() {
    each_is_refused("tiny-bert-reranker.gguf", RANKERS);
    each_is_refused("tiny-qwen3-reranker.gguf", CLASSIFIERS);
}

#[rustfmt::skip]
const TENSORS: &[Case] = &[
    ("99 dimensions", |m| { let (at, _) = m.tensor("token_embd.weight"); m.put(at, &99_u32.to_le_bytes()); }, "99 dimensions"),
    ("extent 2^62", |m| m.set_extent("token_embd.weight", 1 << 62), "has the shape"),
    ("extent 0", |m| m.set_extent("token_embd.weight", 0), "has the shape"),
    ("extent -1", |m| m.set_extent("token_embd.weight", u64::MAX), "has the shape"),
    ("extent too large", |m| m.set_extent("output.weight", 1 << 40), "begins at byte"),
    ("type 999", |m| m.set_tensor_type("token_embd.weight", 999), "unknown number type 999"),
    ("withdrawn type", |m| m.set_tensor_type("token_embd.weight", 4), "unknown number type 4"),
    ("other type", |m| m.set_tensor_type("token_embd.weight", 8), "begins at byte"),
    ("broken rows", |m| m.set_tensor_type("blk.0.attn_q.weight", 12), "no multiple of the 256"),
    ("integers", |m| m.set_tensor_type("blk.0.attn_q.weight", 25), "cannot be computed with"),
    ("integer norm", |m| m.set_tensor_type("blk.0.attn_norm.weight", 26), "cannot be computed with"),
    ("offset 2^60", |m| m.set_offset("token_embd.weight", 1 << 60), "begins at byte"),
    ("offset 7", |m| m.set_offset("token_embd.weight", 7), "begins at byte 7"),
    ("overlap", |m| m.set_offset("output.weight", 0), "begins at byte 0"),
    ("renamed", |m| m.replace("token_embd.weight", "token_embx.weight"), "token_embd.weight is missing"),
    ("twice", |m| m.replace("blk.1.attn_q.weight", "blk.0.attn_q.weight"), "there twice"),
    ("alignment 0", |m| m.add("general.alignment", U32, &0_u32.to_le_bytes()), "general.alignment is 0"),
    ("alignment 8", |m| m.add("general.alignment", U32, &8_u32.to_le_bytes()), "general.alignment is 8"),
    ("alignment 48", |m| m.add("general.alignment", U32, &48_u32.to_le_bytes()), "general.alignment is 48"),
    ("alignment of a wrong type", |m| m.add("general.alignment", U16, &[32, 0]), "general.alignment is of type u16"),
];

#[test]
fn impossible_tensors_are_named() {
    each_is_refused("tiny-llama.gguf", TENSORS);
}

#[rustfmt::skip]
const ARCHITECTURES: &[Case] = &[
    ("no layers", |m| m.set_u32("llama.block_count", 0), "block_count is 0"),
    ("10^9 layers", |m| m.set_u32("llama.block_count", 1_000_000_000), "block_count is 1000000000"),
    ("a layer too many", |m| m.set_u32("llama.block_count", 3), "promises 3"),
    ("a layer too few", |m| m.set_u32("llama.block_count", 1), "promises 1"),
    ("no heads", |m| m.set_u32("llama.attention.head_count", 0), "head_count is 0"),
    ("3 heads", |m| m.set_u32("llama.attention.head_count", 3), "3 heads"),
    ("no key heads", |m| m.set_u32("llama.attention.head_count_kv", 0), "head_count_kv is 0"),
    ("3 key heads", |m| m.set_u32("llama.attention.head_count_kv", 3), "no multiple of its 3"),
    ("no embedding", |m| m.set_u32("llama.embedding_length", 0), "embedding_length is 0"),
    ("embedding 127", |m| m.set_u32("llama.embedding_length", 127), "embedding_length is 127"),
    ("embedding 2^32-1", |m| m.set_u32("llama.embedding_length", u32::MAX), "embedding_length is"),
    ("no context", |m| m.set_u32("llama.context_length", 0), "context_length is 0"),
    ("absurd context", |m| m.set_u32("llama.context_length", u32::MAX), "context_length is"),
    ("odd rotation", |m| m.set_u32("llama.rope.dimension_count", 7), "dimension_count is 7"),
    ("absurd rotation", |m| m.set_u32("llama.rope.dimension_count", 1_000_000_000), "dimension_count is"),
    ("keys longer than values", |m| m.set_u32("llama.attention.key_length", 64), "must be equal"),
    ("keys of length 0", |m| m.set_u32("llama.attention.key_length", 0), "keys of length 0"),
    ("epsilon NaN", |m| m.set_f32("llama.attention.layer_norm_rms_epsilon", f32::NAN), "epsilon is NaN"),
    ("epsilon below 0", |m| m.set_f32("llama.attention.layer_norm_rms_epsilon", -1.0), "epsilon is -1"),
    ("rotation base 0", |m| m.set_f32("llama.rope.freq_base", 0.0), "freq_base is 0"),
    ("unknown architecture", |m| m.put(m.key("general.architecture") + 12, b"zzzzz"), "architecture \"zzzzz\""),
    ("architecture read as a number", |m| m.set_type("general.architecture", U32), "middle of its header"),
    ("architecture of a wrong type", |m| m.retype("general.architecture", U32, &[0; 4]), "general.architecture is of type u32"),
    ("block count of a wrong type", |m| m.set_type("llama.block_count", I32), "block_count is of type i32"),
    ("epsilon of a wrong type", |m| m.set_type("llama.attention.layer_norm_rms_epsilon", U32), "is of type u32, not f32"),
    ("unknown rope scaling", |m| m.add("llama.rope.scaling.type", STRING, &text("magic")), "rope.scaling.type is \"magic\""),
    ("unknown pooling", |m| m.add("llama.pooling_type", U32, &9_u32.to_le_bytes()), "pooling_type 9"),
    ("experts without use", |m| m.add("llama.expert_count", U32, &8_u32.to_le_bytes()), "8 experts and uses 0"),
    ("used experts without any", |m| m.add("llama.expert_used_count", U32, &2_u32.to_le_bytes()), "0 experts and uses 2"),
    ("too many experts", |m| m.add("llama.expert_count", U32, &5000_u32.to_le_bytes()), "5000 experts"),
    ("all layers only predict", |m| m.add("llama.nextn_predict_layers", U32, &2_u32.to_le_bytes()), "only predict"),
    ("absurd window", |m| m.add("llama.attention.sliding_window", U32, &u32::MAX.to_le_bytes()), "sliding window"),
    ("vocabulary size of a wrong type", |m| m.set_type("llama.vocab_size", F32), "vocab_size is of type f32"),
];

#[rustfmt::skip]
const RECURRENT: &[Case] = &[
    ("no inner size", |m| m.set_u32("mamba.ssm.inner_size", 0), "inner_size is 0"),
    ("no state", |m| m.set_u32("mamba.ssm.state_size", 0), "state_size is 0"),
];

#[test]
fn inconsistent_architectures_are_named() {
    each_is_refused("tiny-llama.gguf", ARCHITECTURES);
    each_is_refused("tiny-mamba.gguf", RECURRENT);
}

#[rustfmt::skip]
const BYTE_LEVEL: &[Case] = &[
    ("unknown tokenizer", |m| m.put(m.key("tokenizer.ggml.model") + 12, b"zzzz"), "tokenizer \"zzzz\""),
    ("no tokenizer", |m| m.put(m.key("tokenizer.ggml.model") + 12, b"none"), "no tokenizer"),
    ("unknown pre-tokenizer", |m| m.put(m.key("tokenizer.ggml.pre") + 12, b"zzzzz"), "pre-tokenizer \"zzzzz\""),
    ("token twice", |m| m.put(m.key("tokenizer.ggml.tokens") + 24, "ā".as_bytes()), "the token \"ā\" twice"),
    ("token twice as llama.cpp reads it", |m| { m.replace("<|im_start|>", "<|im\0start|>"); m.replace("<|im_end|>", "<|im\0end|>"); }, "the token \"<|im\" twice"),
    ("bos out of range", |m| m.set_u32("tokenizer.ggml.bos_token_id", u32::MAX), "bos_token_id is 4294967295"),
    ("eos out of range", |m| m.set_u32("tokenizer.ggml.eos_token_id", 1_000_000_000), "eos_token_id is 1000000000"),
    ("eos of a wrong type", |m| m.set_type("tokenizer.ggml.eos_token_id", I32), "eos_token_id is of type i32"),
    ("token types of a wrong type", |m| m.set_item_type("tokenizer.ggml.token_type", F32), "list of f32"),
    ("merges missing", |m| m.replace("tokenizer.ggml.merges", "tokenizer.ggml.mergeX"), "merges is missing"),
    ("tokens missing", |m| m.replace("tokenizer.ggml.tokens", "tokenizer.ggml.tokenX"), "no vocabulary"),
    ("merge without halves", |m| m.break_a_merge(), "has no two halves"),
    ("template of a wrong type", |m| m.retype("tokenizer.chat_template", U32, &[0; 4]), "chat_template is of type u32"),
];

#[rustfmt::skip]
const SENTENCE_PIECES: &[Case] = &[
    ("byte without a token", |m| m.replace("<0xE2>", "<0xZZ>"), "the byte E2"),
    ("score that is no number", |m| { let at = m.key("tokenizer.ggml.scores") + 16; m.put(at, &f32::NAN.to_le_bytes()); }, "no number"),
    ("fewer types than tokens", |m| m.retype("tokenizer.ggml.token_type", ARRAY, &list(I32, &[1, 1])), "2 token types"),
];

#[rustfmt::skip]
const WORD_PIECES: &[Case] = &[
    ("byte token", |m| { let at = m.key("tokenizer.ggml.token_type") + 16 + 4 * 50; m.put(at, &6_i32.to_le_bytes()); }, "single bytes"),
];

#[test]
fn broken_tokenizers_are_named() {
    each_is_refused("tiny-llama.gguf", BYTE_LEVEL);
    each_is_refused("tiny-gemma3.gguf", SENTENCE_PIECES);
    each_is_refused("tiny-bert-embedding.gguf", WORD_PIECES);
}

#[test]
fn files_that_belong_to_a_model_are_named_as_what_they_are() {
    let kind =
        |value: &'static str| move |m: &mut Model| m.retype("general.type", STRING, &text(value));
    let refused = |spoil: &dyn Fn(&mut Model)| {
        let mut model = Model::fixture("tiny-llama.gguf");
        spoil(&mut model);
        refusal(&model.0).unwrap()
    };
    assert!(refused(&kind("adapter")).contains("LoRA adapter"));
    assert!(refused(&kind("mmproj")).contains("projector"));
    assert!(refused(&kind("imatrix")).contains("importance matrix"));
    let architecture = |name: &'static str| {
        move |m: &mut Model| m.retype("general.architecture", STRING, &text(name))
    };
    assert!(refused(&architecture("clip")).contains("projector"));
    assert!(refused(&architecture("controlvector")).contains("control vector"));
    assert!(refused(&architecture("t5")).contains("encoder-decoder"));
    assert!(refused(&architecture("eagle3")).contains("draft model"));
    assert!(refused(&architecture("dream")).contains("diffusion"));
}

#[test]
fn a_split_model_needs_all_its_parts() {
    let folder = tempfile::tempdir().unwrap();
    let part = |number: u32| format!("tiny-llama-split-{number:05}-of-00002.gguf");
    let place = |number: u32| folder.path().join(part(number));
    fs::copy(fixture(&part(1)), place(1)).unwrap();
    let reason = |path: &Path| match Gguf::open(path) {
        Err(Error::ModelInvalid { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert!(reason(&place(1)).contains("part 2 of its 2 parts is not beside it"));
    fs::copy(fixture(&part(1)), place(2)).unwrap();
    assert!(reason(&place(1)).contains("should be part 2 of 2"));
    fs::copy(fixture(&part(2)), place(2)).unwrap();
    let opened = Gguf::open(&place(2));
    assert!(matches!(opened, Err(Error::NotFirstPart { number: 2, count: 2, .. })), "{opened:?}");
    let whole = Gguf::open(&place(1)).unwrap();
    assert_eq!((whole.parts().len(), whole.block_count()), (2, 1));
    let other = folder.path().join("renamed.gguf");
    fs::rename(place(1), &other).unwrap();
    assert!(reason(&other).contains("does not end in -00001-of-00002.gguf"));
}

#[test]
fn a_missing_file_is_unreadable_rather_than_invalid() {
    let error = Gguf::open(Path::new("/nowhere/model.gguf")).unwrap_err();
    assert!(matches!(error, Error::ModelUnreadable { .. }), "{error:?}");
    let folder = tempfile::tempdir().unwrap();
    assert!(Gguf::open(folder.path()).is_err());
}

#[test]
fn layers_that_only_predict_may_be_left_out() {
    let mut model = Model::fixture("tiny-llama.gguf");
    model.set_u32("llama.block_count", 3);
    model.add("llama.nextn_predict_layers", U32, &1_u32.to_le_bytes());
    assert!(refusal(&model.0).is_err(), "it is accepted");
}
