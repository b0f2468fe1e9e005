//! The real program where something is in its way: it says what, and does the rest.

mod program;

use program::{Program, fixture};

#[test]
fn models_are_listed_where_the_demonstration_cannot_be_written() {
    let program = Program::new();
    std::fs::create_dir(program.data()).unwrap();
    std::fs::write(program.data().join("demonstration"), "in the way").unwrap();
    let model = fixture("tiny-bert-reranker.gguf");
    let added = program.run(&["models", "add", model.to_str().unwrap()]);
    assert!(added.errors.contains("cannot write the demonstration model (8 MB): "), "{added:?}");
    assert_eq!(added.succeeded(), "added tiny-bert-reranker.gguf\n");
    let listed = program.run(&["models", "list"]).succeeded();
    assert!(listed.contains("tiny-bert-reranker.gguf") && !listed.contains("demo"), "{listed}");
    let named = program.run(&["chat", "--model", "demo", "Hello"]);
    assert_eq!(named.code, Some(1));
    assert!(named.errors.contains("there is no model \"demo\""), "{named:?}");
}

#[test]
fn a_file_where_the_models_should_be_is_named_and_stays() {
    let program = Program::new();
    std::fs::create_dir(program.data()).unwrap();
    let place = program.data().join("models");
    std::fs::write(&place, "in the way").unwrap();
    let model = fixture("tiny-bert-reranker.gguf");
    for keep in [&["--copy"][..], &[]] {
        let add = [&["models", "add", model.to_str().unwrap()], keep].concat();
        let words = program.run(&add).failed();
        assert!(words.ends_with(place.to_str().unwrap()), "{words}");
        assert_eq!(std::fs::read_to_string(&place).unwrap(), "in the way");
    }
}

#[cfg(unix)]
#[test]
fn links_that_are_named_are_read_and_loops_survived() {
    use std::os::unix::fs::symlink;

    let program = Program::new();
    let files = std::fs::canonicalize(program.folder.path()).unwrap().join("files");
    std::fs::create_dir_all(files.join("papers")).unwrap();
    std::fs::write(files.join("lease.txt"), "The notice period is six months.").unwrap();
    std::fs::write(files.join("papers/oil.txt"), "Twelve barrels of oil.").unwrap();
    symlink(files.join("lease.txt"), files.join("link.txt")).unwrap();
    symlink(files.join("papers"), files.join("all papers")).unwrap();
    symlink(files.join("papers"), files.join("papers/again")).unwrap();
    symlink(files.join("circle.txt"), files.join("circle.txt")).unwrap();
    symlink(files.join("gone.txt"), files.join("broken.txt")).unwrap();
    let add = |name: &str| {
        program.run(&["documents", "add", "House", files.join(name).to_str().unwrap(), "--json"])
    };
    assert_eq!(add("link.txt").json()["read"], 1);
    assert_eq!(add("all papers").json()["read"], 1);
    let found = program.run(&["documents", "search", "House", "notice period", "--json"]).json();
    assert_eq!(found[0]["path"], files.join("lease.txt").to_str().unwrap());
    let list = program.run(&["documents", "list"]).succeeded();
    assert!(list.starts_with("House: 2 documents, "), "{list}");
    for (name, words) in
        [("circle.txt", "symbolic links"), ("broken.txt", "there is no such file or folder")]
    {
        let refused = add(name);
        let told = format!("{}{}", refused.output, refused.errors);
        assert_eq!(refused.code, Some(1), "{name}: {told}");
        assert!(told.contains(words) && told.contains(name), "{name}: {told}");
    }
}
