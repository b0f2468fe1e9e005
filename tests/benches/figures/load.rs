//! Another program that keeps all cores busy, as on a desktop where something compiles.

use std::process::{Child, Command, Stdio};

/// The argument that makes the benchmark program burn one core until it is ended.
pub(crate) const BURN: &str = "--burn-a-core";

/// Keeps every core busy until dropped.
pub(crate) struct Load(Vec<Child>);

impl Load {
    pub(crate) fn on_every_core() -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism()?.get();
        let program = std::env::current_exe()?;
        let mut load = Self(Vec::new());
        for _ in 0..cores {
            load.0.push(Command::new(&program).arg(BURN).stdin(Stdio::null()).spawn()?);
        }
        Ok(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// What the other program does. Ends when its parent is gone, so that nothing is left behind.
pub(crate) fn burn() -> ! {
    let parent = parent();
    let mut number = 1_u64;
    loop {
        for _ in 0..100_000_000_u32 {
            number = std::hint::black_box(number.wrapping_mul(6_364_136_223_846_793_005) + 1);
        }
        if parent != self::parent() {
            std::process::exit(0);
        }
    }
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}
