//! A title for a conversation, from the first thing that was said in it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The longest title, in characters.
const LONGEST: usize = 60;

/// The first words of a message, without Markdown, cut at a word; empty if there are none. The name of
/// an app before them, as in `/documents Who?`, says who was asked and not what.
pub(super) fn from_message(markdown: &str) -> String {
    cut(&first_line(without_app(markdown)))
}

/// What is asked of the app that a message names at its very beginning; all of it where none is
/// named, or nothing stands behind the name.
fn without_app(message: &str) -> &str {
    let behind = || {
        let (name, asked) = message.strip_prefix('/')?.split_once(char::is_whitespace)?;
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (is_name && !name.is_empty() && !asked.trim().is_empty()).then_some(asked)
    };
    behind().unwrap_or(message)
}

/// The text of the first block that has any; code only if there is nothing else.
fn first_line(markdown: &str) -> String {
    let mut text = String::new();
    let mut code = String::new();
    let mut in_code = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(part) if in_code => code.push_str(&part),
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                text.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell,
            ) if !text.trim().is_empty() => break,
            _ => {}
        }
        if text.len() > 8 * LONGEST {
            break;
        }
    }
    if text.trim().is_empty() { code.trim().lines().next().unwrap_or("").to_owned() } else { text }
}

fn cut(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text };
    // A character less for the dots. Without a space near the end, as in Chinese, anywhere.
    let whole = text[..end].char_indices().last().map_or(0, |(at, _)| at);
    let kept = &text[..whole];
    let at_word = match kept.rfind(' ') {
        _ if text[whole..].starts_with(' ') => kept,
        Some(space) if space > whole / 2 => &kept[..space],
        _ => kept,
    };
    format!("{}…", at_word.trim_end_matches(|c: char| c.is_whitespace() || ",;:–-".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_short_and_plain() {
        for (message, title) in [
            ("What is Rust?", "What is Rust?"),
            ("# A *bold* [link](http://x.y)\n\nmore", "A bold link"),
            ("- one\n- two", "one"),
            ("```rust\nfn main() {}\n```", "fn main() {}"),
            ("```\ncode\n```\nWhy does this fail?", "Why does this fail?"),
            ("two\nlines  and   spaces", "two lines and spaces"),
            ("a < b & `c`", "a < b & c"),
            ("/documents Who kept the light?", "Who kept the light?"),
            ("/side-by-side\n\n# One *thing*", "One thing"),
            ("/guide", "/guide"),
            ("/usr/bin holds programs", "/usr/bin holds programs"),
            (" /guide is meant as text", "/guide is meant as text"),
            ("/ alone", "/ alone"),
            ("   \n\n", ""),
            ("", ""),
            (
                "Please explain to me in simple words how a bill becomes a law in Norway",
                "Please explain to me in simple words how a bill becomes a…",
            ),
        ] {
            assert_eq!(from_message(message), title, "{message:?}");
        }
    }

    #[test]
    fn a_title_without_spaces_is_cut_between_characters() {
        let title = from_message(&"漢".repeat(100));
        assert_eq!(title.chars().count(), LONGEST);
        assert!(title.ends_with('…'));
    }
}
