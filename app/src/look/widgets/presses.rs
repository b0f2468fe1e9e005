//! Keys with exactly the modifiers that were held when they went down.
//!
//! `input.modifiers` are those at the end of a frame: after a quick Shift+Enter, there are none any more.

use egui::{Event, Key, Modifiers, Ui};

/// The modifiers with which `key` went down since the last frame; `None` if it did not.
pub fn pressed_with(ui: &Ui, key: Key) -> Option<Modifiers> {
    ui.input(|input| input.events.iter().find_map(|event| press_of(event, key)))
}

/// Takes `key` without any modifiers out of the input. Whether it was there.
pub fn take_bare(ui: &Ui, key: Key) -> bool {
    let is_bare = |event: &Event| press_of(event, key).is_some_and(|with| with.is_none());
    ui.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_bare(event));
        input.events.len() < before
    })
}

fn press_of(event: &Event, wanted: Key) -> Option<Modifiers> {
    match event {
        Event::Key { key, pressed: true, modifiers, .. } if *key == wanted => Some(*modifiers),
        _ => None,
    }
}
