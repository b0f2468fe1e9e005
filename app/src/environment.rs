//! What must stand in the environment before the program starts.
//!
//! ggml reads some of it in a constructor, before `main`. So the program starts itself once more, before
//! there is any thread, with what is needed in place.

use std::ffi::OsStr;

/// Each variable, with the value that Satchel wants unless the person has chosen another.
const WANTED: [(&str, &str); 1] = [
    // ggml would start a debugger on itself when one of its assertions fails.
    ("GGML_NO_BACKTRACE", "1"),
];

/// Marks a process that was started again, so that it is done once.
const MARK: &str = "SATCHEL_ENVIRONMENT";

/// Starts the program again with the variables of `WANTED`, unless they are there already.
///
/// To be called first in `main`. Process id, arguments, terminal and standard streams stay the same;
/// where starting again is impossible, the program goes on as it is, and an assertion of ggml that fails
/// takes longer.
pub fn prepare() {
    let missing = missing(|name| std::env::var_os(name).is_some());
    if !missing.is_empty() {
        start_again(&missing);
    }
}

/// What is to be added to an environment in which `has` finds what it has.
fn missing(has: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str)> {
    if has(MARK) {
        return Vec::new();
    }
    WANTED.into_iter().filter(|(name, _)| !has(name)).collect()
}

#[cfg(unix)]
fn start_again(missing: &[(&str, &str)]) {
    use std::os::unix::process::CommandExt as _;

    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| program.clone().into_os_string());
    // Returns only when it failed.
    let _ = std::process::Command::new(program)
        .arg0(name)
        .args(arguments)
        .envs(missing.iter().copied())
        .env(MARK, OsStr::new("1"))
        .exec();
}

/// Elsewhere ggml starts no debugger.
#[cfg(not(unix))]
fn start_again(_missing: &[(&str, &str)]) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing_from(environment: &[&str]) -> Vec<&'static str> {
        missing(|name| environment.contains(&name)).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_bare_environment_gets_everything() {
        assert_eq!(missing_from(&[]), ["GGML_NO_BACKTRACE"]);
    }

    #[test]
    fn what_a_person_has_chosen_stays() {
        assert!(missing_from(&["GGML_NO_BACKTRACE"]).is_empty());
    }

    #[test]
    fn a_program_that_was_started_again_is_left_alone() {
        assert!(missing_from(&[MARK]).is_empty());
    }
}
