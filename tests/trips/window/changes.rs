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
    world.click("Write this answer again");
    world.see("2/2");
    world.hear_out();
    world.click("Previous version");
    world.see("1/2");
}

#[test]
fn an_edited_message_gets_an_answer_of_its_own() {
    let mut world = asked("Tell me about the sea.");
    world.click("Edit this message");
    world.write("Edit this message", "Tell me about the mountains.");
    world.click("Send again");
    world.see("Tell me about the mountains.");
    world.hear_out();
    world.click("Previous version");
    world.see("Tell me about the sea.");
}

#[test]
fn a_deleted_message_can_be_brought_back() {
    let mut world = asked("Tell me about the sea.");
    world.click("Delete this answer");
    world.see("Message deleted");
    world.see_no("tokens/s");
    world.click("Undo");
    world.see("tokens/s");
}
