//! How a child tells what it has read or drawn: a mark, then frames of a length and JSON.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::documents::extract::{Piece, Refusal};

/// Comes before the first frame. Whatever a library or a test harness prints before is passed over.
const MARK: &[u8; 16] = b"\x00satchel pages\x01\n";

/// A frame is a page at most; anything longer is no frame.
const LONGEST: u32 = 64 << 20;

/// What the mark may be preceded by.
const PRELUDE: usize = 64 << 10;

/// What is told.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Frame {
    Piece(Piece),
    /// All pages have been told.
    Done,
    /// There will be none.
    Refused(Refusal),
}

pub(in crate::documents) fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(MARK)
}

pub(in crate::documents) fn write(out: &mut impl Write, frame: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_vec(frame)?;
    let length = u32::try_from(json.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&json)
}

/// Passes over everything up to the mark. `false` when it never comes.
pub(in crate::documents) fn find_beginning(from: &mut impl Read) -> io::Result<bool> {
    let mut window = [0; MARK.len()];
    for read in 0.. {
        if window == *MARK {
            return Ok(true);
        }
        if read > PRELUDE {
            break;
        }
        window.copy_within(1.., 0);
        let Some(last) = window.last_mut() else { break };
        if from.read(std::slice::from_mut(last))? == 0 {
            break;
        }
    }
    Ok(false)
}

/// The next frame; `None` at the end.
pub(in crate::documents) fn read<T: DeserializeOwned>(
    from: &mut impl Read,
) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame without end"));
    }
    let mut json = vec![0; length as usize];
    from.read_exact(&mut json)?;
    Ok(Some(serde_json::from_slice(&json)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_after_what_others_have_printed() {
        let mut bytes = b"\nrunning 1 test\n".to_vec();
        begin(&mut bytes).unwrap();
        let frames = [Frame::Piece(Piece::Title("Größe".to_owned())), Frame::Done];
        for frame in &frames {
            write(&mut bytes, frame).unwrap();
        }
        let mut from = bytes.as_slice();
        assert!(find_beginning(&mut from).unwrap());
        for frame in frames {
            assert_eq!(read(&mut from).unwrap(), Some(frame));
        }
        assert_eq!(read::<Frame>(&mut from).unwrap(), None);
    }

    #[test]
    fn what_is_no_message_is_not_taken_for_one() {
        assert!(!find_beginning(&mut &b"Segmentation fault"[..]).unwrap());
        assert!(read::<Frame>(&mut &[0xFF; 12][..]).is_err());
    }
}
