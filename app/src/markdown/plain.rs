//! What a person typed → blocks. Their text is shown as they typed it, line breaks and all; only
//! fenced code is set apart.

use super::block::{Block, BlockKind, Gap, Text};
use super::parse::{cut_lines, cut_point};

const LONGEST_PARAGRAPH: usize = 8_000;

/// Turns typed text into blocks.
pub(super) fn parse(source: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut text_start = 0;
    let mut code: Option<(usize, usize, String)> = None;
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let end = at + line.len();
        let fence = line.trim_end().strip_prefix("```");
        match (&code, fence) {
            (None, Some(info)) if !info.contains('`') => {
                push_text(&mut blocks, source, text_start, at);
                code = Some((at, end, info.trim().to_owned()));
            }
            (Some((start, body, language)), Some("")) => {
                let text = source[*body..at.max(*body)].trim_end_matches('\n');
                push_code(&mut blocks, language, text, *start..end);
                code = None;
                text_start = end;
            }
            _ => {}
        }
        at = end;
    }
    match code {
        Some((start, body, language)) => {
            let text = source[body..].trim_end_matches('\n');
            push_code(&mut blocks, &language, text, start..source.len());
        }
        None => push_text(&mut blocks, source, text_start, source.len()),
    }
    blocks
}

fn push_code(blocks: &mut Vec<Block>, language: &str, code: &str, source: std::ops::Range<usize>) {
    let kind = BlockKind::Code { language: language.to_owned(), code: cut_lines(code) };
    blocks.push(Block { source, levels: Vec::new(), marker: None, gap: Gap::Paragraph, kind });
}

fn push_text(blocks: &mut Vec<Block>, source: &str, start: usize, end: usize) {
    let text = source[start..end].trim_matches('\n');
    let offset =
        start + (source[start..end].len() - source[start..end].trim_start_matches('\n').len());
    let mut at = 0;
    while at < text.len() {
        let cut = cut_point(text, at, LONGEST_PARAGRAPH);
        blocks.push(Block {
            source: offset + at..offset + cut,
            levels: Vec::new(),
            marker: None,
            gap: if at == 0 { Gap::Paragraph } else { Gap::None },
            kind: BlockKind::Paragraph(Text::plain(text[at..cut].to_owned())),
        });
        at = cut;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_text_keeps_its_lines_and_its_stars() {
        let blocks = parse("one *two*\n# three\n```rust\nfn a() {}\n```\nfour");
        assert_eq!(blocks.len(), 3);
        assert_eq!(
            blocks[0].kind,
            BlockKind::Paragraph(Text::plain("one *two*\n# three".to_owned()))
        );
        assert_eq!(
            blocks[1].kind,
            BlockKind::Code { language: "rust".to_owned(), code: "fn a() {}".to_owned() }
        );
        assert_eq!(blocks[2].kind, BlockKind::Paragraph(Text::plain("four".to_owned())));
    }

    #[test]
    fn an_open_fence_reaches_to_the_end() {
        let blocks = parse("```\nlet x = 1;\n");
        let code = "let x = 1;".to_owned();
        assert_eq!(blocks[0].kind, BlockKind::Code { language: String::new(), code });
    }
}
