//! The rules of the house, as tests.
//!
//! What a reader may rely on without looking is written here once, so that it stays true.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may give up")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates whose Rust files these rules are about.
const ROOMS: [&str; 4] = ["app", "engine", "scripting", "tests"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A file below the root, with its path as a reader writes it.
struct Source {
    path: String,
    text: String,
}

/// Every Rust file below `folder`.
fn sources(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn all_sources() -> Vec<Source> {
    ROOMS.into_iter().flat_map(sources).collect()
}

/// The part of a file that is not its unit tests.
fn product(text: &str) -> &str {
    let marks = ["#[cfg(test)]\nmod tests", "#[cfg(test)]\npub(super) mod tests"];
    let ends = marks.iter().filter_map(|mark| text.find(mark));
    &text[..ends.min().unwrap_or(text.len())]
}

/// The lines of product code in `folder`, outside of `homes`, that hold one of `words` and are no
/// comments, as `path:line: text`.
fn strays(folder: &str, words: &[&str], homes: &[&str]) -> Vec<String> {
    let mut strays = Vec::new();
    for Source { path, text } in sources(folder) {
        let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
        if is_test || homes.iter().any(|home| path.starts_with(home)) {
            continue;
        }
        for (number, line) in product(&text).lines().enumerate() {
            let comment = line.trim_start().starts_with("//");
            if !comment && words.iter().any(|word| line.contains(word)) {
                strays.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    strays
}

#[track_caller]
fn assert_none(strays: &[String], rule: &str) {
    assert!(strays.is_empty(), "{rule}:\n{}", strays.join("\n"));
}

/// What git keeps, or would keep: tracked files and new ones that are not ignored.
fn committed_files() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .expect("git is installed");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout)
        .unwrap()
        .split_terminator('\0')
        .map(|path| root().join(path))
        .filter(|path| path.is_file())
        .collect()
}

#[test]
fn every_file_says_what_it_is_for() {
    let bare: Vec<_> = all_sources()
        .into_iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert_none(&bare, "files that do not open with //!");
}

#[test]
fn no_file_is_too_long_to_read() {
    let long: Vec<_> = all_sources()
        .into_iter()
        .map(|source| (source.text.lines().count(), source.path))
        .filter(|(lines, _)| *lines > 600)
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    assert_none(&long, "files over 600 lines");
}

#[test]
fn no_function_is_too_long_to_read() {
    let mut long = Vec::new();
    for Source { path, text } in all_sources() {
        for (number, name, lines) in functions(&text) {
            // A table may be as long as it likes; its name says that it is one.
            if lines > 80 && !name.ends_with("table") {
                long.push(format!("{path}:{number}: {name} has {lines} lines"));
            }
        }
    }
    assert_none(&long, "functions over 80 lines");
}

/// Line number, name and length of each function. Relies on rustfmt: a function ends at the first
/// closing brace that is indented like its beginning.
fn functions(text: &str) -> Vec<(usize, String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let indented = line.trim_start();
        let before = indented.split("fn ").next().unwrap_or_default();
        let is_function = indented.contains("fn ")
            && before.split_whitespace().all(|word| {
                word.starts_with("pub")
                    || ["const", "async", "unsafe", "extern", "\"C\"", "in"].contains(&word)
                    || word.ends_with(')')
            });
        // Of rustfmt's own only an empty one ends where it begins; others stand within texts.
        let is_whole = line.ends_with('}') && !line.ends_with("{}");
        if !is_function || is_whole || line.trim_end().ends_with(';') {
            continue;
        }
        let indent = &line[..line.len() - indented.len()];
        let end = format!("{indent}}}");
        let length = lines[start..].iter().position(|line| *line == end || line.ends_with(" {}"));
        let name = indented[before.len() + 3..]
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        found.push((start + 1, name.to_owned(), length.map_or(1, |length| length + 1)));
    }
    found
}

#[test]
fn the_measure_of_functions_measures() {
    let text = "fn one() {}\n\npub(crate) fn two(\n    a: u8,\n) {\n    a;\n}\n\nimpl A {\n    fn three() {\n    }\n}\n";
    let found = functions(text);
    let expected = [(1, "one", 1), (3, "two", 5), (10, "three", 2)];
    assert_eq!(found, expected.map(|(line, name, length)| (line, name.to_owned(), length)));
}

#[test]
fn the_engine_knows_nobody() {
    let manifest = fs::read_to_string(root().join("engine/Cargo.toml")).unwrap();
    for stranger in ["egui", "eframe", "rhai", "axum", "clap", "satchel."] {
        assert!(!manifest.contains(stranger), "engine/Cargo.toml mentions {stranger}");
    }
}

#[test]
fn one_file_knows_llama_cpp() {
    let home = ["engine/src/inference/llama.rs", "engine/src/inference/llama/"];
    let strays = strays("engine/src", &["llama_cpp_2", "llama_cpp_sys_2"], &home);
    assert_none(&strays, "llama.cpp is named outside of inference/llama.rs");
    assert_none(&self::strays("app/src", &["llama_cpp"], &[]), "llama.cpp is named in a face");
}

#[test]
fn looks_are_written_in_one_place() {
    let words =
        ["Color32::from_", "Color32::WHITE", "Color32::BLACK", "FontId::new", "FontDefinitions"];
    let strays = strays("app/src", &words, &["app/src/look/"]);
    assert_none(&strays, "colours and fonts outside of app/src/look");
}

#[test]
fn nothing_panics_on_purpose() {
    for folder in ["app/src", "engine/src"] {
        let strays = strays(folder, &[".unwrap()", "todo!(", "unimplemented!("], &[]);
        assert_none(&strays, "product code that gives up");
    }
}

#[test]
fn only_the_command_line_prints() {
    let words = ["println!(", "print!(", "dbg!("];
    let home = ["app/src/command_line/", "app/src/main.rs"];
    assert_none(&strays("app/src", &words, &home), "output outside of the command line");
    assert_none(&strays("engine/src", &words, &[]), "the engine prints");
}

#[test]
fn the_command_line_needs_no_window() {
    let strays =
        strays("app/src/command_line", &["egui", "eframe"], &["app/src/command_line/window.rs"]);
    assert_none(&strays, "the command line draws");
}

#[test]
fn a_module_and_its_folder_are_in_one_place() {
    let paths: Vec<_> = all_sources().into_iter().map(|source| source.path).collect();
    let apart: Vec<_> = paths
        .iter()
        // The roots of test programs keep their parts in a folder of their name.
        .filter(|path| !path.contains("tests/"))
        .filter(|path| {
            let folder = format!("{}/", path.trim_end_matches(".rs"));
            paths.iter().any(|other| other.starts_with(&folder))
        })
        .cloned()
        .collect();
    assert_none(&apart, "name.rs beside name/ (use name/mod.rs)");
}

#[test]
fn committed_files_tell_nothing_about_the_machine_they_were_made_on() {
    // Put together here, so that this file does not contain them.
    let words = ["/work", "/root"].map(|folder| format!("{folder}/"));
    let mut found = Vec::new();
    for path in committed_files() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for (number, line) in text.lines().enumerate() {
            if words.iter().any(|word| names_folder(line, word)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert_none(&found, "absolute paths of somebody's machine");
}

/// Whether `line` holds the absolute path `word`, not only a longer path that ends so.
fn names_folder(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "._-}~$*/".contains(c))
    })
}

#[test]
fn committed_files_are_small() {
    let large: Vec<_> = committed_files()
        .into_iter()
        .filter(|path| !path.ends_with("assets/starter/satchel-starter-q8_0.gguf"))
        .filter(|path| fs::metadata(path).is_ok_and(|file| file.len() > 2 << 20))
        .map(|path| path.display().to_string())
        .collect();
    assert_none(&large, "files over 2 MB");
}
