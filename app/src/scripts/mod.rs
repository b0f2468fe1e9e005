//! Apps on the screen: their page, their panels, the editor.
mod action;
pub(crate) mod editor;

pub(crate) use action::Action;
pub mod panel;
mod words;
