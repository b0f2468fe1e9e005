//! How many passages become vectors in a second, with a real embedding model: Satchel's engine and,
//! with the same file, llama.cpp's own server.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use engine::inference::{EmbedRequest, TextKind};
use engine::models::LoadSettings;
use engine::{Engine, asleep};
use serde_json::{Value, json};

use super::inference::Row;
use super::peer::Peer;
use super::report::Taken;
use super::subject::load;

/// Passages of one round.
const PASSAGES: usize = 128;
/// As many go into a request as the worker that reads documents puts into one.
const TOGETHER: usize = 32;
/// Words of a passage, about as many as a chunk has.
const WORDS: usize = 180;

const ROW: Row =
    Row { name: "Vectors of passages", unit: "passages/s", more_is_better: true, bar: Some(1.0) };

/// Takes the figure in turns, so that a change of the machine's mood meets both.
pub(crate) fn measure(
    model: &Path,
    peer: Option<&Path>,
    rounds: usize,
) -> anyhow::Result<Vec<Taken>> {
    let (engine, threads) = load(model, LoadSettings::default())?;
    let peer = peer.map(|binary| Peer::start_embedding(binary, model, threads)).transpose()?;
    let texts = texts();
    let mut taken = Taken::new(ROW, 1 + usize::from(peer.is_some()));
    for round in 0..rounds {
        let mut vectors = Vec::new();
        let mut order = vec![0, 1];
        order.rotate_left(round % 2);
        for at in order {
            let began = Instant::now();
            vectors.push(match (at, &peer) {
                (0, _) => ours(&engine, &texts)?,
                (_, Some(peer)) => theirs(peer, &texts)?,
                (_, None) => continue,
            });
            taken.values[at].push(PASSAGES as f64 / began.elapsed().as_secs_f64());
        }
        if let [one, other] = vectors.as_slice() {
            let alike: f32 = one.iter().zip(other).map(|(a, b)| a * b).sum();
            ensure!(alike > 0.99, "the two do not embed the same: {alike}");
        }
    }
    Ok(vec![taken])
}

/// The last vector of all.
fn ours(engine: &Engine, texts: &[String]) -> anyhow::Result<Vec<f32>> {
    let mut last = Vec::new();
    for texts in texts.chunks(TOGETHER) {
        let request = EmbedRequest {
            model: None,
            texts: texts.to_vec(),
            kind: TextKind::Passage,
            truncate: true,
        };
        let made = engine.embed(request, asleep()).finish()?;
        last = made.vectors.into_iter().next_back().context("the engine made no vectors")?;
    }
    Ok(last)
}

fn theirs(peer: &Peer, texts: &[String]) -> anyhow::Result<Vec<f32>> {
    let mut last = Vec::new();
    for texts in texts.chunks(TOGETHER) {
        let made: Value = peer.embed(&json!({ "input": texts }))?;
        let vector = &made["data"][texts.len() - 1]["embedding"];
        last = serde_json::from_value(vector.clone()).context("the peer made no vectors")?;
    }
    Ok(last)
}

/// Passages that are all different.
fn texts() -> Vec<String> {
    const SOME: [&str; 24] = [
        "the", "library", "of", "a", "small", "town", "keeps", "letters", "and", "maps", "which",
        "were", "found", "under", "its", "roof", "when", "rain", "came", "in", "during", "long",
        "winter", "nights",
    ];
    let passage = |number: usize| {
        let word = |place: usize| SOME[(place * 7 + number * (place % 5 + 1)) % SOME.len()];
        (0..WORDS).map(word).collect::<Vec<_>>().join(" ")
    };
    (0..PASSAGES).map(passage).collect()
}
