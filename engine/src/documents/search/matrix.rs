//! The vectors of a collection in memory, looked through from the first to the last: exact, and with
//! nothing that could be out of date or damaged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::dot::Dot;
use crate::documents::store::{ChunkId, Quantised};

/// Below this, a second thread costs more than it brings.
const WORTH_A_THREAD: usize = 50_000;

/// Vectors of one embedding model.
#[derive(Debug)]
pub struct Matrix {
    dimension: usize,
    chunks: Vec<ChunkId>,
    scales: Vec<f32>,
    values: Vec<i8>,
    dot: Dot,
}

impl Matrix {
    /// Without any vectors yet.
    #[must_use]
    pub fn new(dimension: usize) -> Self {
        let (chunks, scales, values) = (Vec::new(), Vec::new(), Vec::new());
        Self { dimension, chunks, scales, values, dot: Dot::best() }
    }

    /// Adds the vector of a chunk; one of another length is left out.
    pub fn push(&mut self, chunk: ChunkId, scale: f32, bytes: &[u8]) {
        if bytes.len() == self.dimension {
            self.chunks.push(chunk);
            self.scales.push(scale);
            self.values.extend(bytes.iter().map(|byte| byte.cast_signed()));
        }
    }

    /// How many vectors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The chunks whose vectors are nearest to the one of a question, the nearest first, with their
    /// similarities from -1 to 1.
    #[must_use]
    pub fn nearest(&self, question: &Quantised, most: usize) -> Vec<(ChunkId, f32)> {
        if question.values.len() != self.dimension || most == 0 || self.dimension == 0 {
            return Vec::new();
        }
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = cores.min(8).min(self.len() / WORTH_A_THREAD + 1);
        let share = self.len().div_ceil(threads).max(1);
        let mut best: Vec<(f32, usize)> = std::thread::scope(|scope| {
            let scans: Vec<_> = (0..self.len())
                .step_by(share)
                .skip(1)
                .map(|from| scope.spawn(move || self.scan(question, from, from + share, most)))
                .collect();
            let mut best = self.scan(question, 0, share, most);
            for scan in scans {
                // A scan cannot panic; if it did, its share would be missing and no more.
                best.extend(scan.join().unwrap_or_default());
            }
            best
        });
        best.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(most);
        best.into_iter().filter_map(|(score, at)| Some((*self.chunks.get(at)?, score))).collect()
    }

    /// The best of a part of the vectors, in any order.
    fn scan(&self, question: &Quantised, from: usize, to: usize, most: usize) -> Vec<(f32, usize)> {
        let to = to.min(self.len());
        let rows = self.values[from * self.dimension..to * self.dimension]
            .chunks_exact(self.dimension)
            .zip(&self.scales[from..to])
            .zip(from..);
        let mut best: BinaryHeap<Reverse<(Score, usize)>> = BinaryHeap::with_capacity(most + 1);
        let mut worst = f32::NEG_INFINITY;
        for ((row, scale), at) in rows {
            let score = self.dot.of(row, &question.values) as f32 * scale;
            if score > worst || best.len() < most {
                best.push(Reverse((Score(score), at)));
                if best.len() > most {
                    best.pop();
                }
                if let (true, Some(Reverse((Score(last), _)))) = (best.len() == most, best.peek()) {
                    worst = *last;
                }
            }
        }
        best.into_iter().map(|Reverse((Score(score), at))| (score * question.scale, at)).collect()
    }
}

/// A number that can be put in order.
#[derive(Clone, Copy, PartialEq)]
struct Score(f32);

impl Eq for Score {}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::store::quantise;

    /// Numbers that look random and are the same every time.
    fn vector(seed: u32, dimension: usize) -> Vec<f32> {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let numbers: Vec<f32> = (0..dimension)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 24) as f32 - 0.5
            })
            .collect();
        let length = numbers.iter().map(|n| n * n).sum::<f32>().sqrt();
        numbers.into_iter().map(|n| n / length).collect()
    }

    #[test]
    fn the_nearest_are_those_that_exact_numbers_say() {
        let vectors: Vec<Vec<f32>> = (0..3000).map(|seed| vector(seed, 100)).collect();
        let mut matrix = Matrix::new(100);
        for (id, vector) in (0..).zip(&vectors) {
            let small = quantise(vector);
            let bytes: Vec<u8> = small.values.iter().map(|value| value.cast_unsigned()).collect();
            matrix.push(ChunkId(id), small.scale, &bytes);
        }
        let question = &vectors[1234];
        let found = matrix.nearest(&quantise(question), 20);
        assert_eq!(found[0].0, ChunkId(1234));
        assert!((found[0].1 - 1.0).abs() < 0.02);
        let exact = |id: usize| vectors[id].iter().zip(question).map(|(a, b)| a * b).sum::<f32>();
        let mut order: Vec<usize> = (0..vectors.len()).collect();
        order.sort_by(|a, b| exact(*b).total_cmp(&exact(*a)));
        let wanted = &order[..10];
        let hits = wanted.iter().filter(|id| found.iter().any(|(f, _)| f.0 == **id as i64)).count();
        assert_eq!(hits, 10);
        assert!(found.is_sorted_by(|a, b| a.1 >= b.1));
    }

    #[test]
    fn a_question_of_another_model_finds_nothing() {
        let mut matrix = Matrix::new(3);
        matrix.push(ChunkId(1), 1.0, &[1, 2, 3]);
        matrix.push(ChunkId(2), 1.0, &[1, 2]);
        assert_eq!(matrix.len(), 1);
        assert!(matrix.nearest(&quantise(&[1.0, 0.0]), 5).is_empty());
    }
}
