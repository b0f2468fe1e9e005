//! A conversation that does not fit into the context.

use egui::{Key, Modifiers};
use harness::World;

/// A conversation that is too long for a context of 256 tokens.
fn too_long() -> World {
    let mut world = World::with_settings(
        "[window]\nmodel = \"demo\"\n[models.demo]\ncontext_length = 256\nmax_tokens = 24\n",
    );
    world.see_label("Ready");
    for _ in 0..12 {
        world.say("The ship sails over the wide sea to an island with a tall tree and a red bird.");
        world.wait("an answer or the question", |window| {
            use egui_kittest::kittest::Queryable as _;
            let done = window.query_all_by_label("Stop").next().is_none();
            done || window.query_all_by_label_contains("too long for the model").next().is_some()
        });
        if world.shows("too long for the model") {
            return world;
        }
    }
    panic!("twelve turns fit into 256 tokens\n{}", world.labels());
}

#[test]
fn the_person_is_told_what_does_not_fit_and_may_leave_out_the_oldest_turns() {
    let mut world = too_long();
    world.see("tokens, and the model’s context holds 256");
    world.click("Leave out the oldest turns this time");
    world.hear_out();
    world.see("left out");
}

#[test]
fn stopping_keeps_the_message_and_says_why_there_is_no_answer() {
    let mut world = too_long();
    world.press(Modifiers::NONE, Key::Escape);
    world.see_no("too long for the model");
    world.see("the context holds 256");
}
