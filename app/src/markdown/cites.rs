//! Numbers in brackets that stand for sources: `[1]`, `[1, 2]`, `【3】`.

use std::ops::Range;

use super::block::{Block, BlockKind, Run, Text};

/// The numbers of a text that are among `known`, and where they stand, in bytes. A number that has
/// its brackets for itself takes them along.
fn numbers(text: &str, known: &[u32]) -> Vec<(Range<usize>, u32)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(open) = text[rest..].find(['[', '【']) {
        let start = rest + open;
        let inner = start + text[start..].chars().next().map_or(1, char::len_utf8);
        rest = inner;
        let Some(length) = text[inner..].find([']', '】']) else { break };
        let list = &text[inner..inner + length];
        let digits = |part: &str| part.trim().bytes().all(|byte| byte.is_ascii_digit());
        if list.is_empty() || !list.split(',').all(digits) {
            continue;
        }
        let close = inner + length;
        let end = close + text[close..].chars().next().map_or(1, char::len_utf8);
        rest = end;
        let is_single = !list.contains(',');
        let mut at = inner;
        for part in list.split(',') {
            let from = at + (part.len() - part.trim_start().len());
            at += part.len() + 1;
            let Ok(number) = part.trim().parse() else { continue };
            if known.contains(&number) {
                let bytes = if is_single { start..end } else { from..from + part.trim().len() };
                found.push((bytes, number));
            }
        }
    }
    found
}

impl Block {
    /// Makes citations of the numbers that are among `known`, outside of code and links.
    pub(super) fn cite(&mut self, known: &[u32]) {
        match &mut self.kind {
            BlockKind::Paragraph(text) | BlockKind::Heading(_, text) => text.cite(known),
            BlockKind::Table { rows, .. } => {
                rows.iter_mut().flatten().for_each(|cell| cell.cite(known));
            }
            BlockKind::Code { .. } | BlockKind::Rule | BlockKind::Note(_) => {}
        }
    }
}

impl Text {
    fn cite(&mut self, known: &[u32]) {
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in std::mem::take(&mut self.runs) {
            if run.style.code || run.link.is_some() {
                runs.push(run);
                continue;
            }
            let mut start = run.bytes.start;
            for (bytes, number) in numbers(&self.text[run.bytes.clone()], known) {
                let bytes = run.bytes.start + bytes.start..run.bytes.start + bytes.end;
                if start < bytes.start {
                    runs.push(Run { bytes: start..bytes.start, ..run.clone() });
                }
                start = bytes.end;
                runs.push(Run { bytes, cite: Some(number), ..run.clone() });
            }
            if start < run.bytes.end {
                runs.push(Run { bytes: start..run.bytes.end, ..run });
            }
        }
        self.runs = runs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&str, u32)> {
        numbers(text, &[1, 2, 12])
            .into_iter()
            .map(|(bytes, number)| (&text[bytes], number))
            .collect()
    }

    #[test]
    fn numbers_with_a_source_are_found_in_brackets() {
        assert_eq!(found("Six months [1]."), [("[1]", 1)]);
        assert_eq!(found("[1][2] and [ 12 ]"), [("[1]", 1), ("[2]", 2), ("[ 12 ]", 12)]);
        assert_eq!(found("see [1, 2,12]"), [("1", 1), ("2", 2), ("12", 12)]);
        assert_eq!(found("是【2】。"), [("【2】", 2)]);
        assert_eq!(found("[3, 1]"), [("1", 1)]);
    }

    #[test]
    fn what_has_no_source_is_text() {
        for text in ["[3]", "[one]", "[]", "[1", "1]", "[99999999999]", "[1a]", "[[x]"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_text_keeps_its_words_and_styles_around_its_citations() {
        let mut text = Text::default();
        let strong = super::super::block::Style { strong: true, ..Default::default() };
        text.push("It is ", Default::default(), None);
        text.push("so [1]", strong, None);
        text.links.push("https://example.org".to_owned());
        text.push(" [2]", Default::default(), Some(0));
        text.cite(&[1, 2]);
        let cites: Vec<_> = text.runs.iter().filter_map(|run| run.cite).collect();
        assert_eq!(cites, [1], "a link stays a link");
        assert_eq!(text.runs.last().unwrap().bytes.end, text.text.len());
        assert_eq!(text.slice(3..12).runs.iter().filter_map(|run| run.cite).count(), 1);
        assert_eq!(text.to_markdown(), "It is **so** **[1]** [[2]](https://example.org)");
    }
}
