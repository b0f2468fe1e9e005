//! Small windows and large text.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use harness::World;

/// Sees something by its exact name, wholly within the window.
fn see_whole(world: &mut World, label: &str) {
    world.wait(&format!("the whole of {label}"), |window| {
        let screen = window.ctx.content_rect();
        let mut rects = window.query_all_by_label(label).map(|node| node.rect());
        rects.any(|rect| screen.contains_rect(rect))
    });
}

#[test]
fn in_a_narrow_window_the_sidebar_lies_over_the_page_only_while_it_is_wanted() {
    // 800 × 600 pixels at a text size of 200 %.
    let mut world = World::sized(400.0, 300.0, 1.0);
    world.activate("Try it now");
    see_whole(&mut world, "Send message");
    assert!(!world.shows("Search all messages"));
    world.click("Show the sidebar");
    see_whole(&mut world, "Search all messages");
    world.activate("Models");
    world.see("Open a model file");
    assert!(!world.shows("Search all messages"), "the way was chosen");
    world.press(Modifiers::COMMAND, Key::B);
    see_whole(&mut world, "Hide the sidebar");
    world.press(Modifiers::NONE, Key::Escape);
    assert!(!world.shows("Search all messages"));
}

#[test]
fn the_palette_is_no_taller_than_the_window() {
    let mut world = World::sized(400.0, 300.0, 1.0);
    world.press(Modifiers::COMMAND, Key::K);
    see_whole(&mut world, "Type what you want to do");
    world.press(Modifiers::NONE, Key::ArrowDown);
    see_whole(&mut world, "Search all messages");
}

#[test]
fn in_a_low_window_the_pages_are_not_drawn_over_the_conversations() {
    // 800 × 600 pixels at a text size of 125 %.
    let mut world = World::sized(720.0, 480.0, 1.0);
    world.activate("Try it now");
    world.see_label("Ready");
    world.say("Tell me about the sea.");
    world.hear_out();
    let window = world.window();
    let bottom = |label: &str| {
        let nodes = window.query_all_by_label(label);
        nodes.map(|node| node.rect()).rfind(|rect| rect.left() < 264.0)
    };
    let (pages, row) = (bottom("Keyboard shortcuts"), bottom("Tell me about the sea."));
    let apart = pages.zip(row).is_some_and(|(pages, row)| !pages.intersects(row));
    assert!(apart, "{pages:?} {row:?}");
}
