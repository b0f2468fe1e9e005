//! What stands under an answer from documents: how they were read, what is doubtful, and the sources.

use std::collections::HashSet;

use egui::{Align, Layout, Popup, Sense, Ui, UiBuilder, vec2};
use engine::conversations::{Source, Sources};
use engine::documents::ask::{Grounds, Reading};

use super::message::fold_ui;
use super::model::{MessageKey, TranscriptAction, TranscriptMessage};
use crate::look::{self, Button, ButtonKind, Icon, Tone, tokens};
use crate::markdown::Cited;

/// How many doubtful sentences are told one by one.
const DOUBTS: usize = 3;
/// The room in a button before its icon, in points.
const BEFORE_ICON: f32 = 12.0;
/// How much of a passage is shown in the list, in characters.
const QUOTE: usize = 160;

/// Lets the chips in a text say what they stand for.
pub(super) struct Named<'a>(pub(super) &'a Sources);

impl Cited for Named<'_> {
    fn source(&self, number: u32) -> Option<(String, &str)> {
        self.0.of(number).map(|source| (source.words(), source.quote.as_str()))
    }
}

/// Draws it. `open` holds the answers whose sources are unfolded; returns whether that has changed.
pub(super) fn sources_ui(
    ui: &mut Ui,
    message: &TranscriptMessage<'_>,
    open: &mut HashSet<MessageKey>,
    actions: &mut Vec<TranscriptAction>,
) -> bool {
    let Some(sources) = message.sources.filter(|sources| !sources.is_empty()) else { return false };
    let key = message.key;
    if let Some(grounds) = &sources.grounds {
        doubts_ui(ui, grounds);
        let size = vec2(ui.available_width(), look::space::CONTROL);
        let (row, _) = ui.allocate_exact_size(size, Sense::hover());
        // The icons begin where the text does.
        let row = row.with_min_x(row.left() - BEFORE_ICON);
        let layout = Layout::left_to_right(Align::Center);
        let mut row = ui.new_child(UiBuilder::new().max_rect(row).layout(layout));
        reading_ui(&mut row, key, grounds, message.progress.is_running(), actions);
        let why = Button::new("Why this answer").icon(Icon::CircleHelp).kind(ButtonKind::Quiet);
        if row.add(why).clicked() {
            actions.push(TranscriptAction::Why(key));
        }
    }
    if sources.citations.is_empty() {
        return false;
    }
    let is_open = open.contains(&key);
    let words = match sources.citations.len() {
        1 => "1 source".to_owned(),
        count => format!("{count} sources"),
    };
    let toggled = fold_ui(ui, Icon::Quote, &words, is_open).clicked();
    if toggled && !open.remove(&key) {
        open.insert(key);
    }
    if is_open {
        for source in &sources.citations {
            if source_ui(ui, source) {
                actions.push(TranscriptAction::OpenSource { key, number: source.number });
            }
        }
    }
    toggled
}

/// One source in the list. Returns whether it was clicked.
pub(crate) fn source_ui(ui: &mut Ui, source: &Source) -> bool {
    let title = format!("{}  {}", source.number, source.words());
    let quote = one_line(&source.quote);
    let row = look::ListRow::new(&title).icon(Icon::FileText).detail(&quote);
    ui.add(row).clicked()
}

fn one_line(quote: &str) -> String {
    let line = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("“{}…”", &line[..end]),
        None => format!("“{line}”"),
    }
}

/// How documents were read, and the menu of other ways.
fn reading_ui(
    ui: &mut Ui,
    key: MessageKey,
    grounds: &Grounds,
    running: bool,
    actions: &mut Vec<TranscriptAction>,
) {
    let words = reading_words(grounds);
    let button = Button::new(&words).icon(Icon::BookOpen).kind(ButtonKind::Quiet).drops_down();
    let button = ui.add_enabled(!running, button).on_hover_text(&grounds.because);
    Popup::menu(&button).show(|ui| {
        look::caption(ui, "Ask again, and read");
        for (reading, words) in READINGS {
            let icon = if reading == grounds.reading { Icon::Check } else { Icon::BookOpen };
            if look::menu_item(ui, icon, words).clicked() {
                actions.push(TranscriptAction::ReadOtherwise { key, reading });
            }
        }
    });
}

/// The ways of reading, as a menu says them.
const READINGS: [(Reading, &str); 4] = [
    (Reading::Passages, "The passages that fit best"),
    (Reading::Whole, "The documents as a whole"),
    (Reading::Summary, "Everything, summed up part by part"),
    (Reading::Scan, "Every passage, one after the other"),
];

/// How documents were read, in a few words.
pub(crate) fn reading_words(grounds: &Grounds) -> String {
    let read = grounds.candidates.iter().filter(|candidate| candidate.number.is_some());
    let count = read.clone().count();
    let passages = if count == 1 { "1 passage".to_owned() } else { format!("{count} passages") };
    match grounds.reading {
        Reading::Passages => format!("Read {passages}"),
        Reading::Whole => {
            let mut names: Vec<&str> =
                read.map(|candidate| candidate.passage.name.as_str()).collect();
            names.dedup();
            match names.as_slice() {
                [name] => format!("Read whole: {name}"),
                names => format!("Read {} documents whole", names.len()),
            }
        }
        Reading::Summary if count == 1 => "Summed up 1 part".to_owned(),
        Reading::Summary => format!("Summed up {count} parts"),
        Reading::Scan => format!("Looked through {passages}"),
    }
}

/// Sentences that their source does not support, and numbers that stood for nothing.
fn doubts_ui(ui: &mut Ui, grounds: &Grounds) {
    let mut words: Vec<String> = grounds
        .doubts
        .iter()
        .take(DOUBTS)
        .map(|doubt| {
            let sentence = one_line(&doubt.sentence);
            format!("Source {} does not seem to say this: {sentence}", doubt.number)
        })
        .collect();
    match grounds.doubts.len().saturating_sub(DOUBTS) {
        0 => {}
        1 => words.push("1 more sentence is not supported by its source".to_owned()),
        more => words.push(format!("{more} more sentences are not supported by their sources")),
    }
    match grounds.dropped_numbers.as_slice() {
        [] => {}
        [number] => words.push(format!(
            "A source {number} was named that there is not; its number was taken out"
        )),
        numbers => {
            let list: Vec<String> = numbers.iter().map(u32::to_string).collect();
            words.push(format!(
                "Sources {} were named that there are not; their numbers were taken out",
                list.join(", ")
            ));
        }
    }
    for words in words {
        ui.horizontal(|ui| {
            look::status_dot(ui, "Doubtful", Tone::Warning);
            let rich = egui::RichText::new(&words)
                .font(look::fonts::regular_font(look::text_size::SMALL))
                .color(tokens(ui).warning);
            ui.add(egui::Label::new(rich).wrap());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::documents::ask::Candidate;
    use engine::documents::search::Passage;
    use engine::documents::store::DocumentId;

    fn grounds(reading: Reading, names: &[&str]) -> Grounds {
        let candidate = |(name, number): (&&str, u32)| Candidate {
            passage: Passage {
                document: DocumentId(1),
                name: (*name).to_owned(),
                path: "/a".into(),
                page: None,
                page_ordinal: 0,
                characters: 0..1,
                headings: Vec::new(),
                text: "a".to_owned(),
                score: 1.0,
                words_rank: None,
                meaning_rank: None,
                reranked: None,
                chunks: Vec::new(),
            },
            number: (number < 3).then_some(number),
            left_out: String::new(),
        };
        let candidates = names.iter().zip(1..).map(candidate).collect();
        Grounds { candidates, ..Grounds::new("?", reading, String::new()) }
    }

    #[test]
    fn only_what_was_read_is_counted() {
        for (reading, names, words) in [
            (Reading::Passages, ["a", "b", "c"].as_slice(), "Read 2 passages"),
            (Reading::Passages, &["a"], "Read 1 passage"),
            (Reading::Whole, &["lease.pdf", "lease.pdf"], "Read whole: lease.pdf"),
            (Reading::Whole, &["a", "b"], "Read 2 documents whole"),
            (Reading::Summary, &["a", "a"], "Summed up 2 parts"),
            (Reading::Scan, &[], "Looked through 0 passages"),
        ] {
            assert_eq!(reading_words(&grounds(reading, names)), words);
        }
    }
}
