//! Rhai's errors, said so that the author of a script can mend it.

use rhai::{AST, Dynamic, Engine, EvalAltResult, LexError, ParseErrorType, Position};

use super::sources::{self, Sources};
use super::trail::Step;
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

    /// Puts the place where a trail begins, and the calls that it leads through, into a problem whose
    /// own place is where it left the script.
    pub(crate) fn follow(&self, trail: &[Step], problem: &mut Problem) {
        let Some(first) = trail.first() else { return };
        let line = |step: &Step| step.position.line().unwrap_or_default();
        let callers = trail.iter().skip(1).map(|step| (step.source.as_str(), line(step)));
        let left = problem.place.as_ref().map(|place| (self.entry, place.line));
        let calls = trail.iter().zip(callers.chain(left));
        problem.calls = calls
            .take(MOST_CALLS)
            .map(|(step, (source, line))| called(&step.function, Some(line), source))
            .collect();
        problem.place = Some(self.place(&first.source, line(first), first.position));
    }

    /// What is wrong with a script that compiled. `host` holds the
    /// [`host_functions`](Self::host_functions).
    pub(crate) fn findings(
        mut self,
        compiled: &AST,
        file: &str,
        host: &[HostFunction],
    ) -> Vec<Problem> {
        self.functions = compiled
            .iter_functions()
            .map(|known| (known.name.to_owned(), known.params.len()))
            .collect();
        super::findings::of(&self, compiled, file, host)
    }

    /// A problem at a place of a file.
    pub(super) fn at(&self, file: &str, position: Position, message: String) -> Problem {
        let place = position.line().map(|line| self.place(file, line, position));
        Problem { message, place, calls: Vec::new() }
    }

    /// Whether the entry has this word only once, which is where it is declared.
    pub(super) fn is_once(&self, word: &str) -> bool {
        self.sources.words(self.entry).iter().filter(|known| *known == word).count() == 1
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
        let declared = |line: &str| {
            let rest = line.trim_start();
            let rest = rest.strip_prefix("private ").unwrap_or(rest).trim_start();
            let rest = rest.strip_prefix("fn ")?.trim_start();
            let after = rest.strip_prefix(function)?;
            let before = line.strip_suffix(rest)?;
            after.trim_start().starts_with('(').then(|| before.chars().count() + 1)
        };
        let mut lines = text.lines().zip(1..);
        let (line, column) = lines.find_map(|(line, number)| Some((number, declared(line)?)))?;
        Some(self.sources.place(self.entry, line, Some(column)))
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
                    at.calls.push(called(function, position.line(), &at.source));
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

    pub(super) fn message(&self, error: &EvalAltResult, source: &str) -> String {
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
        let host = self.host_functions();
        let modules = host.iter().filter_map(|function| function.module.as_deref());
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
        let host = self.host_functions();
        let of_module = |known: &&HostFunction| known.module.as_deref() == module;
        let mut known: Vec<&str> =
            host.iter().filter(of_module).map(|function| function.name.as_str()).collect();
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

    /// All functions of the host. Takes a moment: Rhai tells them as JSON.
    pub(crate) fn host_functions(&self) -> Vec<HostFunction> {
        let json = self.engine.gen_fn_metadata_to_json(true).unwrap_or_default();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap_or_default();
        let mut functions = Vec::new();
        collect(&value, None, &mut functions);
        functions
    }
}

/// A function that a script can call.
pub(crate) struct HostFunction {
    /// The module in front of its name; `None` for those without.
    pub(crate) module: Option<String>,
    pub(crate) name: String,
    /// How many arguments it takes.
    pub(crate) parameters: usize,
}

/// A call as it is told, with where it was made as far as that is known.
fn called(function: &str, line: Option<usize>, source: &str) -> String {
    let name = if function.starts_with("anon$") { "a closure" } else { function };
    match line {
        Some(line) => format!("{name}, called in {source}:{line}"),
        None => name.to_owned(),
    }
}

struct Whereabouts {
    source: String,
    calls: Vec<String>,
}

/// Gathers functions from what Rhai says about itself.
fn collect(value: &serde_json::Value, module: Option<&str>, found: &mut Vec<HostFunction>) {
    let functions = value.get("functions").and_then(serde_json::Value::as_array);
    for function in functions.into_iter().flatten() {
        let name = function.get("name").and_then(serde_json::Value::as_str);
        let parameters = function.get("numParams").and_then(serde_json::Value::as_u64);
        if let (Some(name), Some(parameters)) = (name, parameters) {
            found.push(HostFunction {
                module: module.map(str::to_owned),
                name: name.to_owned(),
                parameters: usize::try_from(parameters).unwrap_or(usize::MAX),
            });
        }
    }
    let modules = value.get("modules").and_then(serde_json::Value::as_object);
    for (name, inner) in modules.into_iter().flatten() {
        collect(inner, Some(name), found);
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
