//! Satchel's sampling gives the same distributions as llama.cpp's own samplers, stage by stage and
//! in chains. Only the random numbers differ.

#![expect(clippy::unwrap_used, reason = "test code outside of the test functions")]

use std::collections::BTreeMap;
use std::path::Path;

use engine::inference::sampling::Sampler;
use engine::inference::{Dry, Mirostat, Sampling, Xtc};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

/// Tokens with their probabilities.
type Distribution = BTreeMap<i32, f64>;

/// Settings under which no stage does anything.
fn neutral() -> Sampling {
    Sampling { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, ..Sampling::default() }
}

/// Logits about as those of a model: a wide bell, with a few tokens far above it.
fn logits(seed: u64, count: usize) -> Vec<f32> {
    let mut random = Pcg32::seed_from_u64(seed);
    let mut uniform = || f64::from(random.next_u32()) / f64::from(u32::MAX);
    (0..count)
        .map(|_| {
            let bell = (0..6).map(|_| uniform()).sum::<f64>() - 3.0;
            let peak = if uniform() < 0.02 { 6.0 * uniform() } else { 0.0 };
            (3.0 * bell + peak) as f32
        })
        .collect()
}

fn ours(settings: &Sampling, logits: &[f32], history: &[(i32, Vec<u8>)]) -> Distribution {
    settings.check().unwrap();
    let mut sampler = Sampler::new(settings, 7, 4096);
    for (token, piece) in history {
        sampler.accept(*token, piece);
    }
    let candidates = sampler.distribution(&mut logits.to_vec()).unwrap().to_vec();
    candidates.iter().map(|candidate| (candidate.token, f64::from(candidate.p))).collect()
}

fn theirs(chain: Vec<LlamaSampler>, logits: &[f32], history: &[(i32, Vec<u8>)]) -> Distribution {
    let mut chain = LlamaSampler::chain_simple(chain);
    chain.accept_many(history.iter().map(|(token, _)| LlamaToken(*token)));
    let mut candidates = array(logits);
    candidates.apply_sampler(&mut chain);
    let highest =
        candidates.data.iter().map(LlamaTokenData::logit).fold(f32::NEG_INFINITY, f32::max);
    let weight = |candidate: &LlamaTokenData| f64::from(candidate.logit() - highest).exp();
    let sum: f64 = candidates.data.iter().map(weight).sum();
    candidates
        .data
        .iter()
        .map(|candidate| (candidate.id().0, weight(candidate) / sum))
        .filter(|(_, p)| *p > 0.0)
        .collect()
}

fn array(logits: &[f32]) -> LlamaTokenDataArray {
    let data = logits.iter().zip(0..);
    LlamaTokenDataArray::from_iter(
        data.map(|(logit, token)| LlamaTokenData::new(LlamaToken(token), *logit, 0.0)),
        false,
    )
}

/// llama.cpp adds probabilities up in f32, in which a sum over so many tokens is off by more than
/// the tokens at the edge of a cut weigh.
const LONG: usize = 4000;
/// So that with long sums the tokens at the edge may differ, with this probability together.
const EDGE: f64 = 1e-4;

fn assert_equal(ours: &Distribution, theirs: &Distribution, what: &str) {
    let only = |some: &Distribution, others: &Distribution| {
        let edge = some.iter().filter(|(token, _)| !others.contains_key(token));
        edge.map(|(_, p)| p).sum::<f64>()
    };
    let edge = only(ours, theirs) + only(theirs, ours);
    let allowed = if ours.len().max(theirs.len()) > LONG { EDGE } else { 0.0 };
    assert!(edge <= allowed, "{what}: other tokens are left, with {edge} together");
    for (token, p) in ours {
        let other = theirs.get(token).copied().unwrap_or(*p);
        let off = (p - other).abs();
        assert!(off < 2e-6 + (1e-4 + allowed) * other, "{what}: token {token}: {p} and {other}");
    }
}

/// Compares on vocabularies of several sizes.
fn check(what: &str, settings: &Sampling, chain: impl Fn() -> Vec<LlamaSampler>) {
    for (seed, count) in [(1, 2), (2, 50), (3, 1000), (4, 1000), (5, 1000), (6, 20_000)] {
        let logits = logits(seed, count);
        let what = format!("{what}, {count} tokens, seed {seed}");
        assert_equal(&ours(settings, &logits, &[]), &theirs(chain(), &logits, &[]), &what);
    }
}

#[test]
fn top_k_leaves_the_same() {
    for k in [1, 2, 5, 40, 300, 5000] {
        let settings = Sampling { top_k: k, ..neutral() };
        check(&format!("top_k {k}"), &settings, || vec![LlamaSampler::top_k(k as i32)]);
    }
}

#[test]
fn top_p_leaves_the_same() {
    for p in [0.01, 0.3, 0.5, 0.9, 0.95, 0.99] {
        let settings = Sampling { top_p: p, ..neutral() };
        check(&format!("top_p {p}"), &settings, || vec![LlamaSampler::top_p(p, 1)]);
    }
}

#[test]
fn min_p_leaves_the_same() {
    for p in [0.001, 0.05, 0.3, 1.0] {
        let settings = Sampling { min_p: p, ..neutral() };
        check(&format!("min_p {p}"), &settings, || vec![LlamaSampler::min_p(p, 1)]);
    }
}

#[test]
fn typical_leaves_the_same() {
    for p in [0.1, 0.5, 0.9, 0.99] {
        let settings = Sampling { typical_p: p, ..neutral() };
        check(&format!("typical {p}"), &settings, || vec![LlamaSampler::typical(p, 1)]);
    }
}

#[test]
fn xtc_leaves_the_same() {
    for threshold in [0.001, 0.01, 0.1, 0.3, 0.5] {
        let settings = Sampling { xtc: Some(Xtc { probability: 1.0, threshold }), ..neutral() };
        check(&format!("xtc {threshold}"), &settings, || {
            vec![LlamaSampler::xtc(1.0, threshold, 1, 7)]
        });
    }
}

#[test]
fn temperature_gives_the_same() {
    for temperature in [0.1, 0.8, 1.5, 5.0] {
        let settings = Sampling { temperature, ..neutral() };
        check(&format!("temperature {temperature}"), &settings, || {
            vec![LlamaSampler::temp(temperature)]
        });
    }
    check("greedy", &Sampling::greedy(), || vec![LlamaSampler::temp(0.0)]);
}

#[test]
fn penalties_give_the_same() {
    let history: Vec<(i32, Vec<u8>)> = (0..200).map(|at| (at * at % 90, Vec::new())).collect();
    for (repeat, presence, frequency, last_n) in
        [(1.3, 0.0, 0.0, 64), (1.0, 0.7, 0.0, 10), (1.0, 0.0, -0.4, 300), (0.8, 1.5, 0.3, 64)]
    {
        let settings = Sampling {
            repeat_penalty: repeat,
            presence_penalty: presence,
            frequency_penalty: frequency,
            repeat_last_n: last_n,
            ..neutral()
        };
        let logits = logits(8, 1000);
        let chain = LlamaSampler::penalties(1000, last_n as i32, repeat, frequency, presence);
        let what = format!("penalties {repeat} {presence} {frequency} {last_n}");
        let theirs = theirs(vec![chain], &logits, &history);
        assert_equal(&ours(&settings, &logits, &history), &theirs, &what);
    }
}

#[test]
fn dry_gives_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tiny-llama.gguf");
    let backend = LlamaBackend::init().unwrap();
    let parameters = LlamaModelParams::default().with_vocab_only(true);
    let model = LlamaModel::load_from_file(&backend, path, &parameters).unwrap();
    let vocabulary = model.vocab();
    let count = vocabulary.n_tokens();
    let mut random = Pcg32::seed_from_u64(11);
    let mut penalised = 0;
    for case in 0..60u64 {
        // Few different tokens, so that they repeat; some of them hold a breaker.
        let tokens: Vec<i32> =
            (0..4).map(|_| (random.next_u32() % count.unsigned_abs()) as i32).collect();
        let newline = vocabulary.tokenize(b"a\n:", false, false);
        let length = 3 + random.next_u32() % 60;
        let history: Vec<(i32, Vec<u8>)> = (0..length)
            .map(|_| match random.next_u32() % 40 {
                0 => newline[newline.len() / 2].0,
                other => tokens[other as usize % tokens.len()],
            })
            .map(|token| (token, vocabulary.token_to_piece(LlamaToken(token), true, None)))
            .collect();
        let allowed_length = 1 + random.next_u32() % 3;
        let last_n = if case % 2 == 0 { 0 } else { 20 };
        let settings = Dry { allowed_length, last_n, ..Dry::default() };
        let chain = LlamaSampler::dry(
            &model,
            settings.multiplier,
            settings.base,
            allowed_length as i32,
            if last_n == 0 { 4096 } else { last_n as i32 },
            &settings.sequence_breakers,
        );
        let logits = logits(case, count.unsigned_abs() as usize);
        let settings = Sampling { dry: Some(settings), ..neutral() };
        let theirs = theirs(vec![chain], &logits, &history);
        let ours_then = ours(&settings, &logits, &history);
        penalised += usize::from(ours_then != ours(&neutral(), &logits, &[]));
        assert_equal(&ours_then, &theirs, &format!("dry, case {case}"));
    }
    assert!(penalised > 20, "hardly anything was repeated: {penalised} cases");
}

#[test]
fn chains_give_the_same() {
    let mut random = Pcg32::seed_from_u64(5);
    let mut one_of = |values: &[f32]| values[random.next_u32() as usize % values.len()];
    for case in 0..200 {
        let settings = Sampling {
            temperature: one_of(&[0.2, 0.8, 1.3]),
            top_k: one_of(&[0.0, 5.0, 40.0, 400.0]) as u32,
            typical_p: one_of(&[1.0, 1.0, 0.9, 0.6]),
            top_p: one_of(&[1.0, 0.95, 0.7]),
            min_p: one_of(&[0.0, 0.05, 0.2]),
            xtc: (one_of(&[0.0, 1.0]) > 0.5).then_some(Xtc { probability: 1.0, threshold: 0.1 }),
            repeat_penalty: one_of(&[1.0, 1.2]),
            ..neutral()
        };
        let logits = logits(100 + case, 2000);
        let history: Vec<(i32, Vec<u8>)> = (0..50).map(|token| (token, Vec::new())).collect();
        let mut chain = vec![
            LlamaSampler::penalties(2000, 64, settings.repeat_penalty, 0.0, 0.0),
            LlamaSampler::top_k(settings.top_k as i32),
            LlamaSampler::typical(settings.typical_p, 1),
            LlamaSampler::top_p(settings.top_p, 1),
            LlamaSampler::min_p(settings.min_p, 1),
        ];
        if let Some(xtc) = settings.xtc {
            chain.push(LlamaSampler::xtc(xtc.probability, xtc.threshold, 1, 7));
        }
        chain.push(LlamaSampler::temp(settings.temperature));
        let theirs = theirs(chain, &logits, &history);
        assert_equal(&ours(&settings, &logits, &history), &theirs, &format!("{settings:?}"));
    }
}

#[test]
fn mirostat_begins_with_the_same() {
    for (version, tau) in [(1, 3.0), (1, 5.0), (2, 1.0), (2, 5.0)] {
        let mirostat = Some(Mirostat { version, tau, eta: 0.1 });
        let settings = Sampling { mirostat, temperature: 0.9, ..neutral() };
        for seed in 20..25 {
            let logits = logits(seed, 1000);
            let stage = match version {
                1 => LlamaSampler::mirostat(1000, 7, tau, 0.1, 100),
                _ => LlamaSampler::mirostat_v2(7, tau, 0.1),
            };
            let theirs = theirs(vec![LlamaSampler::temp(0.9), stage], &logits, &[]);
            let what = format!("mirostat {version}, tau {tau}, seed {seed}");
            assert_equal(&ours(&settings, &logits, &[]), &theirs, &what);
        }
    }
}

/// How often each token is drawn in so many steps over the same logits.
fn shares(steps: usize, tokens: usize, mut draw: impl FnMut() -> i32) -> Vec<f64> {
    let mut shares = vec![0.0; tokens];
    for _ in 0..steps {
        shares[draw() as usize] += 1.0 / steps as f64;
    }
    shares
}

#[test]
fn mirostat_goes_on_alike() {
    const STEPS: usize = 20_000;
    const TOKENS: usize = 200;
    let logits = logits(30, TOKENS);
    for version in [1, 2] {
        let mirostat = Some(Mirostat { version, tau: 3.0, eta: 0.1 });
        let mut sampler = Sampler::new(&Sampling { mirostat, ..neutral() }, 7, 4096);
        let ours = shares(STEPS, TOKENS, || sampler.sample(&mut logits.clone()).unwrap());
        let mut stage = match version {
            1 => LlamaSampler::mirostat(TOKENS as i32, 7, 3.0, 0.1, 100),
            _ => LlamaSampler::mirostat_v2(7, 3.0, 0.1),
        };
        let theirs = shares(STEPS, TOKENS, || {
            array(&logits).with_sampler(&mut stage).selected_token().unwrap().0
        });
        let distance = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs()).sum::<f64>() / 2.0;
        assert!(distance < 0.05, "mirostat {version}: {distance} of the draws differ");
    }
}

#[test]
fn tokens_are_drawn_as_often_as_they_are_probable() {
    const STEPS: usize = 100_000;
    let logits = logits(40, 30);
    let expected = ours(&neutral(), &logits, &[]);
    let mut sampler = Sampler::new(&neutral(), 3, 4096);
    let drawn = shares(STEPS, 30, || sampler.sample(&mut logits.clone()).unwrap());
    for (token, p) in expected {
        let deviation = (p * (1.0 - p) / STEPS as f64).sqrt();
        let off = (drawn[token as usize] - p).abs();
        assert!(off < 5.0 * deviation + 1e-4, "token {token}: drawn {off} off {p}");
    }
}

#[test]
fn a_vocabulary_of_152_thousand_gives_the_same() {
    let logits = logits(50, 152_064);
    for settings in [
        Sampling::default(),
        Sampling { top_k: 0, ..Sampling::default() },
        Sampling { top_k: 0, min_p: 0.0, top_p: 0.8, ..Sampling::default() },
    ] {
        let chain = vec![
            LlamaSampler::top_k(settings.top_k as i32),
            LlamaSampler::top_p(settings.top_p, 1),
            LlamaSampler::min_p(settings.min_p, 1),
            LlamaSampler::temp(settings.temperature),
        ];
        let theirs = theirs(chain, &logits, &[]);
        assert_equal(&ours(&settings, &logits, &[]), &theirs, &format!("{settings:?}"));
    }
}
