//! A few pictures of the whole window, in both themes.

use egui::{Key, Modifiers};
use harness::World;

#[test]
fn the_first_page_looks_as_it_should() {
    let mut world = World::sized(1000.0, 700.0, 1.0);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Light");
    world.press(Modifiers::NONE, Key::Escape);
    world.see("Your conversations will be listed here");
    world.settle();
    world.window().snapshot("first_start_light");
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::L);
    world.settle();
    world.window().snapshot("first_start_dark");
}

#[test]
fn the_page_of_keys_looks_as_it_should() {
    let mut world = World::sized(1000.0, 700.0, 1.0);
    world.press(Modifiers::COMMAND, Key::Comma);
    world.click("Dark");
    world.press(Modifiers::COMMAND, Key::Slash);
    world.see("Your conversations will be listed here");
    world.settle();
    world.window().snapshot("shortcuts_dark");
}
