//! Words on a page that are not part of a control.

use egui::{Color32, FontId, Label, Response, RichText, Ui};

use super::super::fonts;
use super::super::tokens::{text_size, tokens};

fn text(ui: &mut Ui, words: &str, font: FontId, color: Color32) -> Response {
    ui.add(Label::new(RichText::new(words).font(font).color(color)).wrap())
}

/// The title of a page.
pub fn page_title(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).text_strong;
    text(ui, words, fonts::semibold_font(text_size::TITLE), color)
}

/// The title of a section of a page.
pub fn section_title(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).text_strong;
    text(ui, words, fonts::semibold_font(text_size::SECTION), color)
}

/// Words that stand out within a page.
pub fn strong(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).text_strong;
    text(ui, words, fonts::medium_font(text_size::BODY), color)
}

/// Plain words.
pub fn label(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).text;
    text(ui, words, fonts::regular_font(text_size::BODY), color)
}

/// Secondary words: an explanation below a control.
pub fn muted(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).text_muted;
    text(ui, words, fonts::regular_font(text_size::SMALL), color)
}

/// A small heading over a group of rows, or a note.
pub fn caption(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).text_faint;
    text(ui, words, fonts::medium_font(text_size::CAPTION), color)
}

/// Says what went wrong, beside the thing that went wrong.
pub fn error_text(ui: &mut Ui, words: &str) -> Response {
    let color = tokens(ui).danger;
    text(ui, words, fonts::regular_font(text_size::BODY), color)
}

/// Plain words on one line, cut with an ellipsis; the whole is shown as a tooltip.
pub fn truncated(ui: &mut Ui, words: &str) -> Response {
    let rich =
        RichText::new(words).font(fonts::regular_font(text_size::BODY)).color(tokens(ui).text);
    ui.add(Label::new(rich).truncate())
}

/// A caption on one line, in a row with other things.
pub fn caption_line(ui: &mut Ui, words: &str) -> Response {
    let rich = RichText::new(words)
        .font(fonts::regular_font(text_size::CAPTION))
        .color(tokens(ui).text_faint);
    ui.add(Label::new(rich).truncate())
}

/// The name of somebody who speaks.
pub fn name_line(ui: &mut Ui, words: &str) -> Response {
    let rich = RichText::new(words)
        .font(fonts::semibold_font(text_size::BODY + 0.5))
        .color(tokens(ui).text_strong);
    ui.add(Label::new(rich).truncate())
}

/// Words that appear when the pointer rests on something.
pub fn tooltip(response: Response, words: &str) -> Response {
    response.on_hover_text(words)
}

/// With a capital letter at its beginning.
pub fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_as_a_sentence() {
        assert_eq!(sentence("it is damaged"), "It is damaged");
        assert_eq!(sentence(""), "");
    }
}
