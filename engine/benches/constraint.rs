//! What it costs to hold an answer to a JSON Schema, with a vocabulary of 151,936 tokens: once for a
//! model, once for a schema, and for each token.

#![expect(clippy::expect_used, reason = "a benchmark that cannot compile has nothing to measure")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use engine::inference::Constraint;
use engine::inference::constraint::{GrammarVocabulary, Token};
use serde_json::json;

const TOKENS: usize = 151_936;
const END: usize = TOKENS - 1;

/// All bytes, then words as a tokenizer has learnt them: syllables in a row, with a space before,
/// with a capital, numbers, and what JSON is made of.
fn tokens() -> impl Iterator<Item = Token> {
    const SYLLABLES: [&str; 16] = [
        "ba", "ro", "ti", "en", "s", "ing", "lu", "ka", "or", "me", "th", "on", "de", "ü", "中",
        "и",
    ];
    const MARKS: [&str; 8] = ["\":", "\",", "\"}", "{\"", "\": \"", "\", \"", "}\n", " \""];
    (0..TOKENS).map(|number| match number {
        END => Token::End("<end>".to_owned()),
        0..256 => Token::Text(vec![u8::try_from(number).unwrap_or(0)]),
        256..264 => Token::Text(MARKS[number - 256].into()),
        264..1264 => Token::Text((number - 264).to_string().into()),
        _ => {
            let mut word = if number % 2 == 0 { " ".to_owned() } else { String::new() };
            let mut rest = number / 2;
            while rest > 0 {
                word.push_str(SYLLABLES[rest % 16]);
                rest /= 16;
            }
            Token::Text(word.into())
        }
    })
}

fn schema() -> Constraint {
    Constraint::JsonSchema(json!({
        "type": "object",
        "properties": {
            "title": { "type": "string" },
            "kind": { "enum": ["letter", "invoice", "contract"] },
            "date": { "type": "string", "format": "date" },
            "people": { "type": "array", "items": {
                "type": "object",
                "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
                "required": ["name", "age"],
            } },
            "total": { "type": "number" },
        },
        "required": ["title", "kind", "date", "people", "total"],
    }))
}

const ANSWER: &str = r#"{"title": "The letter of the baker", "kind": "invoice", "date": "1971-05-03", "people": [{"name": "Jana Parker", "age": 44}, {"name": "Otto", "age": 7}], "total": 12.5}"#;

/// Writes the answer byte by byte; the time of all masks, or of the slowest one.
fn answered(vocabulary: &GrammarVocabulary, logits: &mut [f32]) -> (Duration, Duration) {
    let mut guide = vocabulary.guide(&schema()).expect("a sound schema");
    let (mut sum, mut worst) = (Duration::ZERO, Duration::ZERO);
    for byte in ANSWER.bytes() {
        let began = Instant::now();
        guide.mask(logits, None).expect("a mask");
        guide.accept(byte.into()).expect("an allowed token");
        let time = began.elapsed();
        sum += time;
        worst = worst.max(time);
    }
    assert!(guide.is_complete());
    (sum, worst)
}

fn constraint(criterion: &mut Criterion) {
    let mut slow = criterion.benchmark_group("once");
    slow.sample_size(10);
    slow.bench_function("vocabulary of a model", |bench| {
        bench.iter(|| GrammarVocabulary::new(black_box(tokens())).map(|_| ()));
    });
    let vocabulary = GrammarVocabulary::new(tokens()).expect("a vocabulary");
    slow.bench_function("schema", |bench| {
        bench.iter(|| vocabulary.guide(&schema()).map(|_| ()));
    });
    slow.finish();
    let mut each = criterion.benchmark_group("each token");
    let mut logits = vec![0.0; TOKENS];
    each.bench_function("mean", |bench| {
        bench.iter_custom(|rounds| {
            let times = (0..rounds).map(|_| answered(&vocabulary, &mut logits).0);
            times.sum::<Duration>() / u32::try_from(ANSWER.len()).unwrap_or(1)
        });
    });
    each.sample_size(10).bench_function("worst of an answer", |bench| {
        bench.iter_custom(|rounds| (0..rounds).map(|_| answered(&vocabulary, &mut logits).1).sum());
    });
    each.finish();
}

criterion_group!(benches, constraint);
criterion_main!(benches);
