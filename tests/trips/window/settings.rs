//! Settings are what a person made them.

use egui::{Key, Modifiers};
use harness::World;

/// The settings file of a world.
fn kept(world: &World) -> String {
    std::fs::read_to_string(world.folder().join("settings.toml")).unwrap_or_default()
}

#[test]
fn settings_that_are_only_looked_at_stay_as_they_are() {
    let mut world = World::with_settings("[models.demo]\ntemperature = 0.72\n");
    world.load_demonstration();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.see("How a model answers");
    world.steps(5);
    world.press(Modifiers::NONE, Key::Escape);
    world.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::B);
    world.see("This conversation");
    world.steps(5);
    world.restart();
    let kept = kept(&world);
    assert!(kept.contains("temperature = 0.72\n"), "{kept}");
    assert!(!kept.contains("top_p"), "{kept}");
}

#[test]
fn a_typed_number_is_kept_as_it_was_typed() {
    let mut world = World::with_model();
    world.press(Modifiers::COMMAND, Key::Comma);
    world.write_number("Temperature", "0.87");
    world.restart();
    let kept = kept(&world);
    assert!(kept.contains("temperature = 0.87\n"), "{kept}");
}
