//! The documentation tells the truth: what it lists exists, what exists is listed, and its examples
//! run and print what they say.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Call, Function, Module, docs};
use crate::api::testing::Stage;

/// Names and numbers of arguments of what scripts can call, by module; `""` for what has none.
fn registered(stage: &Stage) -> Value {
    let json = stage.rhai.gen_fn_metadata_to_json(false).expect("metadata");
    serde_json::from_str(&json).expect("JSON")
}

fn signatures(functions: &Value) -> BTreeSet<(String, usize)> {
    let functions = functions["functions"].as_array().cloned().unwrap_or_default();
    let signature = |function: &Value| {
        let name = function["name"].as_str().expect("a name").to_owned();
        (name, usize::try_from(function["numParams"].as_u64().expect("a number")).expect("small"))
    };
    functions.iter().map(signature).collect()
}

fn documented(module: &Module) -> BTreeSet<(String, usize)> {
    let forms = |function: &Function| {
        let signature = function.signature();
        signature.counts().map(|count| (signature.name.clone(), count)).collect::<Vec<_>>()
    };
    module.functions.iter().flat_map(forms).collect()
}

#[test]
fn what_is_registered_is_documented_and_the_other_way_round() {
    let all = registered(&Stage::new());
    for module in docs().into_iter().filter(|module| module.call == Call::Namespace) {
        assert_eq!(signatures(&all["modules"][module.name]), documented(module), "{}", module.name);
    }
    let modules = all["modules"].as_object().expect("modules");
    for name in modules.keys() {
        assert!(docs().iter().any(|module| module.name == name), "{name} is not documented");
    }
}

#[test]
fn the_members_of_host_values_exist() {
    let all = signatures(&registered(&Stage::new()));
    for module in docs().into_iter().filter(|module| ["stream", "vector"].contains(&module.name)) {
        for (name, count) in documented(module) {
            let is_there = all.contains(&(name.clone(), count + 1))
                || all.contains(&(format!("get${name}"), 1));
            assert!(is_there, "{}.{name} does not exist", module.name);
        }
    }
}

#[test]
fn every_function_is_explained_as_a_whole() {
    for module in docs() {
        assert!(module.summary.ends_with('.'), "{} has no summary", module.name);
        for function in module.functions {
            let path = module.path_of(function);
            assert!(function.about.ends_with('.'), "{path} is not explained");
            assert!(!function.example.is_empty(), "{path} has no example");
            let signature = function.signature();
            for (name, _) in function.parameters {
                let known = signature.parameters.iter().any(|parameter| parameter.name == *name);
                assert!(known, "{path} explains `{name}`, which it does not have");
            }
        }
    }
}

/// What the example says that it prints.
fn promised(example: &str) -> Vec<String> {
    let promise = |line: &str| line.split_once("// →").map(|(_, text)| text.trim().to_owned());
    example.lines().filter_map(promise).collect()
}

#[test]
fn every_example_of_a_function_runs_and_prints_what_it_says() {
    let stage = Stage::new().with_models(true).with_documents();
    let is_run = |module: &&Module| {
        matches!(module.call, Call::Namespace | Call::Plain)
            || ["stream", "vector", "Transactions"].contains(&module.name)
    };
    for module in docs().into_iter().filter(is_run) {
        for function in module.functions {
            let path = module.path_of(function);
            stage.does("store::clear()");
            stage.printed.lock().expect("no panic").clear();
            // Nobody draws a panel here.
            stage.context.forget_panel();
            if let Err(error) = stage.run(function.example) {
                panic!("the example of {path} failed: {error}");
            }
            let printed = stage.printed.lock().expect("no panic").clone();
            let promised = promised(function.example);
            assert_eq!(printed, promised, "the example of {path}");
        }
    }
    stage.context.clear_timers();
    assert_eq!(stage.context.handles().kinds(), Default::default());
}

/// Compares a made file with the one in the repository, or writes it where that is asked for.
fn check_fresh(name: &str, made: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../apps").join(name);
    if std::env::var_os("SATCHEL_WRITE_REFERENCE").is_some() {
        std::fs::write(&path, made).expect("written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        there == made,
        "apps/{name} is out of date: run this test with SATCHEL_WRITE_REFERENCE=1"
    );
}

#[test]
fn the_reference_page_and_the_definitions_are_fresh() {
    check_fresh("REFERENCE.md", &super::reference_markdown());
    check_fresh("satchel.d.rhai", &super::definitions());
}
