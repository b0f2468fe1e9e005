//! Text files of any length: plain text, source code, RST and Org. The text is the file itself, so
//! that places in it are places in the file.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use encoding_rs::{Decoder, UTF_8};

use super::encoding;
use super::page::BlockKind;
use super::refusal::Refusal;
use super::writer::Writer;

/// What the lines of a text may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Nothing.
    None,
    /// Every blank counts.
    Code,
    /// reStructuredText: headings are underlined.
    Rst,
    /// Org: headings begin with stars.
    Org,
}

pub(super) fn extract(path: &Path, markup: Markup, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let mut stream = Decoded::open(path)?;
    let mut headings = Headings { markup, marks: Vec::new() };
    // Whole lines, as many as have come; the beginning of a line waits for its end.
    let mut pending = String::new();
    loop {
        let is_last = !stream.read_more(&mut pending)?;
        let end =
            if is_last { pending.len() } else { end_of_lines(&pending, writer.limits().part) };
        let rest = pending.split_off(end);
        headings.write(&pending, writer)?;
        if is_last {
            return Ok(());
        }
        pending = rest;
    }
}

/// The end of the last whole line but one, so that a heading and its underline stay together; in a
/// text without lines, all of it.
fn end_of_lines(text: &str, longest: usize) -> usize {
    let last = text.rfind('\n');
    let end = last.and_then(|last| text[..last].rfind('\n')).map(|at| at + 1);
    end.or(last.map(|at| at + 1)).unwrap_or(if text.len() > longest { text.len() } else { 0 })
}

/// A file as text, a portion at a time.
struct Decoded {
    file: File,
    decoder: Decoder,
    /// Bytes that were read to find out the encoding.
    ahead: Vec<u8>,
    is_over: bool,
}

impl Decoded {
    fn open(path: &Path) -> Result<Self, Refusal> {
        let io = |error: std::io::Error| Refusal::from_io(&error);
        let mut file = File::open(path).map_err(io)?;
        let mut ahead = Vec::new();
        file.by_ref().take(encoding::SAMPLE as u64).read_to_end(&mut ahead).map_err(io)?;
        if encoding::is_binary(&ahead) {
            return Err(Refusal::Unsupported { kind: "binary data".to_owned() });
        }
        let mut encoding = encoding::detect(&ahead, None);
        // The first megabyte may be plain ASCII and the rest in an older encoding.
        if encoding == UTF_8
            && ahead.len() == encoding::SAMPLE
            && let Some(sample) = first_stranger(path).map_err(io)?
        {
            encoding = encoding::detect(&sample, None);
        }
        Ok(Self { file, decoder: encoding.new_decoder(), ahead, is_over: false })
    }

    /// Adds the next portion. `false` once all has come.
    fn read_more(&mut self, text: &mut String) -> Result<bool, Refusal> {
        if self.is_over {
            return Ok(false);
        }
        let mut bytes = std::mem::take(&mut self.ahead);
        if bytes.is_empty() {
            let limit = 256 << 10;
            self.file
                .by_ref()
                .take(limit)
                .read_to_end(&mut bytes)
                .map_err(|error| Refusal::from_io(&error))?;
        }
        self.is_over = bytes.is_empty();
        let most = self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3);
        text.reserve(most);
        let _ = self.decoder.decode_to_string(&bytes, text, self.is_over);
        Ok(!self.is_over)
    }
}

/// A stretch of the file around its first byte that is no UTF-8; `None` when all of it is.
fn first_stranger(path: &Path) -> std::io::Result<Option<Vec<u8>>> {
    let mut file = File::open(path)?;
    let mut window = Vec::new();
    loop {
        let read = file.by_ref().take(1 << 20).read_to_end(&mut window)?;
        match std::str::from_utf8(&window) {
            Ok(_) => window.clear(),
            Err(error) if error.error_len().is_none() && read > 0 => {
                window.drain(..error.valid_up_to());
            }
            Err(error) => {
                window.drain(..error.valid_up_to().saturating_sub(1 << 16));
                return Ok(Some(window));
            }
        }
        if read == 0 {
            return Ok(None);
        }
    }
}

/// Finds the headings among the lines of a text.
struct Headings {
    markup: Markup,
    /// The underlines of RST in the order in which they came: the first is the highest level.
    marks: Vec<char>,
}

impl Headings {
    fn write(&mut self, text: &str, writer: &mut Writer<'_>) -> Result<(), Refusal> {
        let kind = if self.markup == Markup::Code { BlockKind::Code } else { BlockKind::Text };
        if matches!(self.markup, Markup::None | Markup::Code) {
            return writer.verbatim(kind, text);
        }
        let mut written = 0;
        let mut at = 0;
        let mut lines = text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let next = lines.peek().copied().unwrap_or_default();
            if let Some(level) = self.level(line, next) {
                writer.verbatim(kind, &text[written..at])?;
                writer.verbatim(BlockKind::Heading(level), line)?;
                written = at + line.len();
            }
            at += line.len();
        }
        writer.verbatim(kind, &text[written..])
    }

    fn level(&mut self, line: &str, next: &str) -> Option<u8> {
        let line = line.trim_end();
        if self.markup == Markup::Org {
            let stars = line.chars().take_while(|&c| c == '*').count();
            let is_heading = stars > 0 && line[stars..].starts_with(' ');
            return is_heading.then(|| u8::try_from(stars).unwrap_or(u8::MAX));
        }
        let next = next.trim_end();
        let mark = next.chars().next().filter(char::is_ascii_punctuation)?;
        let is_underlined = next.chars().all(|c| c == mark)
            && next.chars().count() >= line.chars().count()
            && line.contains(char::is_alphanumeric);
        if !is_underlined {
            return None;
        }
        let place = self.marks.iter().position(|&known| known == mark).unwrap_or_else(|| {
            self.marks.push(mark);
            self.marks.len() - 1
        });
        Some(u8::try_from(place + 1).unwrap_or(u8::MAX))
    }
}
