//! One token from a vocabulary of 152,064: Satchel's sampling beside llama.cpp's chain.
//!
//! Both are timed in turns, so that other load on the machine weighs on both; the median counts.

#![expect(clippy::print_stdout, reason = "a table for people")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use engine::inference::Sampling;
use engine::inference::sampling::Sampler;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

const VOCABULARY: usize = 152_064;
const ROUNDS: usize = 301;

fn main() {
    let default = Sampling::default;
    let cases = [
        ("greedy", Sampling::greedy()),
        ("the defaults", default()),
        ("with penalties", Sampling { repeat_penalty: 1.1, presence_penalty: 0.5, ..default() }),
        ("top-p, no top-k", Sampling { top_k: 0, ..default() }),
        ("min-p alone", Sampling { top_k: 0, top_p: 1.0, ..default() }),
    ];
    println!("{:<18}{:>12}{:>14}{:>8}", "", "Satchel µs", "llama.cpp µs", "ratio");
    for (name, settings) in cases {
        let (ours, theirs) = medians(&settings);
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let ratio = micros(theirs) / micros(ours);
        println!("{name:<18}{:>12.1}{:>14.1}{ratio:>8.1}", micros(ours), micros(theirs));
    }
}

/// The median time for one token, ours and theirs.
fn medians(settings: &Sampling) -> (Duration, Duration) {
    let logits = logits();
    let mut sampler = Sampler::new(settings, 1, 4096);
    let mut chain = chain(settings);
    for token in 0..64 {
        sampler.accept(token, b"");
        chain.accept(LlamaToken(token));
    }
    let mut scratch = logits.clone();
    let mut candidates = LlamaTokenDataArray::new(Vec::with_capacity(VOCABULARY), false);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // The decoder writes the logits anew at each step: no part of the sampling.
        scratch.copy_from_slice(&logits);
        ours.push(timed(|| sampler.sample(&mut scratch).ok()));
        theirs.push(timed(|| {
            // As llama_sampler_sample does.
            candidates.data.clear();
            let tokens = logits.iter().zip(0..);
            let entry =
                |(logit, token): (&f32, i32)| LlamaTokenData::new(LlamaToken(token), *logit, 0.0);
            candidates.data.extend(tokens.map(entry));
            candidates.sorted = false;
            candidates.apply_sampler(&mut chain);
            candidates.selected_token()
        }));
    }
    (median(ours), median(theirs))
}

fn chain(settings: &Sampling) -> LlamaSampler {
    if settings.temperature <= 0.0 {
        return LlamaSampler::chain_simple([LlamaSampler::greedy()]);
    }
    let penalties = LlamaSampler::penalties(
        VOCABULARY as i32,
        settings.repeat_last_n as i32,
        settings.repeat_penalty,
        settings.frequency_penalty,
        settings.presence_penalty,
    );
    LlamaSampler::chain_simple([
        penalties,
        LlamaSampler::top_k(settings.top_k as i32),
        LlamaSampler::top_p(settings.top_p, 1),
        LlamaSampler::min_p(settings.min_p, 1),
        LlamaSampler::temp(settings.temperature),
        LlamaSampler::dist(1),
    ])
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// About those of a model: a wide bell, with a few tokens far above it.
fn logits() -> Vec<f32> {
    let mut random = Pcg32::seed_from_u64(1);
    let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    (0..VOCABULARY)
        .map(|_| {
            let bell = (0..6).map(|_| uniform()).sum::<f64>() - 3.0;
            let peak = if uniform() < 0.001 { 8.0 * uniform() } else { 0.0 };
            (3.0 * bell + peak) as f32
        })
        .collect()
}
