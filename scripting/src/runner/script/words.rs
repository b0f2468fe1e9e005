//! Rhai's errors, said so that the author of a script can mend it.

use rhai::{AST, Dynamic, Engine, EvalAltResult, LexError, ParseErrorType, Position};

use super::sources::{self, Sources};
use crate::nearest;
use crate::runner::frames::Ending;
use crate::runner::watch::TOO_DEEP;
use crate::{Place, Problem};

/// More calls than these say nothing more.
const MOST_CALLS: usize = 12;

/// What is needed to say what went wrong in one script.
pub(crate) struct Words<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) sources: &'a Sources,
    /// The file of the app's entry.
    pub(crate) entry: &'a str,
    /// The functions of the script, as far as they are known.
    pub(crate) functions: Vec<(String, usize)>,
}

impl Words<'_> {
    /// The error as a problem.
    pub(crate) fn problem(&self, error: &EvalAltResult) -> Problem {
        let mut at = Whereabouts { source: self.entry.to_owned(), calls: Vec::new() };
        let inner = self.innermost(error, &mut at);
        let position = inner.position();
        let place = position.line().map(|line| self.place(&at.source, line, position));
        let message = self.message(inner, &at.source);
        at.calls.reverse();
        at.calls.truncate(MOST_CALLS);
        Problem { message, place, calls: at.calls }
    }

    /// The imports and calls in a script of the app that can only fail, because there is no such
    /// file or function. `host` holds the [`host_names`](Self::host_names).
    pub(crate) fn unknown(
        mut self,
        compiled: &AST,
        file: &str,
        host: &[(Option<String>, String)],
    ) -> Vec<Problem> {
        self.functions = compiled
            .iter_functions()
            .map(|known| (known.name.to_owned(), known.params.len()))
            .collect();
        let failed = |path: &str| {
            super::resolver::file_of(path).and_then(|file| self.sources.read(&file).map(drop)).err()
        };
        let imports = super::calls::imports(compiled).into_iter().filter_map(|(path, position)| {
            failed(&path).map(|words| EvalAltResult::ErrorRuntime(words.into(), position))
        });
        imports
            .chain(super::calls::unknown(compiled, host))
            .map(|error| {
                let error = Box::new(error);
                let file = file.to_owned();
                self.problem(&EvalAltResult::ErrorInModule(file, error, Position::NONE))
            })
            .collect()
    }

    /// Why the host ended the call, if it did.
    pub(crate) fn ending(error: &EvalAltResult) -> Option<Ending> {
        match error {
            EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
            | EvalAltResult::ErrorInModule(_, inner, _) => Self::ending(inner),
            EvalAltResult::ErrorRuntime(token, _) | EvalAltResult::ErrorTerminated(token, _) => {
                token.clone().try_cast::<Ending>()
            }
            _ => None,
        }
    }

    /// The place of a function, for errors that lost theirs.
    pub(crate) fn place_of_function(&self, function: &str) -> Option<Place> {
        let text = self.sources.text(self.entry)?;
        let line = text.lines().position(|line| {
            let declared = line.trim_start().strip_prefix("private ").unwrap_or(line);
            let rest = declared.trim_start().strip_prefix("fn ").unwrap_or_default();
            rest.trim_start()
                .strip_prefix(function)
                .is_some_and(|rest| rest.trim_start().starts_with('('))
        })?;
        Some(self.sources.place(self.entry, line + 1, None))
    }

    fn place(&self, source: &str, line: usize, position: Position) -> Place {
        self.sources.place(source, line, position.position())
    }

    /// Follows an error to where it happened.
    fn innermost<'e>(
        &self,
        mut error: &'e EvalAltResult,
        at: &mut Whereabouts,
    ) -> &'e EvalAltResult {
        loop {
            match error {
                EvalAltResult::ErrorInFunctionCall(function, source, inner, position) => {
                    let name = if function.starts_with("anon$") { "a closure" } else { function };
                    let call = match position.line() {
                        Some(line) => format!("{name}, called in {}:{line}", at.source),
                        None => name.to_owned(),
                    };
                    at.calls.push(call);
                    if !source.is_empty() {
                        at.source.clone_from(source);
                    }
                    error = inner;
                }
                EvalAltResult::ErrorInModule(module, inner, position) => {
                    if let Some(line) = position.line() {
                        at.calls.push(format!("{module}, imported in {}:{line}", at.source));
                    }
                    if !module.is_empty() {
                        at.source = sources::name_of(std::path::Path::new(module));
                    }
                    error = inner;
                }
                _ => return error,
            }
        }
    }

    fn message(&self, error: &EvalAltResult, source: &str) -> String {
        use EvalAltResult as E;
        match error {
            E::ErrorParsing(what, _) => self.syntax(what, source),
            E::ErrorRuntime(value, _) => thrown(value),
            E::ErrorTerminated(token, _) => thrown(token),
            E::ErrorVariableNotFound(name, _) => self.unknown_variable(name, source),
            E::ErrorFunctionNotFound(signature, _) => self.unknown_function(signature),
            E::ErrorModuleNotFound(name, _) => self.unknown_module(name),
            E::ErrorUnboundThis(_) => "`this` is not known here: a function sees the state only \
                when it is called as this.function(), and a closure never does"
                .to_owned(),
            E::ErrorStackOverflow(_) => TOO_DEEP.to_owned(),
            E::ErrorDataTooLarge(what, _) => format!(
                "a value is too large ({}): keep less in it, or raise text_mb or items under \
                 [limits]",
                what.to_lowercase()
            ),
            E::ErrorTooManyVariables(_) => "there are too many variables at the same time".into(),
            E::ErrorTooManyModules(_) => {
                "too many modules are imported (modules under [limits])".to_owned()
            }
            E::ErrorMismatchDataType(wanted, got, _) => {
                format!("this has to be {}, and it is {}", kind(wanted), kind(got))
            }
            E::ErrorMismatchOutputType(wanted, got, _) => {
                format!("the result has to be {}, and it is {}", kind(wanted), kind(got))
            }
            E::ErrorFor(_) => "`for` needs something to go through: an array, a range, a map's \
                keys() or a stream"
                .to_owned(),
            E::ErrorPropertyNotFound(name, _) => format!("there is no property `{name}`"),
            E::ErrorIndexingType(kind_name, _) => {
                format!("{} has nothing to look up with [ ]", kind(kind_name))
            }
            E::ErrorDotExpr(what, _) if what.is_empty() => {
                "what stands behind the dot is no property or function of this value".to_owned()
            }
            E::ErrorAssignmentToConstant(name, _) => {
                format!("`{name}` is a constant and cannot be changed")
            }
            other => first_line(other),
        }
    }

    fn syntax(&self, what: &ParseErrorType, source: &str) -> String {
        match what {
            ParseErrorType::VariableUndefined(name) => self.unknown_variable(name, source),
            ParseErrorType::ModuleUndefined(name) => self.unknown_module(name),
            ParseErrorType::UnexpectedEOF => {
                "the script ends too early: is a closing brace, bracket or quote missing?"
                    .to_owned()
            }
            ParseErrorType::Reserved(word) => {
                format!("`{word}` is a word of the language and cannot be a name")
            }
            ParseErrorType::BadInput(LexError::ImproperSymbol(word, why))
                if why.contains("disabled") =>
            {
                format!("`{word}` does not exist in apps")
            }
            ParseErrorType::MissingToken(token, why) => {
                format!("`{token}` is missing {why}").trim_end().to_owned()
            }
            other => sentence(&other.to_string()),
        }
    }

    fn unknown_variable(&self, name: &str, source: &str) -> String {
        let mut words = self.sources.words(source);
        // A misspelt name occurs once; one that occurs more often is not its own correction.
        words.retain(|word| word != name);
        words.dedup();
        let hint = nearest::hint(name, words.iter().map(String::as_str));
        if hint.is_empty() {
            format!(
                "there is no variable `{name}`: functions see their own variables, `this` and \
                 global::CONSTANTS"
            )
        } else {
            format!("there is no variable `{name}`{hint}")
        }
    }

    fn unknown_module(&self, name: &str) -> String {
        let names = self.host_names();
        let modules = names.iter().filter_map(|(module, _)| module.as_deref());
        let hint = nearest::hint(name, modules);
        format!("there is no module `{name}`{hint}")
    }

    /// `signature` is as Rhai writes it: `text::split (i64, &str)`.
    fn unknown_function(&self, signature: &str) -> String {
        let (path, arguments) = signature.split_once(" (").unwrap_or((signature, ")"));
        let arguments: Vec<&str> = arguments
            .trim_end_matches(')')
            .split(',')
            .map(str::trim)
            .filter(|kind| !kind.is_empty())
            .collect();
        let (module, name) = match path.rsplit_once("::") {
            Some((module, name)) => (Some(module), name),
            None => (None, path),
        };
        if name.starts_with("anon$") {
            return "this closure was made by an older version of the script: make it anew after \
                    a reload"
                .to_owned();
        }
        if arguments.is_empty() && module.is_none() && name.starts_with("get$") {
            return format!("there is no property `{}`", &name[4..]);
        }
        let names = self.host_names();
        let of_module = |known: &&(Option<String>, String)| known.0.as_deref() == module;
        let mut known: Vec<&str> =
            names.iter().filter(of_module).map(|(_, name)| name.as_str()).collect();
        if module.is_none() {
            known.extend(self.functions.iter().map(|(name, _)| name.as_str()));
        }
        if known.contains(&name) {
            let given = arguments.iter().map(|name| kind(name)).collect::<Vec<_>>().join(", ");
            return match given.as_str() {
                "" => format!("`{path}` needs arguments"),
                _ => format!("`{path}` does not take these arguments: {given}"),
            };
        }
        known.sort_unstable();
        known.dedup();
        format!("there is no function `{path}`{}", nearest::hint(name, known))
    }

    /// All functions of the host with their modules. Takes a moment: Rhai tells them as JSON.
    pub(crate) fn host_names(&self) -> Vec<(Option<String>, String)> {
        let json = self.engine.gen_fn_metadata_to_json(true).unwrap_or_default();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
        let mut names = Vec::new();
        collect(&value, None, &mut names);
        names
    }
}

struct Whereabouts {
    source: String,
    calls: Vec<String>,
}

/// Gathers function names from what Rhai says about itself.
fn collect(
    value: &serde_json::Value,
    module: Option<&str>,
    names: &mut Vec<(Option<String>, String)>,
) {
    let functions = value.get("functions").and_then(serde_json::Value::as_array);
    for function in functions.into_iter().flatten() {
        if let Some(name) = function.get("name").and_then(serde_json::Value::as_str) {
            names.push((module.map(str::to_owned), name.to_owned()));
        }
    }
    let modules = value.get("modules").and_then(serde_json::Value::as_object);
    for (name, inner) in modules.into_iter().flatten() {
        collect(inner, Some(name), names);
    }
}

/// What a script threw, or the host in its name.
fn thrown(value: &Dynamic) -> String {
    if let Some(ending) = value.clone().try_cast::<Ending>() {
        return ending.to_string();
    }
    if value.is_unit() {
        return "the script gave up (throw)".to_owned();
    }
    // Rhai's own errors come as a map when they were caught and thrown again.
    if let Some(map) = value.read_lock::<rhai::Map>()
        && let Some(message) = map.get("message")
    {
        return message.to_string();
    }
    value.to_string()
}

/// A type's name as people say it.
fn kind(name: &str) -> &str {
    match name.trim_start_matches('&').trim_start_matches("mut ").trim() {
        "i64" | "int" => "a whole number",
        "f64" | "float" => "a number",
        "string" | "str" | "ImmutableString" | "String" => "a text",
        "bool" => "true or false",
        "()" => "nothing",
        "array" | "Array" => "an array",
        "map" | "Map" => "a map",
        "char" => "a character",
        "Fn" | "FnPtr" => "a function",
        other => other,
    }
}

fn first_line(error: &EvalAltResult) -> String {
    let words = error.to_string();
    let words = words.lines().next().unwrap_or_default();
    // The place is shown beside the message.
    let words = words.split(" (line ").next().unwrap_or_default();
    sentence(words.split(" @ '").next().unwrap_or_default())
}

/// Words that go on after a place begin with a small letter, unless they are a name.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    match characters.next() {
        Some(first) if !characters.clone().next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => words.to_owned(),
    }
}
