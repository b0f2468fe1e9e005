//! Citations as footnotes of Markdown: `[2]` becomes `[^5]`, and the sources stand at the end.

use std::fmt::Write as _;

use super::Source;

/// The footnotes of a whole text, numbered through: each answer counts its sources from 1.
#[derive(Default)]
pub(super) struct Footnotes {
    lines: Vec<String>,
}

impl Footnotes {
    /// The text with footnotes in place of the numbers that have a source. Code is left as it is.
    pub(super) fn take_in(&mut self, text: &str, sources: &[Source]) -> String {
        if sources.is_empty() {
            return text.to_owned();
        }
        let before = self.lines.len();
        let label = |number: u32| {
            let place = sources.iter().position(|source| source.number == number)?;
            Some(before + place + 1)
        };
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = 0;
        for (bytes, numbers) in numbers_in(text) {
            let labels: Option<Vec<usize>> = numbers.iter().copied().map(label).collect();
            let Some(labels) = labels else { continue };
            out.push_str(&text[rest..bytes.start]);
            for label in labels {
                // Writing to a string cannot fail.
                let _ = write!(out, "[^{label}]");
            }
            rest = bytes.end;
        }
        out.push_str(&text[rest..]);
        self.lines.extend(sources.iter().map(line));
        out
    }

    /// Adds the footnotes below the text.
    pub(super) fn write(&self, text: &mut String) {
        for (line, label) in self.lines.iter().zip(1..) {
            let _ = write!(text, "\n[^{label}]: {line}\n");
        }
    }
}

fn line(source: &Source) -> String {
    let mut line = source.words();
    let quote = source.quote.split_whitespace().collect::<Vec<_>>().join(" ");
    if !quote.is_empty() {
        let _ = write!(line, ": “{quote}”");
    }
    if !source.path.is_empty() && source.path != source.title {
        let _ = write!(line, " ({})", source.path);
    }
    line
}

/// The numbers in brackets outside of code, as `[1]` and `[1, 2]`, and where they stand, in bytes.
/// What is followed by `(` or `:` is a link of Markdown and no citation.
fn numbers_in(text: &str) -> Vec<(std::ops::Range<usize>, Vec<u32>)> {
    let mut found = Vec::new();
    for plain in outside_code(text) {
        let mut at = plain.start;
        while let Some(open) = text[at..plain.end].find('[') {
            let start = at + open;
            at = start + 1;
            let Some(length) = text[at..plain.end].find(']') else { break };
            let inner = &text[at..at + length];
            let end = at + length + 1;
            let is_link = text[end..].starts_with(['(', ':']);
            let numbers: Option<Vec<u32>> =
                inner.split(',').map(|number| number.trim().parse().ok()).collect();
            if let Some(numbers) = numbers.filter(|_| !is_link) {
                found.push((start..end, numbers));
                at = end;
            }
        }
    }
    found
}

/// The stretches of Markdown that are no code, in bytes.
fn outside_code(text: &str) -> Vec<std::ops::Range<usize>> {
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    let mut stretches = Vec::new();
    let mut start = 0;
    let mut code = None;
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Code(_) => {
                stretches.push(start..range.start);
                start = range.end;
            }
            Event::Start(Tag::CodeBlock(_)) => code = Some(range),
            Event::End(TagEnd::CodeBlock) => {
                if let Some(block) = code.take() {
                    stretches.push(start..block.start.max(start));
                    start = block.end;
                }
            }
            _ => {}
        }
    }
    stretches.push(start.min(text.len())..text.len());
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(number: u32, title: &str, page: Option<u32>, quote: &str) -> Source {
        let (title, quote) = (title.to_owned(), quote.to_owned());
        Source { number, title, page, quote, path: "/a.pdf".to_owned(), ..Source::default() }
    }

    #[test]
    fn numbers_become_footnotes_that_are_numbered_through() {
        let mut notes = Footnotes::default();
        let first = [source(1, "Lease", Some(7), "ends\non 1 May"), source(2, "Letter", None, "")];
        assert_eq!(
            notes.take_in("It ends [1][2], see [1, 2].", &first),
            "It ends [^1][^2], see [^1][^2]."
        );
        assert_eq!(notes.take_in("Yes [1].", &[source(1, "Note", None, "x")]), "Yes [^3].");
        let mut text = String::new();
        notes.write(&mut text);
        assert_eq!(
            text,
            "\n[^1]: Lease, page 7: “ends on 1 May” (/a.pdf)\n\n[^2]: Letter (/a.pdf)\n\n\
             [^3]: Note: “x” (/a.pdf)\n"
        );
    }

    #[test]
    fn what_is_no_citation_stays_as_it_is() {
        let mut notes = Footnotes::default();
        let sources = [source(1, "Lease", None, "")];
        for text in [
            "`a[1]`",
            "[1](https://example.org)",
            "[7]",
            "[one]",
            "[1, 7]",
            "[",
            "```\nb[1]\n```",
            "[1]: https://example.org",
        ] {
            assert_eq!(Footnotes::default().take_in(text, &sources), text);
        }
        assert_eq!(notes.take_in("`x` and [1] and `y`", &sources), "`x` and [^1] and `y`");
        assert_eq!(Footnotes::default().take_in("[1]", &[]), "[1]");
    }
}
