//! Surviving a failed assertion of ggml.
//!
//! ggml ends the process when one of its checks fails, but calls a callback first. Ours never
//! returns: it tells whoever watches that thread and parks the thread for good. Memory of the lost
//! model stays taken, and everything else lives on. (C++ exceptions, stack overflows and the
//! kernel's out-of-memory killer cannot be caught this way: `models/gguf` and `models/fit` keep
//! files away that would lead there.)

use std::ffi::{CStr, c_char};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ThreadId};

use llama_cpp_sys_2 as sys;

type LastWords = Box<dyn FnOnce(String) + Send>;

struct Entry {
    key: u64,
    thread: ThreadId,
    last_words: LastWords,
}

static WATCHED: Mutex<Vec<Entry>> = Mutex::new(Vec::new());
static NEXT_KEY: AtomicU64 = AtomicU64::new(0);

/// While it lives, a failed assertion on this thread calls the given closure instead of ending the
/// process.
#[must_use = "the thread is watched only while this lives"]
pub(crate) struct Watch {
    key: u64,
}

impl Watch {
    /// Watches this thread. `last_words` is called at most once, on the doomed thread, with what
    /// ggml said; it must not wait for that thread.
    pub(crate) fn this_thread(last_words: impl FnOnce(String) + Send + 'static) -> Self {
        let key = NEXT_KEY.fetch_add(1, Ordering::Relaxed);
        let entry = Entry { key, thread: thread::current().id(), last_words: Box::new(last_words) };
        if let Ok(mut watched) = WATCHED.lock() {
            watched.push(entry);
        }
        Self { key }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Ok(mut watched) = WATCHED.lock() {
            watched.retain(|entry| entry.key != self.key);
        }
    }
}

/// Takes over from ggml's way of ending the process.
pub(super) fn install() {
    // SAFETY: the callback is a plain function that lives as long as the process.
    unsafe { sys::ggml_set_abort_callback(Some(on_abort)) };
}

unsafe extern "C" fn on_abort(message: *const c_char) {
    let message = if message.is_null() {
        String::new()
    } else {
        // SAFETY: ggml passes a string that ends with a zero byte and lives during this call.
        unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned()
    };
    crashed(&message);
    loop {
        thread::park();
    }
}

/// Tells those who watch the current thread. An assertion can also fail on one of OpenMP's own
/// threads, which nobody watches and whose master waits for it for ever: then every watched thread
/// is given up, since it cannot be known whose work it did.
fn crashed(message: &str) {
    let here = thread::current().id();
    let doomed: Vec<Entry> = match WATCHED.lock() {
        Ok(mut watched) => {
            let known = watched.iter().any(|entry| entry.thread == here);
            let (doomed, rest) =
                watched.drain(..).partition(|entry| !known || entry.thread == here);
            *watched = rest;
            doomed
        }
        Err(_) => Vec::new(),
    };
    tracing::error!("llama.cpp failed an assertion: {message}");
    for entry in doomed {
        (entry.last_words)(message.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::{Watch, install};

    #[test]
    fn a_watched_thread_is_parked_and_its_last_words_are_heard() {
        install();
        let (sender, words) = channel();
        std::thread::spawn(move || {
            let _watch = Watch::this_thread(move |message| sender.send(message).expect("a reader"));
            // SAFETY: the strings end with a zero byte.
            unsafe { llama_cpp_sys_2::ggml_abort(c"test.c".as_ptr(), 7, c"so be it".as_ptr()) };
        });
        let message = words.recv_timeout(Duration::from_secs(60)).expect("last words");
        assert!(message.contains("so be it"), "{message}");
    }
}
