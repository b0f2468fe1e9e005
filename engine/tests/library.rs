//! The library of models: what is listed, added, removed and found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use engine::models::library::{self, DEMO};
use engine::models::{Keep, Library, LibraryError, ModelEntry, ModelId};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

struct Shelf {
    folder: tempfile::TempDir,
    library: Library,
}

impl Shelf {
    /// A data folder with the demonstration model and nothing else.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::new(folder.path().join("models"), Some(fixture("tiny-llama.gguf")));
        Self { folder, library }
    }

    fn models(&self) -> PathBuf {
        self.folder.path().join("models")
    }

    /// Puts a fixture into the folder of models.
    fn put(&self, name: &str, place: &str) -> PathBuf {
        let target = self.models().join(place);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(fixture(name), &target).unwrap();
        target
    }

    fn ids(&self) -> Vec<String> {
        self.library.list().unwrap().into_iter().map(|entry| entry.id.0).collect()
    }

    fn add(&self, path: &Path, keep: Keep) -> Result<ModelEntry, LibraryError> {
        self.library.add(path, keep, &mut |_, _| true)
    }
}

#[test]
fn models_are_listed_with_what_is_known_of_them() {
    let shelf = Shelf::new();
    shelf.put("tiny-qwen3-thinking.gguf", "maker/repo/tiny.gguf");
    shelf.put("tiny-bert-embedding.gguf", "bert.gguf");
    let entries = shelf.library.list().unwrap();
    let ids: Vec<_> = entries.iter().map(|entry| entry.id.0.as_str()).collect();
    assert_eq!(ids, ["bert.gguf", "maker/repo/tiny.gguf", DEMO]);
    let qwen = &entries[1];
    assert_eq!(qwen.name, "Tiny Qwen3");
    assert_eq!((qwen.architecture.as_str(), qwen.quantization.as_str()), ("qwen3", "Q8_0"));
    assert_eq!((qwen.context_length, qwen.is_embedding, qwen.is_demo), (2048, false, false));
    assert_eq!(qwen.size, fs::metadata(&qwen.path).unwrap().len());
    assert_eq!(qwen.problem, None);
    assert!(entries[0].is_embedding && !entries[0].can_chat());
    assert!(entries[2].is_demo && entries[2].can_chat());
}

#[test]
fn a_reranker_is_neither_a_chat_model_nor_an_embedding_model() {
    let shelf = Shelf::new();
    shelf.put("tiny-bert-reranker.gguf", "cross-encoder.gguf");
    shelf.put("tiny-qwen3-reranker.gguf", "language-model.gguf");
    let entries = shelf.library.list().unwrap();
    for entry in &entries[..2] {
        assert!(entry.is_reranker && !entry.is_embedding && !entry.can_chat(), "{}", entry.id);
        assert_eq!(entry.problem, None);
    }
    assert!(!entries[2].is_reranker);
}

#[test]
fn broken_files_are_listed_with_their_problem() {
    let shelf = Shelf::new();
    let path = shelf.put("tiny-llama.gguf", "half.gguf");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    fs::write(shelf.models().join("page.GGUF"), "<html>").unwrap();
    let entries = shelf.library.list().unwrap();
    let problem = |id: &str| {
        let entry = entries.iter().find(|entry| entry.id.0 == id).unwrap();
        entry.problem.clone().unwrap()
    };
    assert!(problem("half.gguf").contains("incomplete"), "{}", problem("half.gguf"));
    assert!(problem("page.GGUF").contains("only 6 bytes"), "{}", problem("page.GGUF"));

    fs::write(&path, &bytes).unwrap();
    let mended = shelf.library.find("half.gguf").unwrap();
    assert_eq!(mended.problem, None, "a file that was mended is looked at again");
}

#[test]
fn a_split_model_is_one_entry() {
    let shelf = Shelf::new();
    for part in ["tiny-llama-split-00001-of-00002.gguf", "tiny-llama-split-00002-of-00002.gguf"] {
        shelf.put(part, part);
    }
    let first = "tiny-llama-split-00001-of-00002.gguf";
    assert_eq!(shelf.ids(), [first, DEMO]);
    shelf.library.remove(&ModelId(first.to_owned())).unwrap();
    assert_eq!(fs::read_dir(shelf.models()).unwrap().count(), 0, "both parts are gone");
}

#[test]
fn a_split_model_without_its_first_part_is_listed_with_its_problem() {
    let shelf = Shelf::new();
    let second = "tiny-llama-split-00002-of-00002.gguf";
    shelf.put(second, second);
    let entry = shelf.library.find(second).unwrap();
    let problem = entry.problem.unwrap();
    assert!(problem.contains("open the first part"), "{problem}");
    assert!(!problem.contains("download"), "one piece of advice: {problem}");
}

#[test]
fn an_added_model_can_stay_where_it_is() {
    let shelf = Shelf::new();
    let elsewhere = shelf.folder.path().join("elsewhere.gguf");
    fs::copy(fixture("tiny-gemma3.gguf"), &elsewhere).unwrap();
    let added = shelf.add(&elsewhere, Keep::Reference).unwrap();
    assert_eq!(added.id.0, "elsewhere.gguf");
    let again = shelf.add(&elsewhere, Keep::Reference).unwrap();
    assert_eq!(again.id, added.id, "it is not added twice");
    let other = Library::new(shelf.models(), None);
    assert_eq!(other.list().unwrap().len(), 1, "the next start knows it");

    fs::remove_file(&elsewhere).unwrap();
    assert!(shelf.library.find("elsewhere.gguf").unwrap().problem.is_some());
    shelf.library.remove(&added.id).unwrap();
    assert_eq!(shelf.ids(), [DEMO]);
}

#[test]
fn two_files_of_one_name_get_two_ids() {
    let shelf = Shelf::new();
    let mut ids = Vec::new();
    for folder in ["one", "two"] {
        let path = shelf.folder.path().join(folder).join("same.gguf");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fixture("tiny-gemma3.gguf"), &path).unwrap();
        ids.push(shelf.add(&path, Keep::Reference).unwrap().id.0);
    }
    assert_eq!(ids, ["same.gguf", "same.gguf (2)"]);
}

#[test]
fn an_added_model_can_be_copied_with_all_its_parts() {
    let shelf = Shelf::new();
    let first = fixture("tiny-llama-split-00001-of-00002.gguf");
    let mut heard = Vec::new();
    let mut progress = |done, total| {
        heard.push((done, total));
        true
    };
    let added = shelf.library.add(&first, Keep::Copy, &mut progress).unwrap();
    assert_eq!(added.problem, None);
    assert!(added.path.starts_with(shelf.models()));
    let (done, total) = *heard.last().unwrap();
    assert_eq!((done, done), (total, added.size));
    shelf.library.remove(&added.id).unwrap();
    assert!(first.is_file(), "the original is still there");
}

#[test]
fn a_model_that_was_referred_to_is_copied_and_the_copy_takes_its_place() {
    let shelf = Shelf::new();
    let elsewhere = shelf.folder.path().join("elsewhere.gguf");
    fs::copy(fixture("tiny-gemma3.gguf"), &elsewhere).unwrap();
    shelf.add(&elsewhere, Keep::Reference).unwrap();
    let copy = shelf.add(&elsewhere, Keep::Copy).unwrap();
    assert_eq!(copy.path, shelf.models().join("elsewhere.gguf"));
    assert_eq!(shelf.ids(), ["elsewhere.gguf", DEMO], "there is one of it");
    let again = shelf.add(&copy.path, Keep::Copy).unwrap();
    assert_eq!(again.path, copy.path, "a copy is not copied again");
    fs::remove_file(&elsewhere).unwrap();
    assert_eq!(shelf.library.find("elsewhere.gguf").unwrap().problem, None);
}

#[test]
fn a_copy_does_not_change_with_the_original() {
    let shelf = Shelf::new();
    let elsewhere = shelf.folder.path().join("elsewhere.gguf");
    fs::copy(fixture("tiny-gemma3.gguf"), &elsewhere).unwrap();
    let copy = shelf.add(&elsewhere, Keep::Copy).unwrap();
    fs::OpenOptions::new().write(true).open(&elsewhere).unwrap().set_len(100).unwrap();
    assert_eq!(fs::read(&copy.path).unwrap(), fs::read(fixture("tiny-gemma3.gguf")).unwrap());
}

#[test]
fn a_copy_of_an_oddly_named_file_is_listed() {
    let shelf = Shelf::new();
    for name in ["noext", ".hidden.gguf", "LOUD.GGUF"] {
        let path = shelf.folder.path().join(name);
        fs::copy(fixture("tiny-llama.gguf"), &path).unwrap();
        let added = shelf.add(&path, Keep::Copy).unwrap();
        assert!(shelf.ids().contains(&added.id.0), "{name} became {added:?}");
    }
}

#[test]
fn a_cancelled_copy_leaves_nothing() {
    let shelf = Shelf::new();
    let cancelled = shelf.library.add(&fixture("tiny-gemma3.gguf"), Keep::Copy, &mut |_, _| false);
    assert!(matches!(cancelled, Err(LibraryError::Cancelled)));
    assert_eq!(fs::read_dir(shelf.models()).unwrap().count(), 0);
}

#[test]
fn a_copy_does_not_replace_another_file() {
    let shelf = Shelf::new();
    shelf.put("tiny-llama-no-template.gguf", "tiny-gemma3.gguf");
    let refused = shelf.add(&fixture("tiny-gemma3.gguf"), Keep::Copy);
    assert!(matches!(refused, Err(LibraryError::NameTaken(_))), "{refused:?}");
}

#[test]
fn a_broken_file_is_not_added() {
    let shelf = Shelf::new();
    let path = shelf.folder.path().join("broken.gguf");
    fs::write(&path, "GGUF, but not really, is it?").unwrap();
    let refused = shelf.add(&path, Keep::Reference);
    assert!(matches!(refused, Err(LibraryError::Unusable(_))), "{refused:?}");
    assert_eq!(shelf.ids(), [DEMO]);
}

#[test]
fn the_demonstration_model_cannot_be_removed() {
    let shelf = Shelf::new();
    let refused = shelf.library.remove(&ModelId(DEMO.to_owned()));
    assert!(matches!(refused, Err(LibraryError::Demonstration)));
}

#[test]
fn a_removed_model_takes_its_empty_folders_with_it() {
    let shelf = Shelf::new();
    shelf.put("tiny-gemma3.gguf", "maker/repo/a.gguf");
    shelf.put("tiny-gemma3.gguf", "maker/other/b.gguf");
    shelf.library.remove(&ModelId("maker/repo/a.gguf".to_owned())).unwrap();
    assert!(!shelf.models().join("maker/repo").exists());
    assert_eq!(shelf.ids(), ["maker/other/b.gguf", DEMO]);
}

#[test]
fn a_damaged_list_of_added_models_is_kept_aside_and_blocks_nothing() {
    let shelf = Shelf::new();
    fs::create_dir_all(shelf.models()).unwrap();
    fs::write(shelf.models().join("added.toml"), "model = 7").unwrap();
    assert_eq!(shelf.ids(), [DEMO]);
    let kept: Vec<_> = fs::read_dir(shelf.models())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("added.toml.broken-"))
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), "model = 7");
    assert!(!shelf.models().join("added.toml").exists());
}

#[test]
fn a_model_with_the_longest_possible_name_is_copied() {
    let shelf = Shelf::new();
    let name = format!("{}.gguf", "n".repeat(250));
    let source = shelf.put("tiny-gemma3.gguf", &format!("../elsewhere/{name}"));
    let added = shelf.add(&source, Keep::Copy);
    assert!(added.is_ok(), "{added:?}");
    assert!(shelf.models().join(&name).is_file());
}

#[test]
fn a_model_is_found_by_what_people_call_it() {
    let shelf = Shelf::new();
    let path = shelf.put("tiny-qwen3-thinking.gguf", "maker/repo/Qwen3-Tiny-Q8_0.gguf");
    shelf.put("tiny-gemma3.gguf", "maker/gemma/gemma-3-tiny.gguf");
    let id = "maker/repo/Qwen3-Tiny-Q8_0.gguf";
    let by_path = path.to_str().unwrap();
    for name in
        [id, "qwen3-tiny-q8_0.gguf", "QWEN3-TINY-Q8_0", "tiny qwen3", "qwen", "maker/repo", by_path]
    {
        assert_eq!(shelf.library.find(name).unwrap().id.0, id, "{name}");
    }
    assert!(shelf.library.find("demo").unwrap().is_demo);
    let outside = fixture("tiny-mamba.gguf");
    assert_eq!(shelf.library.find(outside.to_str().unwrap()).unwrap().name, "Tiny Mamba");
}

#[test]
fn a_name_that_nothing_has_is_answered_with_those_that_look_like_it() {
    let shelf = Shelf::new();
    shelf.put("tiny-gemma3.gguf", "maker/gemma/gemma-3-tiny.gguf");
    let error = shelf.library.find("gema-3-tiny").unwrap_err().to_string();
    assert!(error.contains("maker/gemma/gemma-3-tiny.gguf"), "{error}");
    let error = shelf.library.find("zzzz").unwrap_err();
    assert!(matches!(error, LibraryError::NotFound { near, .. } if near.is_empty()));
}

#[test]
fn a_beginning_that_two_models_share_is_ambiguous() {
    let shelf = Shelf::new();
    shelf.put("tiny-gemma3.gguf", "maker/a.gguf");
    shelf.put("tiny-gemma3.gguf", "maker/b.gguf");
    let error = shelf.library.find("maker").unwrap_err();
    assert!(
        matches!(&error, LibraryError::Ambiguous { candidates, .. } if candidates.len() == 2),
        "{error}"
    );
}

#[test]
fn only_its_whole_name_finds_a_model_exactly() {
    let shelf = Shelf::new();
    shelf.put("tiny-gemma3.gguf", "maker/a.gguf");
    shelf.put("tiny-gemma3.gguf", "maker/b.gguf");
    shelf.put("tiny-gemma3.gguf", "other/b.gguf");
    let entries = shelf.library.list().unwrap();
    let found = |name: &str| library::find_exactly(&entries, name).map(|entry| entry.id.0);
    assert_eq!(found("maker/a.gguf").unwrap(), "maker/a.gguf");
    assert_eq!(found("a.gguf").unwrap(), "maker/a.gguf");
    assert!(matches!(found("b.gguf"), Err(LibraryError::Ambiguous { .. })));
    for beginning in ["a", "maker/a", "A.gguf", "Tiny Gemma3", ""] {
        let refused = found(beginning);
        assert!(matches!(refused, Err(LibraryError::NotFound { .. })), "{beginning}: {refused:?}");
    }
}

#[test]
fn a_path_where_nothing_lies_is_called_a_file_and_not_a_model() {
    let shelf = Shelf::new();
    shelf.put("tiny-gemma3.gguf", "maker/a.gguf");
    for path in ["/no/such.gguf", "./such.gguf", "~/such.gguf"] {
        let refused = shelf.library.find(path).unwrap_err();
        assert!(matches!(refused, LibraryError::NoFile(_)), "{path}: {refused}");
    }
    let refused = shelf.library.find("maker/aa.gguf").unwrap_err();
    assert!(refused.to_string().contains("maker/a.gguf"), "{refused}");
    let refused = shelf.library.find(shelf.models().to_str().unwrap()).unwrap_err();
    assert!(refused.to_string().contains("folder"), "{refused}");
}

#[test]
fn the_demonstration_model_is_the_default_only_where_there_is_no_other() {
    let shelf = Shelf::new();
    let default = |shelf: &Shelf| {
        let entries = shelf.library.list().unwrap();
        library::pick_default(&entries).map(|entry| entry.id.0.clone())
    };
    assert_eq!(default(&shelf).as_deref(), Some(DEMO));
    shelf.put("tiny-bert-embedding.gguf", "bert.gguf");
    assert_eq!(default(&shelf).as_deref(), Some(DEMO), "an embedding model does not chat");
    shelf.put("tiny-gemma3.gguf", "gemma.gguf");
    assert_eq!(default(&shelf).as_deref(), Some("gemma.gguf"));
}
