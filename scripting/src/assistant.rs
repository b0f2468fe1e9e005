//! An app without a script: a model that is told who it is.
//!
//! The runtime runs an assistant as it runs a script: the same request, the same events.

use std::fmt::Write as _;

use engine::documents::ask::Question;
use engine::models::ModelId;
use engine::settings::{ModelSettings, Value, effective};
use engine::{GenerateRequest, Message, Role};

use crate::RunInput;
use crate::manifest::{Assistant, assistant_settings};

/// The request for what the assistant says next. What it does not set itself is as in `defaults`;
/// its own system prompt takes the place of any other.
#[must_use]
pub fn request(
    assistant: &Assistant,
    input: &RunInput,
    defaults: &GenerateRequest,
) -> GenerateRequest {
    let base = ModelSettings {
        sampling: defaults.sampling.clone(),
        max_tokens: defaults.max_tokens,
        stop: defaults.stop.clone(),
        thinking: defaults.thinking,
        overflow: defaults.overflow,
        ..ModelSettings::default()
    };
    let settings = effective(&base, &[&assistant.settings]);
    let system = Message::new(Role::System, &assistant.system_prompt);
    let conversation = input.messages.iter().filter(|message| message.role != Role::System);
    let mut messages: Vec<_> = std::iter::once(system).chain(conversation.cloned()).collect();
    if messages.len() == 1 {
        messages.push(Message::new(Role::User, &input.text));
    }
    GenerateRequest {
        model: assistant.model.clone().map(ModelId).or_else(|| defaults.model.clone()),
        messages,
        sampling: settings.sampling,
        max_tokens: settings.max_tokens,
        stop: settings.stop,
        thinking: settings.thinking,
        overflow: settings.overflow,
        ..defaults.clone()
    }
}

/// The question that an assistant with documents puts to them, all but its collections; `request` is
/// what it would ask a model without them.
#[must_use]
pub fn question(assistant: &Assistant, input: &RunInput, request: GenerateRequest) -> Question {
    let mut earlier: Vec<Message> = input.messages.clone();
    // The conversation ends with the question itself.
    earlier.pop_if(|last| last.role == Role::User && last.content == input.text);
    Question {
        earlier,
        instructions: assistant.system_prompt.clone(),
        request,
        ..Question::new(Vec::new(), &input.text)
    }
}

/// A `main.rhai` that does what the assistant does without one.
#[must_use]
pub fn script(assistant: &Assistant) -> String {
    let mut options = String::from("        system: SYSTEM_PROMPT,\n");
    let mut option = |key: &str, value: String| {
        // Writing to a text does not fail.
        writeln!(options, "        {key}: {value},").ok();
    };
    if let Some(model) = &assistant.model {
        option("model", literal(model));
    }
    for setting in assistant_settings() {
        if let Some(value) = assistant.settings.get(setting.key) {
            option(setting.key, rhai_value(&value));
        }
    }
    let answer = if assistant.collections.is_empty() {
        "    for piece in llm::stream(input.messages, options) {\n\
         \x20       app::write(piece);\n\
         \x20   }\n"
    } else {
        option("collections", rhai_value(&Value::List(assistant.collections.clone())));
        option("messages", "input.messages".to_owned());
        "    documents::ask(input.text, options);\n"
    };
    let prompt = literal(&assistant.system_prompt);
    format!(
        "// What the model is told before every conversation.\n\
         const SYSTEM_PROMPT = {prompt};\n\
         \n\
         // Called for each message; what it writes is the answer.\n\
         fn on_run(input) {{\n\
         \x20   let options = #{{\n\
         {options}\
         \x20   }};\n\
         {answer}\
         }}\n"
    )
    .replace("system: SYSTEM_PROMPT", "system: global::SYSTEM_PROMPT")
}

fn rhai_value(value: &Value) -> String {
    match value {
        Value::Switch(on) => on.to_string(),
        Value::Count(count) => count.to_string(),
        Value::Number(number) => format!("{number:?}"),
        Value::Text(text) => literal(text),
        Value::List(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| literal(text)).collect();
            format!("[{}]", texts.join(", "))
        }
    }
}

/// The text as Rhai writes it in a program: over several lines, where it has several and nothing in
/// it would mean something else there.
fn literal(text: &str) -> String {
    if text.contains('\n') && !text.contains(['`', '$', '\r']) {
        return format!("`\n{text}`");
    }
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            '\r' => literal.push_str("\\r"),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use engine::inference::Overflow;

    use super::*;
    use crate::manifest;

    fn assistant(more: &str) -> Assistant {
        let text = format!(
            "id = \"a\"\nname = \"A\"\nversion = \"1.0.0\"\napi = 1\n[assistant]\n\
             system_prompt = \"\"\"Say \"yes\".\n  Or C:\\\\no.\"\"\"\n{more}"
        );
        manifest::parse(&text).unwrap().assistant.unwrap()
    }

    #[test]
    fn its_system_prompt_and_settings_come_before_those_in_use() {
        let assistant = assistant("model = \"own\"\n[assistant.settings]\ntemperature = 0\n");
        let input = RunInput {
            text: "Hi".to_owned(),
            messages: vec![Message::new(Role::System, "other"), Message::new(Role::User, "Hi")],
            ..RunInput::default()
        };
        let defaults = GenerateRequest {
            max_tokens: Some(7),
            overflow: Overflow::DropOldest,
            model: Some(ModelId("in use".to_owned())),
            ..GenerateRequest::default()
        };
        let request = request(&assistant, &input, &defaults);
        assert_eq!(request.messages.len(), 2);
        assert_eq!(request.messages[0].content, "Say \"yes\".\n  Or C:\\no.");
        assert_eq!(request.model.unwrap().0, "own");
        assert_eq!((request.max_tokens, request.overflow), (Some(7), Overflow::DropOldest));
        assert!(request.sampling.temperature.abs() < f32::EPSILON);
    }

    #[test]
    fn a_text_alone_is_a_conversation_of_one_message() {
        let input = RunInput { text: "Hi".to_owned(), ..RunInput::default() };
        let request = request(&assistant(""), &input, &GenerateRequest::default());
        assert_eq!(request.messages[1], Message::new(Role::User, "Hi"));
    }

    /// What the script of an assistant asks of the model.
    fn options_of_script(assistant: &Assistant) -> rhai::Map {
        let mut rhai = rhai::Engine::new();
        let heard = std::sync::Arc::new(std::sync::Mutex::new(rhai::Map::new()));
        let hears = std::sync::Arc::clone(&heard);
        let mut llm = rhai::Module::new();
        llm.set_native_fn("stream", move |_: rhai::Array, options: rhai::Map| {
            *hears.lock().unwrap() = options;
            Ok(rhai::Array::new())
        });
        rhai.register_static_module("llm", llm.into());
        let program = format!("{}\non_run(#{{ messages: [] }})", script(assistant));
        rhai.run(&program).unwrap_or_else(|error| panic!("{error}\n{program}"));
        heard.lock().unwrap().clone()
    }

    #[test]
    fn an_assistant_with_documents_asks_them() {
        let assistant = assistant("collections = [\"Books\", \"Letters\"]\n");
        let script = script(&assistant);
        assert!(script.contains("collections: [\"Books\", \"Letters\"],\n"), "{script}");
        assert!(script.contains("documents::ask(input.text, options);"), "{script}");
        rhai::Engine::new().compile(&script).unwrap_or_else(|error| panic!("{error}\n{script}"));

        let input = RunInput {
            text: "And then?".to_owned(),
            messages: vec![
                Message::new(Role::User, "What?"),
                Message::new(Role::User, "And then?"),
            ],
            ..RunInput::default()
        };
        let question = question(&assistant, &input, GenerateRequest::default());
        assert_eq!(question.earlier, [Message::new(Role::User, "What?")]);
        assert_eq!(
            (question.text.as_str(), question.instructions.is_empty()),
            ("And then?", false)
        );
    }

    #[test]
    fn the_script_says_what_the_assistant_says() {
        let mut assistant = assistant("[assistant.settings]\ntemperature = 1\nstop = [\"\\n\"]\n");
        let options = options_of_script(&assistant);
        assert_eq!(options["temperature"].as_int(), Ok(1));
        assert_eq!(options["stop"].to_string(), "[\"\\n\"]");
        for prompt in
            ["Say \"yes\".\n  Or C:\\no.", "`${1 + 1}`\n\\", "\n\nlast\n", "tab\t\r\n", "ä"]
        {
            assistant.system_prompt = prompt.to_owned();
            let options = options_of_script(&assistant);
            assert_eq!(options["system"].clone().into_string().unwrap(), prompt);
        }
    }
}
