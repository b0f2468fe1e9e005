//! Which encoding a text is in: its byte order mark, else what it declares, else what fits its bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Enough bytes to tell one encoding from another.
pub(super) const SAMPLE: usize = 1 << 20;

/// The whole of a text, decoded. What cannot be decoded becomes U+FFFD.
pub(super) fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    let encoding = detect(bytes, declared);
    encoding.decode(bytes).0.into_owned()
}

/// The encoding of a text that begins with `sample`.
pub(super) fn detect(sample: &[u8], declared: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    if let Some(encoding) = without_mark(sample) {
        return encoding;
    }
    if is_utf8(sample) {
        return UTF_8;
    }
    // A declaration that does not fit the bytes is a lie, as many pages on the web tell it.
    let declared = declared.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if let Some(encoding) = declared
        && ![UTF_8, UTF_16BE, UTF_16LE].contains(&encoding)
        && !encoding.decode_without_bom_handling(sample).1
    {
        return encoding;
    }
    guess(sample)
}

/// UTF-16 without a mark shows itself by the zero bytes of its blanks and digits.
fn without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let head = sample.get(..sample.len().min(4096) & !1)?;
    if head.len() < 4 {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let pairs = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 2 > pairs => Some(UTF_16LE),
        (even, 0) if even * 2 > pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether a text, perhaps cut within a character, is UTF-8.
fn is_utf8(sample: &[u8]) -> bool {
    match std::str::from_utf8(sample) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

fn guess(sample: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&sample[..sample.len().min(SAMPLE)], true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether bytes are no text in any encoding.
pub(super) fn is_binary(sample: &[u8]) -> bool {
    if Encoding::for_bom(sample).is_some() || without_mark(sample).is_some() {
        return false;
    }
    let controls = sample
        .iter()
        .filter(|byte| matches!(byte, 0x01..=0x08 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F))
        .count();
    sample.contains(&0) || controls * 20 > sample.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_found_by_mark_by_declaration_and_by_their_bytes() {
        let russian = "Съешь ещё этих мягких французских булок, да выпей чаю";
        let (windows, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(decode(&windows, None), russian);
        let (koi8, _, _) = encoding_rs::KOI8_R.encode(russian);
        assert_eq!(decode(&koi8, Some("koi8-r")), russian);
        assert_eq!(decode(russian.as_bytes(), Some("iso-8859-1")), russian);
        let wide: Vec<u8> = russian.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&[&[0xFF, 0xFE], wide.as_slice()].concat(), None), russian);
        let plain: Vec<u8> = "plain text 1".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&plain, None), "plain text 1");
        let japanese = "日本語の文章を読むことができますか。これは試験です。";
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(japanese);
        assert_eq!(decode(&shift_jis, None), japanese);
    }

    #[test]
    fn a_false_declaration_is_not_believed() {
        let text = "Größe und Maß, naïve Café-Gäste überall in Österreich";
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
        assert_eq!(decode(&latin, Some("utf-8")), text);
    }

    #[test]
    fn pictures_are_no_text() {
        assert!(is_binary(&[0x89, b'P', b'N', b'G', 0, 0, 1]));
        assert!(!is_binary("naïve\r\n\ttext".as_bytes()));
    }
}
