//! The small models that tests use: made again, they are the same; read, they are what they should be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use engine::models::Gguf;
use engine::models::gguf::{Kind, TensorType};
use llama_cpp_sys_2 as sys;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures")
}

fn models(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "gguf"))
        .collect();
    paths.sort();
    paths
}

#[test]
fn the_scripts_make_the_same_bytes_again() {
    let made = tempfile::tempdir().unwrap();
    let status = Command::new("python3")
        .args(["-B", "make.py"])
        .arg(made.path())
        .current_dir(folder())
        .status()
        .expect("python3 makes the fixtures; it must be installed");
    assert!(status.success());
    let (kept, made) = (models(&folder()), models(made.path()));
    assert_eq!(kept.len(), made.len());
    for (kept, made) in kept.iter().zip(&made) {
        assert_eq!(kept.file_name(), made.file_name());
        assert!(fs::read(kept).unwrap() == fs::read(made).unwrap(), "{}", kept.display());
        assert!(fs::metadata(kept).unwrap().len() < 2 << 20, "{}", kept.display());
    }
}

#[test]
fn every_fixture_is_a_sound_model() {
    for path in models(&folder()) {
        if path.to_string_lossy().contains("00002-of") {
            continue;
        }
        let file = Gguf::open(&path).unwrap();
        assert!(file.parameters() > 10_000 && file.context_length() >= 512, "{}", path.display());
    }
}

#[test]
fn a_model_is_read_as_what_it_is() {
    let file = Gguf::open(&folder().join("tiny-qwen3-thinking.gguf")).unwrap();
    assert_eq!((file.version(), file.architecture().as_str()), (3, "qwen3"));
    assert_eq!(file.name().as_deref(), Some("Tiny Qwen3"));
    assert_eq!((file.block_count(), file.embedding_length()), (3, 64));
    assert_eq!((file.head_count(0), file.kv_head_count(2)), (4, 2));
    assert_eq!((file.key_length(), file.value_length()), (32, 32));
    assert_eq!(file.quantization(), "Q8_0");
    assert_eq!((file.kind(), file.is_causal()), (Kind::Text, true));
    assert!(file.chat_template().unwrap().contains("<think>"));
    let sampling = file.recommended_sampling();
    assert_eq!((sampling.temperature, sampling.top_k), (Some(0.6), Some(20)));
    assert_eq!(sampling.min_p, None);
    let end = file.special_token("eos").unwrap();
    assert_eq!(file.token_text(end).as_deref(), Some("<|im_end|>"));
    assert_eq!(file.tokens().unwrap().len() as u64, file.vocabulary_size());
    let weights: u64 = file.weights_size();
    assert!(weights < file.file_size() && weights > file.file_size() / 2);
}

#[test]
fn an_embedding_model_is_told_from_one_that_writes() {
    let file = Gguf::open(&folder().join("tiny-bert-embedding.gguf")).unwrap();
    assert!(file.is_embedding_model() && !file.is_causal());
    assert_eq!(file.chat_template(), None);
}

#[test]
fn a_reranker_is_told_by_its_pooling_or_by_its_head() {
    for name in ["tiny-bert-reranker.gguf", "tiny-qwen3-reranker.gguf"] {
        let path = folder().join(name);
        assert_eq!(Gguf::open(&path).unwrap().kind(), Kind::Reranker);
        // As files were made before the kind of pooling was written into them.
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.windows(13).position(|window| window == b".pooling_type").unwrap();
        bytes[at + 1] = b'P';
        let folder = tempfile::tempdir().unwrap();
        let older = folder.path().join(name);
        fs::write(&older, bytes).unwrap();
        assert_eq!(Gguf::open(&older).unwrap().kind(), Kind::Reranker);
    }
}

#[test]
fn a_templates_absence_and_breakage_do_not_make_a_model_unusable() {
    let without = Gguf::open(&folder().join("tiny-llama-no-template.gguf")).unwrap();
    assert_eq!(without.chat_template(), None);
    let broken = Gguf::open(&folder().join("tiny-llama-broken-template.gguf")).unwrap();
    assert!(broken.chat_template().is_some());
}

#[test]
fn tensors_have_the_sizes_that_ggml_gives_them() {
    for code in 0..sys::GGML_TYPE_COUNT {
        // SAFETY: the number is below GGML_TYPE_COUNT.
        let (block, bytes) = unsafe { (sys::ggml_blck_size(code), sys::ggml_type_size(code)) };
        let known = TensorType::from_code(code);
        let expected = (block > 0).then_some((block as u64, bytes as u64));
        assert_eq!(known.map(|kind| (kind.block, kind.bytes)), expected, "type {code}");
    }
}
