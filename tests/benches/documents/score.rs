//! The usual measures of ranked lists.

use std::fmt;

/// Sums over the questions of a set.
#[derive(Default)]
pub(crate) struct Scores {
    questions: usize,
    ndcg: f64,
    first: usize,
    five: usize,
    ten: usize,
    reciprocal: f64,
}

impl Scores {
    /// Adds a question: whether each of the passages, the best first, is what was wanted, and how
    /// many there are that would be.
    pub(crate) fn add(&mut self, right: &[bool], wanted: usize) {
        let hit = |within: usize| right.iter().take(within).any(|right| *right);
        let worth = |rank: usize| 1.0 / ((rank + 2) as f64).log2();
        let gained = |(rank, right): (usize, &bool)| if *right { worth(rank) } else { 0.0 };
        let gain: f64 = right.iter().take(10).enumerate().map(gained).sum();
        let best: f64 = (0..wanted.min(10)).map(worth).sum();
        self.questions += 1;
        self.ndcg += if best > 0.0 { (gain / best).min(1.0) } else { 0.0 };
        self.first += usize::from(hit(1));
        self.five += usize::from(hit(5));
        self.ten += usize::from(hit(10));
        let place = right.iter().take(10).position(|right| *right);
        self.reciprocal += place.map_or(0.0, |place| 1.0 / (place + 1) as f64);
    }

    /// The mean of the questions' normalised discounted cumulative gains among the first ten.
    pub(crate) fn ndcg(&self) -> f64 {
        self.ndcg / self.questions.max(1) as f64
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |sum: f64| sum / self.questions.max(1) as f64;
        write!(
            formatter,
            "{:.4} | {:.3} | {:.3} | {:.3} | {:.4}",
            self.ndcg(),
            share(self.first as f64),
            share(self.five as f64),
            share(self.ten as f64),
            share(self.reciprocal)
        )
    }
}
