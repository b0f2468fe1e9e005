//! Tools: functions of the script that a model may call while it answers.

use engine::inference::{Tool, ToolCall, ToolChoice};
#[expect(deprecated, reason = "marked as one that may change; Rhai is pinned")]
use rhai::NativeCallContextStore;
use rhai::{Array, Dynamic, FnPtr, Map, NativeCallContext};

use crate::Level;
use crate::api::json::value_of;
use crate::api::options::Options;
use crate::nearest::hint;
use crate::runner::{Context, ScriptResult, failure, is_end};
use crate::value::{kind, to_dynamic};

/// How often a model may call tools before it has to answer, where the script says nothing else.
const ROUNDS: i64 = 8;
/// At most so often.
const MAX_ROUNDS: i64 = 64;

/// The functions that a question offers.
#[derive(Default)]
pub(super) struct Tools {
    offered: Vec<(Tool, FnPtr)>,
    rounds: i64,
    /// Where the question was asked, from where the functions are called.
    #[expect(deprecated, reason = "marked as one that may change; Rhai is pinned")]
    caller: Option<NativeCallContextStore>,
}

impl Tools {
    /// Takes `tools`, `tool_choice` and `max_rounds` from the options.
    pub(super) fn take(
        options: &mut Options,
        caller: &NativeCallContext<'_>,
    ) -> ScriptResult<(Self, ToolChoice)> {
        let given = options.take::<Array>("tools")?.unwrap_or_default();
        let offered: Vec<_> = given.into_iter().map(tool).collect::<ScriptResult<_>>()?;
        let rounds = options.take_within("max_rounds", 1..=MAX_ROUNDS)?.unwrap_or(ROUNDS);
        let choice = options.take::<String>("tool_choice")?;
        #[expect(deprecated, reason = "marked as one that may change; Rhai is pinned")]
        let caller = (!offered.is_empty()).then(|| caller.store_data());
        let tools = Self { offered, rounds, caller };
        let choice = match choice.as_deref() {
            None | Some("auto") => ToolChoice::Auto,
            Some("none") => ToolChoice::None,
            Some("required") => ToolChoice::Required,
            Some(name) => {
                tools.find(name)?;
                ToolChoice::Named(name.to_owned())
            }
        };
        Ok((tools, choice))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.offered.is_empty()
    }

    /// How often the model may call some before it has to answer.
    pub(super) fn rounds(&self) -> i64 {
        self.rounds
    }

    /// What the engine is told of them.
    pub(super) fn descriptions(&self) -> Vec<Tool> {
        self.offered.iter().map(|(tool, _)| tool.clone()).collect()
    }

    fn find(&self, name: &str) -> ScriptResult<&FnPtr> {
        let mut offered = self.offered.iter();
        offered.find(|(tool, _)| tool.name == name).map(|(_, call)| call).ok_or_else(|| {
            let meant = hint(name, self.offered.iter().map(|(tool, _)| tool.name.as_str()));
            failure(format!("there is no tool `{name}`{meant}"))
        })
    }

    /// Calls the function, and gives what the model is told. A tool that fails does not end the
    /// answer: the model is told the error and the console shows it.
    pub(super) fn call(&self, context: &Context, call: &ToolCall) -> ScriptResult<String> {
        let gone = || failure("a tool cannot be called when its app is gone");
        let rhai = context.interpreter().ok_or_else(gone)?;
        #[expect(deprecated, reason = "marked as one that may change; Rhai is pinned")]
        let caller = self.caller.as_ref().map(|caller| caller.create_context(&rhai));
        let caller = caller.ok_or_else(gone)?;
        let function = match self.find(&call.name) {
            Ok(function) => function,
            Err(unknown) => return Ok(format!("Error: {unknown}")),
        };
        let arguments = to_dynamic(&call.arguments);
        match function.call_within_context::<Dynamic>(&caller, (arguments,)) {
            Ok(result) if result.is_string() => Ok(result.to_string()),
            Ok(result) => value_of(&result).map(|value| value.to_string()),
            Err(error) if is_end(&error) => Err(error),
            Err(error) => {
                context.log(Level::Warning, format!("the tool `{}` failed: {error}", call.name));
                Ok(format!("Error: {error}"))
            }
        }
    }
}

fn tool(value: Dynamic) -> ScriptResult<(Tool, FnPtr)> {
    let found = kind(&value);
    let map: Map = value.flatten().try_cast().ok_or_else(|| {
        failure(format!("a tool is a map #{{ name, description, parameters, run }}, not a {found}"))
    })?;
    let mut options = Options::new("a tool", map);
    let name = options.need("name")?;
    let description = options.take("description")?.unwrap_or_default();
    let parameters = match options.take::<Map>("parameters")? {
        Some(schema) => value_of(&schema.into())?,
        None => serde_json::json!({ "type": "object", "properties": {} }),
    };
    let call = options.need("run")?;
    options.finish()?;
    Ok((Tool { name, description, parameters }, call))
}
