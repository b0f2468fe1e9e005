//! The estimate of a model's memory against what llama.cpp says it allocated.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use engine::Error;
use engine::models::{Flash, Gguf, KvType, LoadSettings, fit};
use llama_cpp_sys_2 as sys;

const MEBIBYTE: f64 = 1_048_576.0;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

/// What llama.cpp said while it loaded, line by line.
static LOG: Mutex<String> = Mutex::new(String::new());

unsafe extern "C" fn listen(_: sys::ggml_log_level, message: *const c_char, _: *mut c_void) {
    // SAFETY: llama.cpp hands over a string that lives during the call.
    let message = unsafe { CStr::from_ptr(message) };
    LOG.lock().unwrap_or_else(PoisonError::into_inner).push_str(&message.to_string_lossy());
}

/// The sum of the sizes in lines such as `sched_reserve: CPU compute buffer size = 12.34 MiB`.
fn allocated(log: &str, what: &str) -> f64 {
    let sizes = log.lines().filter(|line| line.contains(what)).filter_map(|line| {
        let (_, size) = line.rsplit_once('=')?;
        size.trim().strip_suffix("MiB")?.trim().parse::<f64>().ok()
    });
    sizes.sum()
}

/// Loads the model as the engine does, and returns what llama.cpp allocated, in MiB: weights, KV
/// cache and states, compute buffers.
fn real(path: &Path, context: u32, kind: KvType, flash: Flash) -> [f64; 3] {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let path = CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
    // SAFETY: every pointer is checked and freed once, in the order that llama.h demands.
    unsafe {
        sys::llama_log_set(Some(listen), std::ptr::null_mut());
        let mut params = sys::llama_model_default_params();
        params.load_mode = sys::LLAMA_LOAD_MODE_NONE;
        let model = sys::llama_model_load_from_file(path.as_ptr(), params);
        assert!(!model.is_null());
        let mut params = sys::llama_context_default_params();
        params.n_ctx = context;
        params.n_batch = 2048;
        params.n_ubatch = 512;
        params.n_seq_max = 8;
        params.kv_unified = true;
        params.flash_attn_type = match flash {
            Flash::Auto => sys::LLAMA_FLASH_ATTN_TYPE_AUTO,
            Flash::On => sys::LLAMA_FLASH_ATTN_TYPE_ENABLED,
            Flash::Off => sys::LLAMA_FLASH_ATTN_TYPE_DISABLED,
        };
        let kind = match kind {
            KvType::F16 => sys::GGML_TYPE_F16,
            KvType::Q8_0 => sys::GGML_TYPE_Q8_0,
            KvType::Q4_0 => sys::GGML_TYPE_Q4_0,
        };
        (params.type_k, params.type_v) = (kind, kind);
        let context = sys::llama_init_from_model(model, params);
        assert!(!context.is_null());
        sys::llama_free(context);
        sys::llama_model_free(model);
    }
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    [
        allocated(&log, "model buffer size"),
        allocated(&log, "KV buffer size") + allocated(&log, "RS buffer size"),
        allocated(&log, "compute buffer size") + allocated(&log, "output buffer size"),
    ]
}

/// One test, because llama.cpp has one log.
#[test]
fn the_estimate_is_within_a_fifth_of_what_llama_cpp_allocates() {
    // SAFETY: called once, before anything else of llama.cpp.
    unsafe { sys::llama_backend_init() };
    let mut wrong = Vec::new();
    let mut cases = Vec::new();
    for name in ["tiny-llama.gguf", "tiny-qwen3-thinking.gguf", "tiny-gemma3.gguf"] {
        for context in [512, 4096, 65536] {
            cases.push((name, context, KvType::F16, Flash::Auto));
        }
        cases.push((name, 16384, KvType::F16, Flash::Off));
        cases.push((name, 65536, KvType::Q8_0, Flash::On));
        cases.push((name, 65536, KvType::Q4_0, Flash::On));
    }
    cases.push(("tiny-mamba.gguf", 4096, KvType::F16, Flash::Auto));
    cases.push(("../../assets/starter/satchel-starter-q8_0.gguf", 32768, KvType::F16, Flash::Auto));
    for (name, context, kind, flash) in cases {
        let path = fixture(name);
        let settings = LoadSettings {
            context_length: Some(context),
            kv_type: kind,
            flash_attention: flash,
            ..LoadSettings::default()
        };
        let fit = fit::estimate_within(&Gguf::open(&path).unwrap(), &settings, u64::MAX).unwrap();
        let estimated = [fit.weights, fit.kv, fit.compute].map(|bytes| bytes as f64 / MEBIBYTE);
        let real = real(&path, context, kind, flash);
        for (part, (estimated, real)) in
            ["weights", "kv", "compute"].iter().zip(estimated.iter().zip(real))
        {
            if (estimated - real).abs() > (real * 0.2).max(16.0) {
                wrong.push(format!(
                    "{name} {context} {kind:?} {flash:?}: {part} {estimated:.1} for {real:.1} MiB"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_context_is_chosen_so_that_it_fits() {
    let file = Gguf::open(&fixture("tiny-gemma3.gguf")).unwrap();
    let choose = |context_length, available| {
        let settings = LoadSettings { context_length, ..LoadSettings::default() };
        fit::estimate_within(&file, &settings, available).unwrap()
    };
    let plenty = choose(None, 64 << 30);
    assert_eq!((plenty.context_length, plenty.fits()), (8192, true));
    assert_eq!(plenty.fitting_context, Some(8192));

    let little = choose(None, plenty.total - 1);
    assert!(little.fits() && little.context_length < 8192, "{little:?}");
    assert_eq!(little.context_length % 256, 0);

    let asked = choose(Some(1 << 20), plenty.total);
    assert!(!asked.fits());
    assert_eq!(asked.context_length, 1 << 20);
    let advised = choose(asked.fitting_context, plenty.total);
    assert!(advised.fits(), "what is advised must fit: {advised:?}");

    let none = choose(None, 1 << 20);
    assert_eq!((none.fits(), none.fitting_context), (false, None));
}

#[test]
fn a_quantized_cache_without_flash_attention_is_refused() {
    let file = Gguf::open(&fixture("tiny-llama.gguf")).unwrap();
    let settings = LoadSettings {
        kv_type: KvType::Q8_0,
        flash_attention: Flash::Off,
        ..LoadSettings::default()
    };
    let error = fit::estimate(&file, &settings).unwrap_err();
    assert!(matches!(&error, Error::InvalidRequest(words) if words.contains("flash attention")));
}

#[test]
fn this_machine_has_some_memory() {
    let available = fit::available_memory();
    assert!((1 << 20..1 << 50).contains(&available), "{available}");
}

#[test]
fn a_recurrent_models_memory_does_not_grow_with_its_context() {
    let file = Gguf::open(&fixture("tiny-mamba.gguf")).unwrap();
    let kv = |context| {
        let settings = LoadSettings { context_length: Some(context), ..LoadSettings::default() };
        fit::estimate_within(&file, &settings, 1 << 40).unwrap().kv
    };
    assert_eq!(kv(512), kv(1 << 20));
    assert!(kv(512) > 0);
}
