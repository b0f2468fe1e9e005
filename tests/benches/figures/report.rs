//! The tables, as Markdown, with the machine that they are true for.

use std::fmt::Write as _;

use super::inference::Row;
use super::window::Start;

/// One row of the table with what was measured for each subject.
pub(crate) struct Taken {
    row: Row,
    /// For each subject, one value per round.
    pub(crate) values: Vec<Vec<f64>>,
}

impl Taken {
    pub(crate) fn new(row: Row, subjects: usize) -> Self {
        Self { row, values: vec![Vec::new(); subjects] }
    }

    /// How many times better the first subject is than the second, by pairs of rounds: the geometric
    /// mean of the two. What the machine does besides changes from round to round, and within one meets
    /// both; but whoever goes second may be some per cent faster, and within a pair each is so once.
    fn ratios(&self) -> Vec<f64> {
        let [ours, theirs] = self.values.as_slice() else { return Vec::new() };
        let better = |(ours, theirs): (&f64, &f64)| {
            if self.row.more_is_better { ours / theirs } else { theirs / ours }
        };
        let by_round: Vec<f64> = ours.iter().zip(theirs).map(better).collect();
        by_round.chunks(2).map(geometric_mean).collect()
    }
}

/// The text that grows.
pub(crate) struct Report {
    text: String,
}

impl Report {
    pub(crate) fn begin(rounds: usize) -> Self {
        let text = format!(
            "# Benchmarks\n\n\
             Made by `make bench-peer` (or, without the peer, `make bench`): each figure is the \
             middle one of {rounds} rounds, in which the two take turns at going first. How many \
             times better is the middle of what pairs of rounds say, in which each goes first once, \
             with the least and the most.\n\n{}\n",
            machine()
        );
        Self { text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The figures of the engine with one model.
    pub(crate) fn inference(&mut self, weights: &str, taken: &[Taken]) {
        self.line(&format!(
            "\n## Inference: the shape of Qwen2.5-0.5B, random weights, {weights}\n"
        ));
        self.beside_the_peer(taken);
    }

    /// The figures of the engine with an embedding model.
    pub(crate) fn embedding(&mut self, taken: &[Taken]) {
        self.line("\n## Embedding: all-MiniLM-L6-v2, F16\n");
        self.beside_the_peer(taken);
    }

    fn beside_the_peer(&mut self, taken: &[Taken]) {
        let with_peer = taken.iter().any(|taken| taken.values.len() > 1);
        self.line(if with_peer {
            "| | Satchel | llama.cpp server | times better, by pairs | bar |\n|---|--:|--:|--:|--:|"
        } else {
            "| | Satchel |\n|---|--:|"
        });
        for taken in taken {
            let Row { name, unit, bar, .. } = taken.row;
            let mut line = format!("| {name} |");
            for values in &taken.values {
                let _ = write!(line, " {} {unit} |", number(median(values)));
            }
            let ratios = taken.ratios();
            if !ratios.is_empty() {
                let bar = bar.map_or("–".to_owned(), |bar| format!("{bar:.1}"));
                let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
                let most = ratios.iter().copied().fold(0.0, f64::max);
                let middle = median(&ratios);
                let _ = write!(line, " {middle:.2} ({least:.2}–{most:.2}) | {bar} |");
            }
            self.line(&line);
        }
    }

    /// The figures of the window.
    pub(crate) fn window(&mut self, starts: &[Start]) {
        let of = |figure: fn(&Start) -> f64| {
            number(median(&starts.iter().map(figure).collect::<Vec<_>>()))
        };
        self.line("\n## Window: first start, software rendering, virtual display\n");
        self.line("| | Satchel | bar |\n|---|--:|--:|");
        self.line(&format!(
            "| Process start to first frame | {} ms | 1,000 ms |",
            of(|start| start.first_frame.as_secs_f64() * 1000.0)
        ));
        self.line(&format!(
            "| Memory after it, resident | {} MiB | 150 MiB |",
            of(|start| mebibytes(start.resident))
        ));
        self.line(&format!(
            "| of that, not the contents of files | {} MiB | |",
            of(|start| mebibytes(start.resident_anonymous))
        ));
        self.line(&format!(
            "| Processor time while idle | {} % of a core | 0 % |",
            of(|start| start.idle * 100.0)
        ));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}

/// Of an even number of values, what lies halfway between the two in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let (below, above) = (values.len().saturating_sub(1) / 2, values.len() / 2);
    match (values.get(below), values.get(above)) {
        (Some(below), Some(above)) => f64::midpoint(*below, *above),
        _ => f64::NAN,
    }
}

/// Three digits that matter.
fn number(value: f64) -> String {
    match value.abs() {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let file = |path| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key));
        line.and_then(|line| line.split_once([':', '=']))
            .map_or("unknown".to_owned(), |(_, value)| value.trim().trim_matches('"').to_owned())
    };
    let processor = value(&file("/proc/cpuinfo"), "model name");
    let memory: u64 = value(&file("/proc/meminfo"), "MemTotal")
        .trim_end_matches(" kB")
        .parse()
        .unwrap_or_default();
    let system = value(&file("/etc/os-release"), "PRETTY_NAME");
    let load = file("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("unknown");
    format!(
        "Machine: {processor}, {cores} cores, {:.0} GiB, {system}, no GPU. Load average when the \
         run began: {load} (other programs take part in the figures; the ratios are sounder than \
         the figures).\n",
        memory as f64 / f64::from(1 << 20)
    )
}
