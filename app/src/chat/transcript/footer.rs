//! What stands under a message: the actions, the versions, and what the answer took.

use egui::{Layout, Ui};
use engine::{Finish, StopReason};

use super::model::{MessageKey, TranscriptAction, TranscriptMessage};
use crate::look::{self, Icon};

/// Width of a person's actions.
pub(super) const PERSON_ACTIONS: f32 = 3.0 * look::space::ICON_BUTTON + 12.0;

/// Draws the row under an answer.
pub(super) fn answer_footer_ui(
    ui: &mut Ui,
    message: &TranscriptMessage<'_>,
    actions: &mut Vec<TranscriptAction>,
) {
    row_ui(ui, Layout::left_to_right(egui::Align::Center), |ui| {
        // The icons begin where the text does.
        ui.add_space(-7.0);
        answer_actions_ui(ui, message, actions);
        branch_ui(ui, message, actions);
        let details = details(message);
        if !details.is_empty() {
            ui.add_space(8.0);
            look::caption_line(ui, &details);
        }
    });
}

/// Draws the versions of a person's message, and the actions where they have no room beside it;
/// `shown` fades these, 0 to 1. Returns whether editing was asked for.
pub(super) fn person_footer_ui(
    ui: &mut Ui,
    message: &TranscriptMessage<'_>,
    with_actions: Option<f32>,
    actions: &mut Vec<TranscriptAction>,
) -> bool {
    if message.branch.1 < 2 && with_actions.is_none() {
        return false;
    }
    let mut edit = false;
    row_ui(ui, Layout::right_to_left(egui::Align::Center), |ui| {
        branch_ui(ui, message, actions);
        if let Some(shown) = with_actions {
            edit = person_actions_ui(ui, message.key, shown, actions);
        }
    });
    edit
}

/// Draws a row as high as its buttons; the room below a message is endless.
pub(super) fn row_ui(ui: &mut Ui, layout: Layout, contents: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(ui.available_width(), look::space::CONTROL);
    ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.set_min_height(size.y);
        contents(ui);
    });
}

/// Draws copy, edit and delete from right to left. Returns whether editing was asked for.
pub(super) fn person_actions_ui(
    ui: &mut Ui,
    key: MessageKey,
    shown: f32,
    actions: &mut Vec<TranscriptAction>,
) -> bool {
    ui.spacing_mut().item_spacing.x = 2.0;
    ui.multiply_opacity(shown);
    if look::icon_button(ui, Icon::Trash2, "Delete message").clicked() {
        actions.push(TranscriptAction::Delete(key));
    }
    let edit = look::icon_button(ui, Icon::Pencil, "Edit message").clicked();
    if look::icon_button(ui, Icon::Copy, "Copy message").clicked() {
        actions.push(TranscriptAction::Copy(key));
    }
    edit
}

fn answer_actions_ui(
    ui: &mut Ui,
    message: &TranscriptMessage<'_>,
    actions: &mut Vec<TranscriptAction>,
) {
    let key = message.key;
    if look::icon_button(ui, Icon::Copy, "Copy answer").clicked() {
        actions.push(TranscriptAction::Copy(key));
    }
    if look::icon_button(ui, Icon::RefreshCw, "Regenerate answer").clicked() {
        actions.push(TranscriptAction::Regenerate(key));
    }
    if look::icon_button(ui, Icon::Trash2, "Delete answer").clicked() {
        actions.push(TranscriptAction::Delete(key));
    }
}

/// `‹ 2/3 ›`, if there are several versions.
fn branch_ui(ui: &mut Ui, message: &TranscriptMessage<'_>, actions: &mut Vec<TranscriptAction>) {
    let (index, count) = message.branch;
    if count < 2 {
        return;
    }
    let key = message.key;
    let step = |ui: &mut Ui, icon, name: &str, step: isize, enabled: bool| {
        let response = ui.add_enabled_ui(enabled, |ui| look::icon_button(ui, icon, name)).inner;
        response.clicked().then_some(TranscriptAction::Branch { key, step })
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let backwards = ui.layout().prefer_right_to_left();
        let mut earlier = |ui: &mut Ui| {
            actions.extend(step(ui, Icon::ChevronLeft, "Earlier version", -1, index > 1));
        };
        if !backwards {
            earlier(ui);
            look::caption_line(ui, &format!("{index}/{count}"));
            actions.extend(step(ui, Icon::ChevronRight, "Later version", 1, index < count));
        } else {
            let later = step(ui, Icon::ChevronRight, "Later version", 1, index < count);
            look::caption_line(ui, &format!("{index}/{count}"));
            earlier(ui);
            actions.extend(later);
        }
    });
}

/// What an answer took, in words.
fn details(message: &TranscriptMessage<'_>) -> String {
    let mut parts = message.finish.map(finish_words).unwrap_or_default();
    match message.dropped_messages {
        0 => {}
        1 => parts.push("1 oldest message left out".to_owned()),
        many => parts.push(format!("{many} oldest messages left out")),
    }
    parts.join("  \u{b7}  ")
}

fn finish_words(finish: &Finish) -> Vec<String> {
    let tokens = finish.usage.generated_tokens;
    // An app answered without a model.
    if tokens == 0 && finish.usage.prompt_tokens == 0 {
        return Vec::new();
    }
    let mut parts = vec![match tokens {
        1 => "1 token".to_owned(),
        many => format!("{} tokens", thousands(many)),
    }];
    if let Some(speed) = finish.timings.tokens_per_second(&finish.usage) {
        parts.push(format!("{speed:.1} tokens/s"));
    }
    // One that was stopped while the prompt was read has no first token.
    if tokens > 0 {
        let first = finish.timings.first_token.as_secs_f64();
        let digits = if first < 10.0 { 2 } else { 0 };
        parts.push(format!("{first:.digits$} s to first token"));
    }
    parts.push(match &finish.reason {
        StopReason::EndOfTurn => "end of turn".to_owned(),
        StopReason::ToolCalls => "called tools".to_owned(),
        StopReason::StopString(text) => format!("stopped at \u{201c}{}\u{201d}", text.trim()),
        StopReason::MaxTokens => "maximum length reached".to_owned(),
        StopReason::ContextFull => "context full".to_owned(),
        StopReason::Cancelled => "stopped".to_owned(),
    });
    parts
}

fn thousands(number: u32) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use engine::{Timings, Usage};

    use super::*;

    #[test]
    fn an_answer_without_a_token_has_no_time_to_the_first() {
        let finish = Finish {
            reason: StopReason::Cancelled,
            usage: Usage { prompt_tokens: 900, reused_tokens: 0, generated_tokens: 0 },
            timings: Timings::default(),
            seed: 1,
        };
        assert_eq!(finish_words(&finish), ["0 tokens", "stopped"]);
    }

    #[test]
    fn an_answer_says_what_it_took() {
        let finish = Finish {
            reason: StopReason::MaxTokens,
            usage: Usage { prompt_tokens: 9, reused_tokens: 0, generated_tokens: 1_201 },
            timings: Timings {
                first_token: Duration::from_millis(420),
                generating: Duration::from_secs(100),
                ..Timings::default()
            },
            seed: 1,
        };
        assert_eq!(
            finish_words(&finish),
            ["1,201 tokens", "12.0 tokens/s", "0.42 s to first token", "maximum length reached"]
        );
    }
}
