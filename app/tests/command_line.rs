//! The command line of the real program, from outside.
#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod program;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use program::{Program, Running, fixture, until};

/// This model has random weights and seldom ends its turn, so that there is time to interrupt it.
fn long_answer(program: &Program) -> Command {
    let model = fixture("tiny-gemma3.gguf");
    program.command(&["chat", "--model", model.to_str().unwrap(), "--seed", "3", "Tell a story"])
}

#[test]
fn it_tells_its_version() {
    let version = Program::new().run(&["--version"]).succeeded();
    assert_eq!(version, format!("satchel {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_demonstration_answers_and_is_called_one() {
    let ended = Program::new().run(&["chat", "--model", "demo", "--seed", "1", "hello"]);
    assert!(ended.errors.contains("demonstration"), "{ended:?}");
    let text = ended.succeeded();
    assert!(text.trim().len() > 1 && text.ends_with('\n') && !text.ends_with("\n\n"), "{text:?}");
}

#[test]
fn without_any_other_model_the_demonstration_is_used_and_that_is_said() {
    let ended = Program::new().run(&["chat", "hello"]);
    assert!(ended.errors.contains("demonstration"), "{ended:?}");
    ended.succeeded();
}

#[test]
fn a_real_model_comes_before_the_demonstration() {
    let program = Program::new();
    let path = fixture("tiny-llama.gguf");
    program.run(&["models", "add", path.to_str().unwrap()]).succeeded();
    let ended = program.run(&["chat", "--max-tokens", "4", "hello"]);
    assert!(!ended.errors.contains("demonstration"), "{ended:?}");
    ended.succeeded();
}

#[test]
fn the_same_seed_gives_the_same_answer() {
    let program = Program::new();
    let ask = |seed: &str| {
        let chat =
            ["chat", "--model", "demo", "--temperature", "2", "--seed", seed, "Who are you?"];
        program.run(&chat).succeeded()
    };
    assert_eq!(ask("7"), ask("7"));
    assert_ne!(ask("7"), ask("8"));
}

#[test]
fn json_is_one_object_with_everything() {
    let program = Program::new();
    let arguments = ["chat", "--model", "demo", "--json", "--seed", "5", "--max-tokens", "3", "hi"];
    let answer = program.run(&arguments).json();
    assert_eq!(answer["stop_reason"], "max_tokens");
    assert_eq!(answer["usage"]["generated_tokens"], 3);
    assert!(answer["usage"]["prompt_tokens"].as_u64() > Some(0), "{answer}");
    assert_eq!(answer["seed"], 5);
    assert!(answer["text"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    assert!(answer["reasoning"].is_null(), "{answer}");
    assert!(answer["timings"]["first_token"].as_f64() > Some(0.0), "{answer}");
    assert!(answer["model"].as_str().is_some_and(|name| name.contains("Starter")), "{answer}");
}

#[test]
fn a_dash_reads_the_prompt_from_standard_input() {
    let program = Program::new();
    let arguments = |prompt| ["chat", "--model", "demo", "--temperature", "0", prompt];
    let piped = program.run_with_input(&arguments("-"), b"What can you do?\n").succeeded();
    assert_eq!(piped, program.run(&arguments("What can you do?")).succeeded());
}

#[test]
fn what_is_piped_follows_the_prompt() {
    let program = Program::new();
    let chat = |prompt| ["chat", "--model", "demo", "--temperature", "0", prompt];
    let piped = program.run_with_input(&chat("Who are you?"), b"And what can you do?\n");
    let whole = program.run(&chat("Who are you?\n\nAnd what can you do?"));
    assert_eq!(piped.succeeded(), whole.succeeded());
    let blank = program.run_with_input(&chat("Who are you?"), b" \n").succeeded();
    assert_eq!(blank, program.run(&chat("Who are you?")).succeeded());
}

#[test]
fn input_that_does_not_end_is_waited_for_with_a_word() {
    let program = Program::new();
    let mut command = program.command(&["chat", "--model", "demo", "--seed", "1", "hello"]);
    let mut running = Running(command.stdin(Stdio::piped()).spawn().unwrap());
    let errors = BufReader::new(running.0.stderr.take().unwrap());
    let mut lines = errors.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("end of standard input")));
    drop(running.0.stdin.take());
    let mut answer = String::new();
    running.0.stdout.take().unwrap().read_to_string(&mut answer).unwrap();
    assert!(answer.trim().len() > 1, "{answer:?}");
}

#[test]
fn a_model_that_writes_no_text_says_what_it_is_for() {
    for (name, purpose) in
        [("tiny-bert-embedding.gguf", "searching"), ("tiny-bert-reranker.gguf", "ranking")]
    {
        let model = fixture(name);
        let message =
            Program::new().run(&["chat", "--model", model.to_str().unwrap(), "hi"]).failed();
        assert!(message.contains(purpose) && message.contains("writes no text"), "{message}");
    }
}

#[test]
fn a_template_that_is_broken_or_missing_is_told() {
    for name in ["tiny-llama-broken-template.gguf", "tiny-llama-no-template.gguf"] {
        let model = fixture(name);
        let chat = ["chat", "--model", model.to_str().unwrap(), "--max-tokens", "2", "hi"];
        let ended = Program::new().run(&chat);
        assert!(ended.errors.contains("template"), "{ended:?}");
        ended.succeeded();
    }
}

#[test]
fn a_prompt_that_is_too_long_is_told_how_to_fit() {
    let program = Program::new();
    let long = "word ".repeat(600);
    let chat = |length| ["chat", "--model", "demo", "--context-length", length, "-"];
    let message = program.run_with_input(&chat("256"), long.as_bytes());
    assert_eq!(message.code, Some(1), "{message:?}");
    let line = message.errors.lines().last().unwrap().to_owned();
    assert!(line.contains("the prompt has") && line.contains("holds 256"), "{line}");
    let advice = line.split("--context-length ").nth(1).unwrap().trim_end_matches('`').to_owned();
    let chat = [&chat(&advice)[..], &["--max-tokens", "2"]].concat();
    program.run_with_input(&chat, long.as_bytes()).succeeded();
}

#[cfg(target_os = "linux")]
#[test]
fn help_that_cannot_be_written_is_a_failure() {
    for argument in ["--help", "--version"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = Program::new().command(&[argument]);
        let ended = command.stdout(full).output().unwrap();
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    }
}

#[test]
fn standing_instructions_are_part_of_the_prompt() {
    let program = Program::new();
    let tokens = |more: &[&str]| {
        let chat = ["chat", "--model", "demo", "--json", "--max-tokens", "1", "hi"];
        let answer = program.run(&[&chat, more].concat()).json();
        answer["usage"]["prompt_tokens"].as_u64().unwrap()
    };
    assert!(tokens(&["--system", "Answer in one word."]) > tokens(&[]) + 4);
}

#[test]
fn wrong_use_ends_with_code_2() {
    let program = Program::new();
    for line in ["frobnicate", "chat --max-tokens many hi", "chat --json", "chat a b", "models"] {
        program.run(&line.split(' ').collect::<Vec<_>>()).misused();
    }
    let message = program.run(&["chat", ""]).misused();
    assert!(message.contains("empty"), "{message}");
    let message = program.run(&["chat"]).misused();
    assert!(message.contains("PROMPT"), "{message}");
}

#[test]
fn input_that_is_no_text_is_refused_in_a_line() {
    let message = Program::new().run_with_input(&["chat", "-"], b"\xff\xfe").failed();
    assert!(message.contains("UTF-8"), "{message}");
}

#[test]
fn a_model_that_is_not_there_is_named() {
    let program = Program::new();
    let message = program.run(&["chat", "--model", "/nowhere/model.gguf", "hi"]).failed();
    assert!(message.contains("no such file: /nowhere/model.gguf"), "{message}");
    let message = program.run(&["chat", "--model", "nobody", "hi"]).failed();
    assert!(message.contains("nobody"), "{message}");
}

#[test]
fn a_file_that_is_no_model_is_refused_in_a_line() {
    let program = Program::new();
    for (name, bytes) in
        [("empty.gguf", &b""[..]), ("text.gguf", b"GGUFhello"), ("zip", b"PK\x03\x04")]
    {
        let path = program.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let message = program.run(&["chat", "--model", path.to_str().unwrap(), "hi"]).failed();
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn models_are_listed_added_and_removed() {
    let program = Program::new();
    let names = || {
        let list = program.run(&["models", "list", "--json"]).json();
        let models = list.as_array().unwrap().clone();
        models.iter().map(|model| model["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["demo"]);

    let path = fixture("tiny-llama.gguf");
    let added = program.run(&["models", "add", "--json", path.to_str().unwrap()]).json();
    let id = added["id"].as_str().unwrap().to_owned();
    assert!(names().contains(&id), "{id} is not among {:?}", names());
    let table = program.run(&["models", "list"]).succeeded();
    assert!(table.contains(&id) && table.contains("demonstration"), "{table}");

    program.run(&["models", "remove", &id]).succeeded();
    assert_eq!(names(), ["demo"]);
    assert!(path.exists(), "a file from elsewhere is not deleted");
}

#[test]
fn a_copied_model_answers_by_its_name() {
    let program = Program::new();
    let path = fixture("tiny-llama.gguf");
    let added = program.run(&["models", "add", "--copy", "--json", path.to_str().unwrap()]).json();
    let copy = added["path"].as_str().unwrap();
    assert!(copy.starts_with(program.data().to_str().unwrap()), "{copy}");
    let id = added["id"].as_str().unwrap();
    program.run(&["chat", "--model", id, "--max-tokens", "2", "hi"]).succeeded();

    program.run(&["models", "remove", id]).succeeded();
    assert!(!std::path::Path::new(copy).exists(), "its file went with it");
}

#[test]
fn a_copy_takes_the_place_of_what_was_added_before() {
    let program = Program::new();
    let original = program.folder.path().join("good.gguf");
    std::fs::copy(fixture("tiny-llama.gguf"), &original).unwrap();
    program.run(&["models", "add", original.to_str().unwrap()]).succeeded();
    program.run(&["models", "add", original.to_str().unwrap(), "--copy"]).succeeded();
    std::fs::File::options().write(true).open(&original).unwrap().set_len(9).unwrap();
    let list = program.run(&["models", "list", "--json"]).json();
    let models: Vec<_> =
        list.as_array().unwrap().iter().filter(|model| model["id"] == "good.gguf").collect();
    assert_eq!(models.len(), 1, "{list}");
    let copy = models[0]["path"].as_str().unwrap();
    assert!(copy.starts_with(program.data().to_str().unwrap()), "{copy}");
    assert!(models[0]["problem"].is_null(), "{list}");
}

#[test]
fn a_model_is_removed_by_its_whole_name_only() {
    let program = Program::new();
    let path = fixture("tiny-llama.gguf");
    let added = program.run(&["models", "add", "--copy", "--json", path.to_str().unwrap()]).json();
    let copy = std::path::PathBuf::from(added["path"].as_str().unwrap());
    let message = program.run(&["models", "remove", "tiny"]).failed();
    assert!(message.contains("tiny-llama.gguf"), "{message}");
    assert!(copy.exists());
    program.run(&["models", "remove", "tiny-llama.gguf"]).succeeded();
    assert!(!copy.exists());
}

#[test]
fn a_broken_model_is_not_added() {
    let program = Program::new();
    let path = program.folder.path().join("broken.gguf");
    std::fs::write(&path, b"GGUF\x03\x00\x00\x00").unwrap();
    let message = program.run(&["models", "add", path.to_str().unwrap()]).failed();
    assert!(message.contains("broken.gguf"), "{message}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_model_and_is_not_waited_for() {
    let program = Program::new();
    let path = program.folder.path().join("pipe.gguf");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    for more in [&[][..], &["--copy"]] {
        let add = [&["models", "add", path.to_str().unwrap()], more].concat();
        let message = program.run(&add).failed();
        assert!(message.contains("no file"), "{message}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_or_have_line_breaks_are_listed_on_a_line_each() {
    use std::os::unix::ffi::OsStrExt as _;
    let program = Program::new();
    let odd = |name: &[u8]| {
        let path = program.folder.path().join(std::ffi::OsStr::from_bytes(name));
        std::fs::copy(fixture("tiny-llama.gguf"), &path).unwrap();
        path
    };
    let add = |path: &std::path::Path, more: &[&str]| {
        let mut command = program.command(&["models", "add"]);
        program::Ended::from(command.args(more).arg(path).output().unwrap())
    };
    let not_text = odd(b"bad\xff.gguf");
    let message = add(&not_text, &[]).failed();
    assert!(message.contains("UTF-8"), "{message}");
    add(&not_text, &["--copy"]).succeeded();
    let added = add(&odd(b"new\nline\x1b.gguf"), &["--copy"]).succeeded();
    assert_eq!(added.lines().count(), 1, "{added:?}");
    let table = program.run(&["models", "list"]).succeeded();
    assert_eq!(table.lines().count(), 4, "{table:?}");
    assert!(!table.contains('\x1b'), "{table:?}");
    assert_eq!(program.run(&["models", "list", "--json"]).json().as_array().unwrap().len(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_does_not_depend_on_standard_error() {
    let program = Program::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = program.command(&["chat", "--model", "demo", "--max-tokens", "3", "hi"]);
    let output = command.stderr(full).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.len() > 3, "{output:?}");
}

#[test]
fn removing_what_is_not_there_fails_in_a_line() {
    let message = Program::new().run(&["models", "remove", "nobody"]).failed();
    assert!(message.contains("nobody"), "{message}");
}

#[test]
fn without_a_display_the_terminal_is_offered() {
    let message = Program::new().run(&[]).failed();
    assert!(message.contains("satchel chat"), "{message}");
}

#[test]
fn a_data_folder_that_cannot_be_is_named() {
    let program = Program::new();
    std::fs::write(program.data(), "in the way").unwrap();
    let message = program.run(&["models", "list"]).failed();
    assert!(message.contains(program.data().to_str().unwrap()), "{message}");
}

#[test]
fn beside_a_file_named_portable_the_data_lies_beside_the_program() {
    // In the target folder, where a hard link to the program is possible.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = folder.path().join("satchel");
    std::fs::hard_link(env!("CARGO_BIN_EXE_satchel"), &program).unwrap();
    std::fs::write(folder.path().join("portable"), "").unwrap();
    let output = Command::new(&program)
        .args(["models", "list"])
        .env_remove("SATCHEL_DATA_DIR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(folder.path().join("satchel-data").is_dir());
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let mut child = Running(long_answer(&Program::new()).spawn().unwrap());
    let mut output = child.0.stdout.take().unwrap();
    output.read_exact(&mut [0]).unwrap();
    drop(output);
    assert_eq!(child.wait().code(), Some(0));
    let mut errors = String::new();
    child.0.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert!(!errors.contains("satchel:") && !errors.contains("panicked"), "{errors}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_answer_and_keeps_what_was_said() {
    let program = Program::new();
    let mut child = Running(long_answer(&program).spawn().unwrap());
    let mut output = BufReader::new(child.0.stdout.take().unwrap());
    output.fill_buf().unwrap();
    child.signal("INT");
    let mut said = String::new();
    output.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().code(), Some(130));
    assert!(said.len() > 1 && said.ends_with('\n'), "{said:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn it_starts_itself_once_more_with_what_ggml_needs() {
    let program = Program::new();
    let mut command = long_answer(&program);
    command.env_remove("GGML_NO_BACKTRACE");
    let child = Running(command.spawn().unwrap());
    let path = format!("/proc/{}/environ", child.0.id());
    until("its environment holds GGML_NO_BACKTRACE", || {
        let environment = std::fs::read(&path).ok()?;
        String::from_utf8_lossy(&environment).contains("GGML_NO_BACKTRACE=").then_some(())
    });
}
