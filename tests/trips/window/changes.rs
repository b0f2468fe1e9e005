//! Changing one's mind: regenerate, edit, branches, delete.

use harness::World;

fn asked(text: &str) -> World {
    let mut world = World::with_model();
    world.say(text);
    world.hear_out();
    world
}

#[test]
fn another_answer_is_a_branch_and_the_first_stays_reachable() {
    let mut world = asked("Tell me about the sea.");
    world.click("Regenerate answer");
    world.see("2/2");
    world.hear_out();
    world.click("Earlier version");
    world.see("1/2");
}

#[test]
fn a_deleted_message_can_be_brought_back() {
    let mut world = asked("Tell me about the sea.");
    world.click("Delete answer");
    world.see("Message deleted");
    world.see_no("tokens/s");
    world.click("Undo");
    world.see("tokens/s");
}

#[test]
fn an_edited_message_gets_an_answer_of_its_own() {
    let mut world = asked("Tell me about the sea.");
    world.click("Edit message");
    world.write("Edit message", "Tell me about the mountains.");
    world.click("Send again");
    world.see("Tell me about the mountains.");
    world.hear_out();
    world.click("Earlier version");
    world.see("Tell me about the sea.");
}
