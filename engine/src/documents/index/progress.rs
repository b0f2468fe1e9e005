//! How far the reading is, and how long it will take.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// How far the reading is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Documents that are done since the work began.
    pub done: u64,
    /// Documents altogether, as far as is known.
    pub total: u64,
    /// The file that is being read.
    pub path: PathBuf,
    /// Its page that was read last.
    pub page: u32,
    /// How many pages it has, where that is known.
    pub pages: Option<u32>,
    /// How much of the file is read, from 0 to 1; by its bytes where it has no pages.
    pub share: f64,
    /// How long the rest will take, once that can be told.
    pub left: Option<Duration>,
}

/// Estimates the time that is left from the time that was taken.
#[derive(Debug)]
pub(super) struct Clock {
    began: Instant,
    done: u64,
}

/// Before so much work nothing is promised.
const SURE: Duration = Duration::from_secs(2);

impl Clock {
    pub(super) fn start() -> Self {
        Self { began: Instant::now(), done: 0 }
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }

    pub(super) fn finished_one(&mut self) {
        self.done += 1;
    }

    /// The time that is left, when so many documents wait, of which this share of the first is read.
    pub(super) fn left(&self, waiting: u64, share: f64) -> Option<Duration> {
        estimate(self.began.elapsed(), self.done, waiting, share)
    }
}

fn estimate(taken: Duration, done: u64, waiting: u64, share: f64) -> Option<Duration> {
    let finished = done as f64 + share;
    if taken < SURE || finished <= 0.0 {
        return None;
    }
    let left = (waiting as f64 - share).max(0.0);
    Duration::try_from_secs_f64(taken.as_secs_f64() / finished * left).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_in_proportion() {
        let taken = Duration::from_secs(30);
        assert_eq!(estimate(taken, 3, 7, 0.0), Some(Duration::from_secs(70)));
        assert_eq!(estimate(taken, 0, 1, 0.25), Some(Duration::from_secs(90)));
        assert_eq!(estimate(taken, 0, 1, 0.0), None);
        assert_eq!(estimate(Duration::from_millis(10), 3, 7, 0.0), None);
    }
}
