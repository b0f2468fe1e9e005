//! Models that are split over several files: all parts or none.

use std::path::{Path, PathBuf};

use super::flaw::{Flaw, flaw};

/// The largest number of parts that a file name with five digits can count, with room for none
/// that is only a broken key.
const MOST_PARTS: u32 = 4096;

/// Which part of a split model a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// 0 for the first.
    pub number: u32,
    /// How many there are.
    pub count: u32,
}

/// Reads `-00002-of-00005.gguf` at the end of a file name.
#[must_use]
pub fn split_of_name(path: &Path) -> Option<Split> {
    let (_, split) = dissect(path)?;
    Some(split)
}

/// The files of a split model, in order, found by the name of its first.
pub(super) fn parts(first: &Path, count: u32) -> Result<Vec<PathBuf>, Flaw> {
    if count > MOST_PARTS {
        flaw!("it claims to be one of {count} parts");
    }
    let Some((stem, split)) = dissect(first) else {
        flaw!(
            "it is the first of {count} parts, but its name does not end in -00001-of-{count:05}.gguf"
        );
    };
    if split.number != 0 || split.count != count {
        flaw!("its name does not say what it says itself: that it is the first of {count} parts");
    }
    let paths: Vec<_> = (1..=count)
        .map(|number| first.with_file_name(format!("{stem}-{number:05}-of-{count:05}.gguf")))
        .collect();
    let missing: Vec<_> = (1..=count)
        .zip(&paths)
        .filter(|(_, path)| !path.is_file())
        .map(|(number, _)| number.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(paths);
    }
    flaw!("part {} of its {count} parts is not beside it", missing.join(", "))
}

/// The name before the numbers, and the numbers.
fn dissect(path: &Path) -> Option<(&str, Split)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".gguf")?;
    let (front, count) = name.rsplit_once("-of-")?;
    let (stem, number) = front.rsplit_once('-')?;
    let five = |digits: &str| -> Option<u32> {
        (digits.len() == 5 && digits.bytes().all(|digit| digit.is_ascii_digit()))
            .then(|| digits.parse().ok())?
    };
    let (number, count) = (five(number)?, five(count)?);
    (1..=count).contains(&number).then(|| (stem, Split { number: number - 1, count }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_part_is_read_from_its_name() {
        let split = split_of_name(Path::new("/models/big-Q4_K_M-00002-of-00005.gguf"));
        assert_eq!(split, Some(Split { number: 1, count: 5 }));
        for name in
            ["big.gguf", "big-2-of-5.gguf", "big-00000-of-00005.gguf", "big-00006-of-00005.gguf"]
        {
            assert_eq!(split_of_name(Path::new(name)), None, "{name}");
        }
    }
}
