//! What llama.cpp says: passed on to `tracing`, and its last complaints kept for error messages,
//! because its functions return no reasons.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use llama_cpp_sys_2 as sys;

/// How many complaints are kept for each thread.
const KEPT: usize = 4;

thread_local! {
    static COMPLAINTS: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

/// Hears llama.cpp from now on.
pub(super) fn install() {
    // SAFETY: the callback is a plain function that lives as long as the process.
    unsafe { sys::llama_log_set(Some(hear), ptr::null_mut()) };
}

/// Forgets earlier complaints of this thread.
pub(super) fn forget() {
    COMPLAINTS.with_borrow_mut(VecDeque::clear);
}

/// The complaints of this thread since [`forget`], the oldest first, in one line.
pub(super) fn complaints() -> String {
    let lines = COMPLAINTS.with_borrow(|lines| lines.iter().cloned().collect::<Vec<_>>());
    if lines.is_empty() { "no reason was given".to_owned() } else { lines.join("; ") }
}

unsafe extern "C" fn hear(level: sys::ggml_log_level, text: *const c_char, _data: *mut c_void) {
    if text.is_null() {
        return;
    }
    // SAFETY: llama.cpp passes a string that ends with a zero byte and lives during this call.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let line = text.trim();
    // Progress dots come one by one.
    if line.is_empty() || line == "." {
        return;
    }
    match level {
        sys::GGML_LOG_LEVEL_ERROR => {
            tracing::debug!(target: "llama.cpp", "error: {line}");
            COMPLAINTS.with_borrow_mut(|lines| {
                if lines.len() == KEPT {
                    lines.pop_front();
                }
                lines.push_back(without_function_name(line).to_owned());
            });
        }
        sys::GGML_LOG_LEVEL_WARN => tracing::debug!(target: "llama.cpp", "warning: {line}"),
        _ => tracing::trace!(target: "llama.cpp", "{line}"),
    }
}

/// `llama_model_load: error loading model: …` means nothing to a person before the first colon.
fn without_function_name(line: &str) -> &str {
    match line.split_once(": ") {
        Some((name, rest)) if !name.contains(' ') => rest,
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::without_function_name;

    #[test]
    fn a_complaint_is_shown_without_the_name_of_a_function() {
        assert_eq!(without_function_name("llama_model_load: no tensor"), "no tensor");
        assert_eq!(without_function_name("tensor data: out of file"), "tensor data: out of file");
    }
}
