//! Does everything that `apps/README.md` tells its reader to do, in the same order.

#![expect(clippy::expect_used, reason = "a test may give up")]

mod program;

use std::path::Path;

use program::Program;

/// A block between fences: what stands behind the first three backticks, and the lines below.
struct Block {
    line: usize,
    head: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, line) in page.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(head) => {
                inside = true;
                let (line, head) = (number + 1, head.to_owned());
                blocks.push(Block { line, head, text: String::new() });
            }
            None if inside => {
                let block = blocks.last_mut().expect("a block that was begun");
                block.text.push_str(line);
                block.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!inside, "a block is not closed");
    blocks
}

/// The words of a command, with quotes as in a shell.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("a word that was begun").push(character),
        }
    }
    words
}

#[test]
fn the_tutorial_works_as_it_is_told() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../apps/README.md");
    let page = std::fs::read_to_string(page).expect("the tutorial");
    let program = Program::new();
    let apps = program.data().join("apps");
    std::fs::create_dir_all(&apps).expect("a folder of apps");
    let mut done = 0;
    for Block { line, head, text } in blocks(&page) {
        let told = format!("apps/README.md:{line}");
        let mut head = head.split(' ');
        match (head.next(), head.next()) {
            (Some("rhai" | "toml"), Some(file)) => {
                let file = apps.join(file);
                std::fs::create_dir_all(file.parent().expect("a folder")).expect("a new folder");
                std::fs::write(file, text).expect("a file");
            }
            (Some("sh"), Some("skip")) => {}
            (Some("sh"), fails) => {
                for command in text.lines() {
                    let words = words(command);
                    assert_eq!(words[0], "satchel", "{told}");
                    let arguments: Vec<_> = words[1..].iter().map(String::as_str).collect();
                    let mut command = program.command(&arguments);
                    let ended = command.current_dir(&apps).output().expect("the program starts");
                    assert_eq!(ended.status.success(), fails.is_none(), "{told}: {ended:?}");
                    assert!(!ended.stdout.is_empty(), "{told}: {ended:?}");
                    done += 1;
                }
            }
            other => panic!("{told}: nobody knows what to do with {other:?}"),
        }
    }
    assert!(done >= 8, "only {done} commands were found");
}
