//! The heights of all rows, measured or guessed, with sums in logarithmic time.

/// Heights of rows and the places that follow from them, in points; places in `f64`, since a long
/// conversation is millions of points high.
#[derive(Default)]
pub(super) struct Heights {
    rows: Vec<Row>,
    /// A Fenwick tree over the heights, one-based.
    sums: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Row {
    height: f32,
    /// The version that was measured; `None` while the height is a guess.
    measured: Option<u64>,
}

impl Heights {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Forgets all rows from `length` on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.rows.truncate(length);
        self.sums.truncate(length + 1);
    }

    /// Adds a row with a guessed height.
    pub(super) fn push(&mut self, guess: f32) {
        if self.sums.is_empty() {
            self.sums.push(0.0);
        }
        self.rows.push(Row { height: guess, measured: None });
        let index = self.sums.len();
        let from = index & (index - 1);
        let sum = self.sum_before(index - 1) - self.sum_before(from) + f64::from(guess);
        self.sums.push(sum);
    }

    /// Takes in a measured height.
    pub(super) fn set(&mut self, row: usize, height: f32, version: u64) {
        let Some(entry) = self.rows.get_mut(row) else { return };
        let change = f64::from(height) - f64::from(entry.height);
        *entry = Row { height, measured: Some(version) };
        if change != 0.0 {
            let mut index = row + 1;
            while index < self.sums.len() {
                self.sums[index] += change;
                index += index & index.wrapping_neg();
            }
        }
    }

    /// The height, if this version of the row was measured.
    pub(super) fn measured(&self, row: usize, version: u64) -> Option<f32> {
        self.rows.get(row).filter(|row| row.measured == Some(version)).map(|row| row.height)
    }

    /// The height, measured or guessed; 0 for no such row.
    pub(super) fn height(&self, row: usize) -> f32 {
        self.rows.get(row).map_or(0.0, |row| row.height)
    }

    /// The sum of the heights of all rows before this one.
    pub(super) fn sum_before(&self, row: usize) -> f64 {
        let mut index = row.min(self.sums.len().saturating_sub(1));
        let mut sum = 0.0;
        while index > 0 {
            sum += self.sums[index];
            index &= index - 1;
        }
        sum
    }

    /// The sum of all heights.
    pub(super) fn total(&self) -> f64 {
        self.sum_before(self.rows.len())
    }

    /// Which row lies at a place, and how far into it the place is.
    pub(super) fn row_at(&self, place: f64) -> (usize, f64) {
        let mut row = 0;
        let mut rest = place.max(0.0);
        let mut step = self.rows.len().next_power_of_two();
        while step > 0 {
            if let Some(sum) = self.sums.get(row + step)
                && *sum <= rest
            {
                row += step;
                rest -= sum;
            }
            step /= 2;
        }
        (row, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_follow_from_the_heights_after_any_changes() {
        let mut heights = Heights::default();
        let mut plain: Vec<f32> = Vec::new();
        let mut chance = 7_u64;
        for round in 0..2_000_u64 {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let pick = (chance >> 33) as usize;
            match pick % 5 {
                0..=2 => {
                    heights.push((pick % 300) as f32);
                    plain.push((pick % 300) as f32);
                }
                3 if !plain.is_empty() => {
                    let row = pick % plain.len();
                    heights.set(row, (pick % 700) as f32, round);
                    plain[row] = (pick % 700) as f32;
                    assert_eq!(heights.measured(row, round), Some(plain[row]));
                    assert_eq!(heights.measured(row, round + 1), None);
                }
                _ => {
                    let length = plain.len() * 9 / 10;
                    heights.truncate(length);
                    plain.truncate(length);
                }
            }
            let row = pick % (plain.len() + 1);
            let sum: f64 = plain[..row].iter().map(|height| f64::from(*height)).sum();
            assert!((heights.sum_before(row) - sum).abs() < 1e-6);
        }
        assert_eq!(heights.len(), plain.len());
    }

    #[test]
    fn a_place_is_found_in_its_row() {
        let mut heights = Heights::default();
        [10.0, 20.0, 30.0].into_iter().for_each(|guess| heights.push(guess));
        assert_eq!(heights.row_at(-5.0), (0, 0.0));
        assert_eq!(heights.row_at(9.5), (0, 9.5));
        assert_eq!(heights.row_at(10.0), (1, 0.0));
        assert_eq!(heights.row_at(59.0), (2, 29.0));
        assert_eq!(heights.row_at(61.0), (3, 1.0));
    }
}
