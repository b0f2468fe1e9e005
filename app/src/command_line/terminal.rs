//! Standard output and standard error, as a person at a terminal or a script wants them.
//!
//! A model may write anything. What could move the cursor or change the title of a terminal is made
//! visible instead; a file or a pipe gets every byte.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use crate::command_line::Error;

const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";
const CLEAR_LINE: &str = "\r\x1b[K";

/// Where an answer appears while it is made.
pub(super) trait Screen {
    /// The next piece of the model's thinking.
    fn reasoning(&mut self, piece: &str) -> Result<(), Error>;
    /// The next piece of the answer.
    fn text(&mut self, piece: &str) -> Result<(), Error>;
    /// The answer is over.
    fn end(&mut self) -> Result<(), Error>;
}

/// Shows nothing; for `--json`, which prints everything at the end.
pub(super) struct Silent;

impl Screen for Silent {
    fn reasoning(&mut self, _piece: &str) -> Result<(), Error> {
        Ok(())
    }
    fn text(&mut self, _piece: &str) -> Result<(), Error> {
        Ok(())
    }
    fn end(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

/// Shows the answer on standard output. Reasoning is dimmed on standard error, and only if a person
/// looks at both; scripts get it with `--json`.
pub(super) struct Streaming {
    output_is_terminal: bool,
    shows_reasoning: bool,
    in_reasoning: bool,
    ends_with_newline: bool,
}

impl Streaming {
    pub(super) fn new() -> Self {
        let output_is_terminal = io::stdout().is_terminal();
        Self {
            output_is_terminal,
            shows_reasoning: output_is_terminal && io::stderr().is_terminal(),
            in_reasoning: false,
            ends_with_newline: true,
        }
    }

    fn leave_reasoning(&mut self) {
        if std::mem::take(&mut self.in_reasoning) {
            aside(&format!("{PLAIN}\n\n"));
        }
    }
}

impl Screen for Streaming {
    fn reasoning(&mut self, piece: &str) -> Result<(), Error> {
        if self.shows_reasoning {
            if !std::mem::replace(&mut self.in_reasoning, true) {
                aside(DIM);
            }
            aside(&visible(piece));
        }
        Ok(())
    }

    fn text(&mut self, piece: &str) -> Result<(), Error> {
        self.leave_reasoning();
        let piece = if self.output_is_terminal { visible(piece) } else { Cow::Borrowed(piece) };
        if let Some(last) = piece.chars().last() {
            self.ends_with_newline = last == '\n';
        }
        print(&piece)
    }

    fn end(&mut self) -> Result<(), Error> {
        self.leave_reasoning();
        if std::mem::replace(&mut self.ends_with_newline, true) { Ok(()) } else { print("\n") }
    }
}

/// Writes to standard output at once.
///
/// # Errors
/// [`Error::OutputClosed`] when nobody reads any more, as behind `| head -1`.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(output_failed)
}

/// What it means that standard output could not be written.
pub(super) fn output_failed(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Error::OutputClosed,
        _ => Error::Output(error),
    }
}

/// A number of things, as people say it.
pub(super) fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// Says something beside the answer, on standard error.
pub(super) fn note(text: &str) {
    aside(&format!("{text}\n"));
}

/// Asks on standard error and reads the answer; only `y` and `yes` mean it. `None` where nobody can be
/// asked, since standard input or standard error is no terminal.
///
/// # Errors
/// When standard input cannot be read.
pub(super) fn confirm(question: &str) -> Result<Option<bool>, Error> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(None);
    }
    aside(&format!("{question} [y/N] "));
    let mut line = String::new();
    io::stdin().read_line(&mut line).map_err(Error::Input)?;
    Ok(Some(is_yes(&line)))
}

/// Whether the answer to a question is a clear yes.
pub(super) fn is_yes(line: &str) -> bool {
    ["y", "yes"].iter().any(|yes| line.trim().eq_ignore_ascii_case(yes))
}

/// Writes to standard error. Where that cannot be written nobody can be told, and the answer matters
/// more.
fn aside(text: &str) {
    io::stderr().write_all(text.as_bytes()).ok();
}

/// One line of progress that replaces itself; shown only to a person.
pub(super) struct Progress {
    shown: bool,
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { shown: false, is_terminal: io::stderr().is_terminal() }
    }

    pub(super) fn show(&mut self, text: &str) {
        if self.is_terminal {
            aside(&format!("{CLEAR_LINE}{text}"));
            self.shown = true;
        }
    }

    /// Makes room for a line that is to stay.
    pub(super) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            aside(CLEAR_LINE);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Rows of cells, in columns as wide as their widest cell.
pub(super) fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
    };
    let widths: Vec<_> = (0..COLUMNS).map(|column| width(column).unwrap_or_default()).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<_> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// `text` with its control characters, line breaks and tabs excepted, replaced by visible ones.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let acts = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let picture = |character: char| match u32::from(character) {
        // Unicode has a picture for each of the old control characters, in the same order.
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    };
    text.chars().map(|c| if acts(c) { picture(c) } else { c }).collect::<String>().into()
}

/// `text` on one line and without effect on a terminal, for names that come from elsewhere.
pub(super) fn on_one_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\t']) {
        visible(&text.replace(['\n', '\t'], "\u{fffd}")).into_owned().into()
    } else {
        visible(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(on_one_line("new\nline\x1b.gguf"), "new\u{fffd}line␛.gguf");
    }

    #[test]
    fn a_model_cannot_steer_the_terminal() {
        assert_eq!(visible("\x1b]0;owned\x07ok\x7f\u{9b}"), "␛]0;owned␇ok␡\u{fffd}");
        assert!(matches!(visible("plain\n\ttext ☃"), Cow::Borrowed(_)));
    }
}
