//! The end of a prompt, where the model goes on: in the middle of a message that it has begun, or
//! with its thinking switched off although the template has no switch.

use super::super::reasoning::{self, Style};
use super::super::request::Message;

/// Closes the thinking that a template opens regardless of what it was asked.
pub(super) fn close_thinking(prompt: &mut String) {
    if let Some(tag) = reasoning::left_open(prompt) {
        prompt.truncate(prompt.trim_end().len());
        prompt.push_str(&format!("\n\n{}\n\n", tag.close));
    }
}

/// Appends a message that the assistant is to continue to a prompt that opens its turn.
pub(super) fn continue_message(prompt: &mut String, begun: &Message, style: Option<Style>) {
    let thought = begun.reasoning.as_deref().map(str::trim).unwrap_or_default();
    let opened = reasoning::left_open(prompt);
    match (opened, style) {
        (Some(tag), _) => {
            prompt.truncate(prompt.trim_end().len());
            prompt.push_str(&format!("\n{thought}\n{}\n\n", tag.close));
        }
        (None, Some(Style::Tags(tag))) if !thought.is_empty() => {
            prompt.push_str(&format!("{}\n{thought}\n{}\n\n", tag.open, tag.close));
        }
        (None, Some(Style::Harmony)) => {
            if !thought.is_empty() {
                prompt.push_str(&format!(
                    "<|channel|>analysis<|message|>{thought}<|end|><|start|>assistant"
                ));
            }
            prompt.push_str("<|channel|>final<|message|>");
        }
        (None, _) => {}
    }
    prompt.push_str(&begun.content);
}
