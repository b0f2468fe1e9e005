//! The inner product of two vectors of bytes, with the widest instructions that this processor has.
//!
//! The loop is the same for all: it is compiled several times, each for another set of instructions,
//! and the best is chosen while the program runs.

/// Computes inner products of vectors of the same length.
#[derive(Clone, Copy)]
pub(super) struct Dot(fn(&[i8], &[i8]) -> i32);

impl std::fmt::Debug for Dot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Dot")
    }
}

impl Dot {
    /// The fastest one for this processor.
    pub(super) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx512vl")
            {
                // SAFETY: the processor has been asked.
                return Self(|a, b| unsafe { wide::dot_avx512(a, b) });
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has been asked.
                return Self(|a, b| unsafe { wide::dot_avx2(a, b) });
            }
        }
        // On 64-bit ARM, NEON is always there.
        Self(portable)
    }

    pub(super) fn of(self, a: &[i8], b: &[i8]) -> i32 {
        (self.0)(a, b)
    }
}

/// So many products are added up side by side.
const LANES: usize = 32;

#[inline(always)]
fn portable(a: &[i8], b: &[i8]) -> i32 {
    let (a_lanes, a_rest) = a.as_chunks::<LANES>();
    let (b_lanes, b_rest) = b.as_chunks::<LANES>();
    let mut sum = 0;
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        let mut part = 0;
        for (a, b) in a.iter().zip(b) {
            part += i32::from(i16::from(*a) * i16::from(*b));
        }
        sum += part;
    }
    let rest = a_rest.iter().zip(b_rest).map(|(a, b)| i32::from(*a) * i32::from(*b));
    sum + rest.sum::<i32>()
}

#[cfg(target_arch = "x86_64")]
mod wide {
    //! The loop for wider registers.

    #[target_feature(enable = "avx2")]
    pub(super) fn dot_avx2(a: &[i8], b: &[i8]) -> i32 {
        super::portable(a, b)
    }

    #[target_feature(enable = "avx512bw,avx512vl")]
    pub(super) fn dot_avx512(a: &[i8], b: &[i8]) -> i32 {
        super::portable(a, b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_computing_gives_the_same() {
        for length in [0, 1, 31, 32, 384, 1000] {
            let a: Vec<i8> = (0..length).map(|n| (n * 37 % 255 - 127) as i8).collect();
            let b: Vec<i8> = (0..length).map(|n| (n * 91 % 255 - 127) as i8).collect();
            let exact: i32 = a.iter().zip(&b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            assert_eq!(Dot::best().of(&a, &b), exact);
            assert_eq!(portable(&a, &b), exact);
        }
    }
}
