//! Rich text format: the words without their formatting, in whatever encodings their fonts have.

use std::collections::HashMap;
use std::path::Path;

use encoding_rs::Encoding;

use super::page::BlockKind;
use super::refusal::Refusal;
use super::writer::Writer;

/// Groups within groups, at most.
const DEEPEST: usize = 2000;

/// Groups whose words are no part of the text.
const APART: [&str; 24] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "themedata",
    "datastore",
    "colorschememapping",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "latentstyles",
    "filetbl",
    "fldinst",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "pntext",
    "sn",
    "sv",
    "mmathPr",
];

pub(super) fn extract(path: &Path, writer: &mut Writer<'_>) -> Result<(), Refusal> {
    let io = |error: std::io::Error| Refusal::from_io(&error);
    let limit = writer.limits().file;
    if std::fs::metadata(path).map_err(io)?.len() > limit {
        return Err(Refusal::TooLarge { what: format!("more than {} MB", limit >> 20) });
    }
    let bytes = std::fs::read(path).map_err(io)?;
    if !bytes.starts_with(b"{\\rtf") {
        return Err(Refusal::damaged("it does not begin like rich text"));
    }
    Reader::new(writer).read(&bytes)
}

/// What a group inherits and gives back at its end.
#[derive(Clone)]
struct State {
    encoding: &'static Encoding,
    /// Its words are no part of the text.
    is_apart: bool,
    /// Within the table of fonts.
    is_fonts: bool,
    /// Within the title of the document.
    is_title: bool,
    /// How many characters stand in for one that old programs do not know.
    stand_ins: usize,
    outline: Option<u8>,
}

struct Reader<'a, 'b> {
    writer: &'a mut Writer<'b>,
    state: State,
    groups: Vec<State>,
    /// Bytes that wait to be decoded together: a character may have two.
    pending: Vec<u8>,
    text: String,
    rows: String,
    in_row: bool,
    title: String,
    fonts: HashMap<i32, &'static Encoding>,
    font: i32,
    /// Stand-ins that are still to be passed over.
    to_pass: usize,
    /// The first half of a character beyond the first 65,536.
    half: Option<u16>,
    page: u32,
}

impl<'a, 'b> Reader<'a, 'b> {
    fn new(writer: &'a mut Writer<'b>) -> Self {
        Self {
            writer,
            state: State {
                encoding: encoding_rs::WINDOWS_1252,
                is_apart: false,
                is_fonts: false,
                is_title: false,
                stand_ins: 1,
                outline: None,
            },
            groups: Vec::new(),
            pending: Vec::new(),
            text: String::new(),
            rows: String::new(),
            in_row: false,
            title: String::new(),
            fonts: HashMap::new(),
            font: 0,
            to_pass: 0,
            half: None,
            page: 1,
        }
    }

    fn read(mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'{' => {
                    self.decode_pending();
                    if self.groups.len() == DEEPEST {
                        let what = format!("its groups are nested more than {DEEPEST} levels deep");
                        return Err(Refusal::TooLarge { what });
                    }
                    self.groups.push(self.state.clone());
                    self.to_pass = 0;
                }
                b'}' => {
                    self.decode_pending();
                    if let Some(state) = self.groups.pop() {
                        self.state = state;
                    }
                    self.to_pass = 0;
                }
                b'\\' => at = self.control(bytes, at)?,
                b'\r' | b'\n' => {}
                byte => self.byte(byte),
            }
        }
        self.end_paragraph()?;
        self.end_table()?;
        if !self.groups.is_empty() && self.writer.page_is_empty() {
            return Err(Refusal::damaged("it ends too early"));
        }
        self.writer.title(&self.title)
    }

    /// Reads what follows a backslash, from `at`; answers where it ends.
    fn control(&mut self, bytes: &[u8], at: usize) -> Result<usize, Refusal> {
        let Some(&first) = bytes.get(at) else { return Ok(at) };
        if !first.is_ascii_alphabetic() {
            return Ok(self.symbol(bytes, at, first));
        }
        let length = |from: usize, matches: fn(&u8) -> bool| {
            bytes[from..].iter().take_while(|byte| matches(byte)).count()
        };
        let name_end = at + length(at, u8::is_ascii_alphabetic).min(32);
        let sign = usize::from(bytes.get(name_end) == Some(&b'-'));
        let digits = length(name_end + sign, u8::is_ascii_digit).min(10);
        let mut end = if digits > 0 { name_end + sign + digits } else { name_end };
        let number =
            std::str::from_utf8(&bytes[name_end..end]).ok().and_then(|text| text.parse().ok());
        if bytes.get(end) == Some(&b' ') {
            end += 1;
        }
        let name = std::str::from_utf8(&bytes[at..name_end]).unwrap_or_default();
        if name == "bin" {
            let length = number.and_then(|length: i32| usize::try_from(length).ok()).unwrap_or(0);
            return Ok(end.saturating_add(length).min(bytes.len()));
        }
        self.word(name, number)?;
        Ok(end)
    }

    fn symbol(&mut self, bytes: &[u8], at: usize, symbol: u8) -> usize {
        match symbol {
            b'\'' => {
                let digits =
                    bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.byte(byte);
                }
                return at + 3;
            }
            // What old programs do not know, they pass over; so do we, unless it is known.
            b'*' => self.state.is_apart |= !known_group(&bytes[at + 1..]),
            b'~' => self.push("\u{A0}"),
            b'_' => self.push("\u{2011}"),
            b'\n' | b'\r' => self.push("\n"),
            b'{' | b'}' | b'\\' => self.byte(symbol),
            _ => {}
        }
        at + 1
    }

    fn word(&mut self, name: &str, number: Option<i32>) -> Result<(), Refusal> {
        self.decode_pending();
        match name {
            "par" | "sect" => self.end_paragraph()?,
            "page" => self.break_page()?,
            "line" => self.push("\n"),
            "tab" => self.push("\t"),
            "cell" | "nestcell" => self.end_cell(),
            "row" | "nestrow" => self.end_row(),
            "trowd" | "intbl" => self.in_row = true,
            "pard" => {
                self.state.outline = None;
                self.in_row = false;
            }
            "outlinelevel" => {
                let level = number.and_then(|level| u8::try_from(level).ok());
                self.state.outline = level.filter(|level| *level < 9).map(|level| level + 1);
            }
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "bullet" => self.push("•"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => {
                let count = number.and_then(|count| usize::try_from(count).ok());
                self.state.stand_ins = count.unwrap_or(1).min(16);
            }
            "ansicpg" => {
                if let Some(encoding) = number.and_then(of_code_page) {
                    self.state.encoding = encoding;
                }
            }
            "f" => self.choose_font(number.unwrap_or(0)),
            "fcharset" if self.state.is_fonts => {
                if let Some(encoding) = number.and_then(of_character_set) {
                    self.fonts.insert(self.font, encoding);
                }
            }
            "fonttbl" => {
                self.state.is_fonts = true;
                self.state.is_apart = true;
            }
            "title" => self.state.is_title = true,
            // Word writes the same picture text twice.
            name if APART.contains(&name) => self.state.is_apart = true,
            _ => {}
        }
        Ok(())
    }

    fn choose_font(&mut self, number: i32) {
        self.font = number;
        if let (false, Some(encoding)) = (self.state.is_fonts, self.fonts.get(&number)) {
            self.state.encoding = encoding;
        }
    }

    fn byte(&mut self, byte: u8) {
        if self.to_pass > 0 {
            self.to_pass -= 1;
        } else {
            self.pending.push(byte);
        }
    }

    fn unicode(&mut self, number: i32) {
        self.to_pass = self.state.stand_ins;
        let unit = (number & 0xFFFF) as u16;
        let units = match self.half.take() {
            Some(half) => vec![half, unit],
            None if (0xD800..0xDC00).contains(&unit) => {
                self.half = Some(unit);
                return;
            }
            None => vec![unit],
        };
        // Symbol fonts have their characters in a private area, without a meaning of their own.
        if !(0xF000..0xF100).contains(&unit) {
            self.push(&String::from_utf16_lossy(&units));
        }
    }

    fn decode_pending(&mut self) {
        if !self.pending.is_empty() {
            let bytes = std::mem::take(&mut self.pending);
            let text = self.state.encoding.decode_without_bom_handling(&bytes).0;
            self.push_decoded(&text);
        }
    }

    fn push(&mut self, text: &str) {
        self.decode_pending();
        self.push_decoded(text);
    }

    fn push_decoded(&mut self, text: &str) {
        if self.state.is_title {
            self.title.push_str(text);
        } else if !self.state.is_apart {
            self.text.push_str(text);
        }
    }

    fn end_paragraph(&mut self) -> Result<(), Refusal> {
        self.decode_pending();
        if self.state.is_apart {
            return Ok(());
        }
        if self.in_row {
            self.text.push(' ');
            return Ok(());
        }
        self.end_table()?;
        let kind = self.state.outline.map_or(BlockKind::Text, BlockKind::Heading);
        self.writer.block(kind, &std::mem::take(&mut self.text))
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.rows.push_str(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        self.rows.push('\t');
    }

    fn end_row(&mut self) {
        self.rows.truncate(self.rows.trim_end_matches('\t').len());
        self.rows.push('\n');
    }

    fn end_table(&mut self) -> Result<(), Refusal> {
        self.writer.block(BlockKind::Table, &std::mem::take(&mut self.rows))
    }

    fn break_page(&mut self) -> Result<(), Refusal> {
        self.in_row = false;
        self.end_paragraph()?;
        self.writer.number_page(self.page);
        self.page += 1;
        self.writer.begin_page(Some(self.page))
    }
}

/// Whether the group that begins with these bytes holds words although it may be passed over.
fn known_group(bytes: &[u8]) -> bool {
    [&b"\\shptxt"[..], b"\\shpinst", b"\\footnote", b"\\annotation"]
        .iter()
        .any(|name| bytes.starts_with(name))
}

fn of_code_page(number: i32) -> Option<&'static Encoding> {
    let label = match number {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10000 => "macintosh".to_owned(),
        65001 => "utf-8".to_owned(),
        number => format!("windows-{number}"),
    };
    Encoding::for_label(label.as_bytes())
}

fn of_character_set(number: i32) -> Option<&'static Encoding> {
    let page = match number {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    of_code_page(page)
}
