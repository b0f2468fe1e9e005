//! What `llm` says of itself.

use crate::api::docs::{Call, Function, Module};

pub(crate) const DOCS: Module = Module {
    name: "llm",
    summary: "Asks models.",
    notes: "\
Needs the permission `llm = true`.

**Messages** are a text (what a person says), a map `#{ role, content }`, or an array of such maps, \
oldest first. Roles are `\"system\"`, `\"user\"`, `\"assistant\"` and `\"tool\"`. `input.messages` of \
`on_run` fits as it is.

**Options** are a map; what is left out is as whoever asked for the run chose it, and unknown keys are \
an error:

| option | meaning |
|---|---|
| `system` | standing instructions, put before the messages |
| `model` | name of a loaded model; without it the chosen or last loaded one answers |
| `temperature` | 0 to 5; 0 always takes the likeliest token |
| `top_k`, `top_p`, `min_p`, `typical_p` | which tokens are considered at all |
| `repeat_penalty`, `repeat_last_n`, `presence_penalty`, `frequency_penalty` | against repetition |
| `seed` | the same seed gives the same answer |
| `max_tokens` | at most so many tokens |
| `stop` | a text or an array of texts that end the answer |
| `thinking` | whether a model that can think first should |
| `overflow` | `\"refuse\"` or `\"drop_oldest\"`: what to do with more messages than fit |
| `schema` | a JSON Schema that the answer keeps to |
| `regex` | a regular expression that the whole answer matches |
| `dry` | against repeated phrases: a map of `multiplier` (0.8 if left out), `base` (1.75), \
`allowed_length` in tokens (2), `last_n` tokens that are looked at (0 for all) and `breakers` (texts \
across which nothing counts as repeated); `true` for all as said, `false` for none |
| `xtc` | now and then leaves out the likeliest tokens: a map of `probability` (0.5) and `threshold` \
(0.1), or `true` or `false` |
| `mirostat` | keeps an answer equally surprising, in place of the options that leave tokens out: a map \
of `version` (1 or 2; 2), `tau` (5) and `eta` (0.1), or `true` or `false` |
| `tools` | functions that the model may call, only for `chat` and `stream`; see `chat` |
| `tool_choice` | `\"auto\"`, `\"none\"`, `\"required\"` or the name of a tool that must be called |
| `max_rounds` | how often it may call tools before it has to answer; 8 if left out |
| `write` | `true` writes the answer to the caller as it comes (not for `stream`, where the loop decides) |

All functions fail when no model is loaded or the named one is not, when the messages do not fit into \
the model's context, and when an option is out of range; the error says what to do.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "stream(messages: string|map|array, options?: map) -> stream",
            about: "Asks, and gives the answer piece by piece to a `for` loop. Leaving the loop \
                    (`break`, `return`, `throw`) stops the model. With `tools`, as told of `chat`, the \
                    pieces go on when the tools have been called.",
            returns: "a `stream`; see there what it tells after the loop",
            errors: "as told above; while the loop runs, when the model fails.",
            example: r#"
let answer = "";
for piece in llm::stream("What is Satchel?", #{ temperature: 0, max_tokens: 12 }) {
    answer += piece;
}
print(answer.len > 0); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "chat(messages: string|map|array, options?: map) -> map",
            about: "Asks, and waits for the whole answer. With `tools`, the model may call functions of \
                    the script before it answers: each is a map `#{ name, description, parameters, \
                    run }`, where `parameters` is a JSON Schema of an object and `run` a function \
                    that is given this object as a map. What it returns is told to the model; so is \
                    its error, if it fails. Such a function sees no `this`.",
            returns: "a map: `text`, `reasoning` (what the model thought first), `model`, `stop` \
                      (`\"end_of_turn\"`, `\"max_tokens\"`, `\"stop_string\"`, `\"context_full\"`, \
                      `\"cancelled\"`), `seed`, `usage` (tokens: `prompt`, `reused`, `generated`), \
                      `seconds` (`queued`, `first_token`, `generating`, `thinking`) and \
                      `tokens_per_second` (`()` for less than two tokens)",
            errors: "as told above.",
            example: r#"
let answer = llm::chat([
    #{ role: "system", content: "Answer briefly." },
    #{ role: "user", content: "What can you do?" },
], #{ temperature: 0, max_tokens: 8 });
print(answer.usage.generated <= 8); // → true
print(answer.text.len > 0);         // → true

let tools = [#{
    name: "age_of",
    description: "How old somebody is",
    parameters: #{ type: "object", properties: #{ name: #{ type: "string" } }, required: ["name"] },
    run: |given| if given.name == "Ada" { 36 } else { "unknown" },
}];
let answer = llm::chat("Hello", #{ tools: tools, tool_choice: "none", max_tokens: 8 });"#,
            ..Function::EMPTY
        },
        Function {
            signature: "complete(prompt: string, options?: map) -> string",
            about: "Asks one question, and gives the text of the answer: `llm::chat(prompt).text`.",
            errors: "as told above.",
            example: r#"
let slogan = llm::complete("A slogan for a satchel.", #{ temperature: 0, max_tokens: 10 });
print(slogan.len > 0); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "json(messages: string|map|array, schema: map|string, options?: map) -> any",
            about: "Asks for a value of a certain form. The model cannot but keep to the schema, so \
                    this works with small models as well.",
            parameters: &[(
                "schema",
                "a JSON Schema, as a map, or as JSON text, in which the properties keep their order \
                 (a map is sorted by name)",
            )],
            returns: "the value, as `json::parse` would read it",
            errors: "as told above, and when the answer was cut before it was complete.",
            example: r#"
let schema = #{
    type: "object",
    properties: #{ mood: #{ "enum": ["good", "bad"] } },
    required: ["mood"],
    additionalProperties: false,
};
let found = llm::json("How is somebody who sings?", schema);
print(found.mood in ["good", "bad"]); // → true"#,
        },
        Function {
            signature: "embed(texts: string|array, options?: map) -> vector|array",
            about: "Turns texts into vectors that lie the closer together the more alike their meanings \
                    are. Needs a loaded embedding model.",
            parameters: &[(
                "options",
                "`kind`: `\"query\"` for a question and `\"passage\"` for what is to be found, or \
                 `\"plain\"` (if left out) for texts that are compared with their like; `model`; \
                 `truncate`: whether the end of a text that is too long may be left out",
            )],
            returns: "a `vector` for a text, an array of them for an array",
            errors: "when no embedding model is loaded, or a text is longer than it reads.",
            example: r#"
let texts = llm::embed(["a cat", "a dog"]);
let question = llm::embed("an animal", #{ kind: "query" });
print(question.similarity(texts[0]) <= 1.0001); // → true"#,
        },
        Function {
            signature: "count_tokens(messages: string|map|array) -> int",
            about: "How long a text is in tokens of the model; for messages, how long the whole prompt \
                    would be, with all that the model's template puts around them.",
            errors: "when no model is loaded.",
            example: r#"print(llm::count_tokens("Hello, world") > 1); // → true"#,
            ..Function::EMPTY
        },
    ],
};

pub(crate) const STREAM: Module = Module {
    name: "stream",
    summary: "An answer on its way, as `llm::stream` gives it.",
    notes: "It is for one `for` loop: when that is left, the model stops. What came until then can \
            still be looked at.",
    call: Call::Method,
    functions: &[
        Function {
            signature: "answer() -> map",
            about: "Waits for the rest, and gives the whole answer as `llm::chat` does. After a loop \
                    that was left early it is what came until then, with `stop` as `\"cancelled\"`.",
            errors: "as the loop would.",
            example: r#"
let stream = llm::stream("Hello", #{ max_tokens: 5 });
for piece in stream { }
print(stream.answer().usage.generated <= 5); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "stop()",
            about: "Stops the model without a loop to leave.",
            example: r#"
let stream = llm::stream("Hello");
stream.stop();
print(stream.answer().stop); // → cancelled"#,
            ..Function::EMPTY
        },
        Function {
            signature: "text -> string",
            about: "What has come so far, also before a tool was called (`answer()` has what came \
                    after the last call).",
            example: r#"
let stream = llm::stream("What can you do?", #{ temperature: 0, max_tokens: 5 });
for piece in stream { break; }
print(stream.text.len > 0); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "reasoning -> string",
            about: "What the model has thought so far, apart from the answer.",
            example: r#"
let stream = llm::stream("Hello", #{ max_tokens: 5 });
for piece in stream { }
print(stream.reasoning); // →"#,
            ..Function::EMPTY
        },
    ],
};

pub(crate) const VECTOR: Module = Module {
    name: "vector",
    summary: "The meaning of a text as numbers, as `llm::embed` gives it.",
    notes: "",
    call: Call::Method,
    functions: &[
        Function {
            signature: "similarity(other: vector) -> float",
            about: "How alike two meanings are: the cosine of their vectors, -1.0 to 1.0.",
            errors: "when the vectors come from models that make vectors of different lengths.",
            example: r#"
let vector = llm::embed("a cat");
print(vector.similarity(vector) > 0.999); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "dimensions -> int",
            about: "How many numbers it has.",
            example: r#"print(llm::embed("a cat").dimensions > 1); // → true"#,
            ..Function::EMPTY
        },
        Function {
            signature: "to_array() -> array",
            about: "Its numbers, for `json` and `store`.",
            example: r#"
let vector = llm::embed("a cat");
print(vector.to_array().len == vector.dimensions); // → true"#,
            ..Function::EMPTY
        },
    ],
};
