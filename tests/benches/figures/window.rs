//! The figures of the window: the real program on a virtual display, drawn in software.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// What a start of the window took.
pub(crate) struct Start {
    pub(crate) first_frame: Duration,
    /// Memory that is resident, in bytes.
    pub(crate) resident: u64,
    /// Of that, memory that is not the contents of files.
    pub(crate) resident_anonymous: u64,
    /// Share of one core while nothing happens.
    pub(crate) idle: f64,
}

/// An X server without a screen; ended when dropped.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let mut number = String::new();
        let output = server.stdout.take().context("no output of Xvfb")?;
        BufReader::new(output).read_line(&mut number)?;
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// Opens the window on an empty data folder, watches it for ten idle seconds and closes it.
pub(crate) fn start(satchel: &Path, display: &Display) -> anyhow::Result<Start> {
    let folder = tempfile::tempdir()?;
    let begun = Instant::now();
    let mut window = Command::new(satchel)
        .arg("--data-dir")
        .arg(folder.path())
        .env("DISPLAY", &display.name)
        .env_remove("WAYLAND_DISPLAY")
        .env("SATCHEL_LOG", "satchel=debug")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", satchel.display()))?;
    let log = window.stderr.take().context("no log of the window")?;
    let measured = watch(window.id(), begun, BufReader::new(log));
    window.kill()?;
    window.wait()?;
    measured
}

fn watch(
    process: u32,
    begun: Instant,
    mut log: impl std::io::BufRead + Send + 'static,
) -> anyhow::Result<Start> {
    let mut line = String::new();
    while !line.contains("first frame") {
        line.clear();
        if log.read_line(&mut line)? == 0 {
            bail!("the window ended before its first frame");
        }
    }
    let first_frame = begun.elapsed();
    // Read on, or the window would be stopped by a full pipe.
    std::thread::spawn(move || log.lines().map_while(Result::ok).for_each(drop));
    std::thread::sleep(Duration::from_secs(2));
    let resident = memory(process, "VmRSS")?;
    let resident_anonymous = memory(process, "RssAnon")?;
    let before = processor_time(process)?;
    let watched = Duration::from_secs(10);
    std::thread::sleep(watched);
    let idle = (processor_time(process)? - before).as_secs_f64() / watched.as_secs_f64();
    Ok(Start { first_frame, resident, resident_anonymous, idle })
}

fn memory(process: u32, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("no such line")?;
    let kibibytes: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kibibytes * 1024)
}

/// Time that all threads of a process have spent on a processor.
fn processor_time(process: u32) -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is a name that may hold anything, in brackets.
    let fields = stat.rsplit_once(") ").context("no brackets")?.1;
    let ticks = |at: usize| -> anyhow::Result<u64> {
        Ok(fields.split(' ').nth(at).context("too few fields")?.parse()?)
    };
    // Linux counts in hundredths of a second for user programs, on every machine it runs on.
    Ok(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}
