//! Why an answer is as it is: what was found, what was read of it, and the prompt, which can be
//! changed and sent again.

use egui::{Align, Layout, ScrollArea, Ui};
use engine::Role;
use engine::documents::ask::{Budget, Candidate, Grounds};
use engine::documents::search::{Reranked, Reranking};

use super::state::Why;
use super::{Action, Draft};
use crate::action::Actions;
use crate::chat::transcript;
use crate::demo;
use crate::look::{self, Icon, Tone, space};
use crate::measures::grouped;

/// How much of a passage is shown, in characters.
const SHOWN: usize = 320;

/// Draws it.
pub(super) fn why_ui(ui: &mut Ui, why: &Why, draft: &mut Draft, actions: &mut Actions) {
    ui.horizontal(|ui| {
        look::section_title(ui, "Why this answer");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if look::icon_button(ui, Icon::X, "Close the explanation").clicked() {
                actions.push(Action::ClosePanel.into());
            }
        });
    });
    ui.add_space(space::TIGHT);
    ScrollArea::vertical().auto_shrink(false).id_salt("why").show(ui, |ui| {
        // Room for the scroll bar.
        ui.set_width(ui.available_width() - 12.0);
        let grounds = &why.grounds;
        question_ui(ui, grounds);
        if let Some(budget) = &grounds.budget {
            heading_ui(ui, "What the prompt takes");
            budget_ui(ui, budget);
        }
        passages_ui(ui, grounds, actions);
        prompt_ui(ui, grounds, draft, actions);
    });
}

fn heading_ui(ui: &mut Ui, words: &str) {
    ui.add_space(space::WIDE);
    look::strong(ui, words);
    ui.add_space(space::TIGHT);
}

fn question_ui(ui: &mut Ui, grounds: &Grounds) {
    look::label(ui, &grounds.question);
    if let Some(standalone) = &grounds.standalone {
        look::muted(ui, &format!("Searched for as: {standalone}"));
    }
    ui.add_space(space::TIGHT);
    look::muted(ui, &transcript::reading_words(grounds));
    if !grounds.because.trim().is_empty() {
        look::muted(ui, grounds.because.trim());
    }
    let answered = match &grounds.model {
        Some(model) => format!("Answered by {}", demo::labelled(model)),
        None => "Answered by quoting sentences, without a model".to_owned(),
    };
    look::muted(ui, &answered);
    let meaning = match grounds.meaning_weight {
        None => "Searched by words".to_owned(),
        Some(weight) if weight <= 0.0 => {
            "Searched by words: the embedding model does not read these documents well".to_owned()
        }
        Some(weight) => {
            format!("Searched by words and by meaning, which counts {:.0} %", weight * 100.0)
        }
    };
    look::muted(ui, &meaning);
    if let Some(reranking) = &grounds.reranking {
        look::muted(ui, &order(reranking));
    }
}

/// What a reranker did.
fn order(reranking: &Reranking) -> String {
    let Reranking { model, read, cut, failure } = reranking;
    match (failure, cut) {
        (Some(failure), _) => format!("{model} did not order what was found: {failure}"),
        (None, 0) => format!("The best {read} ordered by {model}"),
        (None, cut) => {
            format!("The best {read} ordered by {model}, which could not read {cut} to their end")
        }
    }
}

fn budget_ui(ui: &mut Ui, budget: &Budget) {
    let parts = [
        ("Instructions", budget.instructions),
        ("Passages", budget.passages),
        ("Conversation before", budget.earlier),
        ("Question", budget.question),
        ("Kept free for the answer", budget.answer),
    ];
    egui::Grid::new("budget").num_columns(3).spacing([12.0, 4.0]).show(ui, |ui| {
        for (name, tokens) in parts {
            look::muted(ui, name);
            let words =
                format!("{name}: {} of {} tokens", grouped(tokens), grouped(budget.context));
            look::meter(ui, f64::from(tokens), f64::from(budget.context.max(1)), &words);
            look::muted(ui, &grouped(tokens));
            ui.end_row();
        }
    });
    let used: u32 = parts.iter().map(|(_, tokens)| tokens).sum();
    let all = format!("{} of {} tokens of context", grouped(used), grouped(budget.context));
    look::caption(ui, &all);
}

fn passages_ui(ui: &mut Ui, grounds: &Grounds, actions: &mut Actions) {
    let (read, left): (Vec<_>, Vec<_>) =
        grounds.candidates.iter().partition(|candidate| candidate.number.is_some());
    if !read.is_empty() {
        heading_ui(ui, "Read");
        read.into_iter().for_each(|candidate| candidate_ui(ui, candidate, actions));
    }
    if !left.is_empty() {
        heading_ui(ui, "Found, and left out");
        left.into_iter().for_each(|candidate| candidate_ui(ui, candidate, actions));
    }
    if grounds.candidates.is_empty() {
        heading_ui(ui, "Nothing was found");
    }
}

fn candidate_ui(ui: &mut Ui, candidate: &Candidate, actions: &mut Actions) {
    let passage = &candidate.passage;
    look::card(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            if let Some(number) = candidate.number {
                look::badge(ui, &number.to_string(), Tone::Accent);
            }
            look::strong(ui, &passage.name);
            if let Some(page) = passage.page {
                look::muted(ui, &format!("page {page}"));
            }
        });
        if !passage.headings.is_empty() {
            look::caption(ui, &passage.headings.join(" › "));
        }
        look::muted(ui, &shortened(&passage.text));
        look::caption(ui, &ranks(candidate));
        if let Some(Reranked { score, before }) = passage.reranked {
            look::caption(ui, &format!("Reranker {score:.4}  ·  place {before} before"));
        }
        if !candidate.left_out.is_empty() {
            look::muted(ui, &format!("Left out: {}", candidate.left_out));
        }
        let name = format!("Open {}", passage.name);
        if look::named_button(ui, "Open", &name).clicked() {
            actions.push(Action::OpenPassage(Box::new(passage.clone())).into());
        }
    });
    ui.add_space(space::TIGHT);
}

fn shortened(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// The place of a passage in each list.
fn ranks(candidate: &Candidate) -> String {
    let place = |rank: Option<usize>| rank.map_or("–".to_owned(), |rank| rank.to_string());
    let passage = &candidate.passage;
    format!(
        "By words {}  ·  by meaning {}  ·  score {:.4}",
        place(passage.words_rank),
        place(passage.meaning_rank),
        passage.score
    )
}

fn prompt_ui(ui: &mut Ui, grounds: &Grounds, draft: &mut Draft, actions: &mut Actions) {
    if grounds.prompt.is_empty() {
        return;
    }
    heading_ui(ui, "The prompt, word for word");
    if let Some(prompt) = &mut draft.prompt {
        for message in prompt.iter_mut() {
            look::long_text_field(ui, role(message.role), &mut message.content, "", 4);
        }
        ui.horizontal(|ui| {
            if look::primary_button(ui, "Ask again with this prompt").clicked() {
                actions.push(Action::RunPrompt.into());
            }
            if look::button(ui, "Leave it as it was").clicked() {
                actions.push(Action::KeepPrompt.into());
            }
        });
        return;
    }
    if look::button(ui, "Change the prompt…").clicked() {
        actions.push(Action::EditPrompt.into());
    }
    for message in &grounds.prompt {
        ui.add_space(space::TIGHT);
        look::caption(ui, role(message.role));
        look::card(ui, |ui| look::muted(ui, &message.content));
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::System => "Instructions",
        Role::User => "You",
        Role::Assistant => "Answer",
        Role::Tool => "Tool",
    }
}
