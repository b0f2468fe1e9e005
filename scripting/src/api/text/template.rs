//! Filling values into a text.

use std::io;

use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use rhai::{Dynamic, Map};

use crate::runner::{ScriptResult, failure};
use crate::value::to_json;

/// Steps that a template may take; a loop over ten thousand items needs about fifty thousand.
const FUEL: u64 = 2_000_000;
/// Bytes that a template may write.
const MAX_OUTPUT: usize = 4_000_000;

/// The template with the values in it.
pub(super) fn fill(template: &str, values: Map) -> ScriptResult<String> {
    let values = to_json(&Dynamic::from(values)).map_err(|error| failure(error.to_string()))?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_keep_trailing_newline(true);
    let mut output = Limited::default();
    let filled = environment
        .template_from_named_str("template", template)
        .and_then(|template| template.render_captured_to(values, &mut output).map(|_| ()));
    match filled {
        Ok(()) => Ok(String::from_utf8_lossy(&output.bytes).into_owned()),
        Err(_) if output.full => Err(failure("the template writes more than 4 MB")),
        Err(error) if error.kind() == ErrorKind::OutOfFuel => {
            Err(failure("the template works too long: does it loop over something huge?"))
        }
        Err(error) => Err(failure(in_words(&error))),
    }
}

fn in_words(error: &minijinja::Error) -> String {
    let line = error.line().map_or(String::new(), |line| format!(" in line {line}"));
    let reason = match error.kind() {
        ErrorKind::UndefinedError => "it uses a value that was not given".to_owned(),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    format!("the template is wrong{line}: {reason}")
}

/// Output up to the limit.
#[derive(Default)]
struct Limited {
    bytes: Vec<u8>,
    full: bool,
}

impl io::Write for Limited {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + part.len() > MAX_OUTPUT {
            self.full = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rhai::{Dynamic, Map};

    use super::fill;

    fn values(entries: &[(&str, Dynamic)]) -> Map {
        entries.iter().map(|(key, value)| ((*key).into(), value.clone())).collect()
    }

    #[test]
    fn a_missing_value_is_named_with_its_line() {
        let error =
            fill("Hello\n{{ nme }}", values(&[])).expect_err("nothing was given").to_string();
        assert!(error.contains("wrong in line 2: it uses a value that was not given"), "{error}");
    }

    #[test]
    fn a_wrong_template_says_what_is_wrong() {
        let error = fill("{% if x %}", values(&[])).expect_err("no endif").to_string();
        assert!(error.contains("the template is wrong in line 1: "), "{error}");
    }

    #[test]
    fn a_template_that_never_ends_is_stopped() {
        let endless =
            "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
        let error = fill(endless, values(&[])).expect_err("too long").to_string();
        assert!(error.contains("works too long"), "{error}");
    }

    #[test]
    fn a_template_that_writes_too_much_is_stopped() {
        let long = Dynamic::from("x".repeat(1 << 20));
        let error = fill("{{ x }}{{ x }}{{ x }}{{ x }}{{ x }}", values(&[("x", long)]));
        assert!(error.expect_err("too much").to_string().contains("more than 4 MB"));
    }
}
