//! Templates of many shapes, sound and unsound.

use serde_json::json;

use super::super::tools::ToolCall;
use super::*;

fn tokens() -> SpecialTokens {
    SpecialTokens { bos: "<s>".to_owned(), eos: "</s>".to_owned() }
}

fn template(source: &str) -> Template {
    let template = Template::new(Some(source), "qwen2", tokens());
    assert_eq!(template.note(), None);
    template
}

fn ask(turns: &[(Role, &str)]) -> Vec<Message> {
    turns.iter().map(|(role, content)| Message::new(*role, *content)).collect()
}

fn render(source: &str, turns: &[(Role, &str)]) -> String {
    template(source).render(&ask(turns), &RenderOptions::default()).unwrap()
}

/// Why a source was not used.
fn refusal(source: &str) -> String {
    let template = Template::new(Some(source), "qwen2", tokens());
    let prompt = template.render(&ask(&[(Role::User, "hi")]), &RenderOptions::default()).unwrap();
    assert_eq!(prompt, "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
    template.note().expect("a note").to_owned()
}

const LOOP: &str = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}";

#[test]
fn a_missing_template_is_replaced_and_the_note_says_so() {
    for source in [None, Some(""), Some(" \n")] {
        let template = Template::new(source, "gemma3", tokens());
        assert_eq!(
            template.note(),
            Some("The model brings no chat template, so the Gemma format is used instead")
        );
        assert_eq!(template.stop_strings(), ["<end_of_turn>"]);
    }
}

#[test]
fn a_broken_template_is_replaced_and_the_note_says_why() {
    let note = refusal("{% for m in messages %}{{ m.content }}");
    assert!(note.contains("syntax error") && note.contains("ChatML"), "{note}");
    let note = refusal("{{ messages[0].content.nonsense() }}");
    assert!(note.contains("in line 1"), "{note}");
    let note = refusal("{{ bos_token }}");
    assert!(note.contains("leaves out what the user says"), "{note}");
    let note = refusal("{{ raise_exception('no') }}");
    assert!(note.contains("it says: no"), "{note}");
}

#[test]
fn a_huge_template_is_refused() {
    let note = refusal(&format!("{LOOP}{}", "x".repeat(300_000)));
    assert!(note.contains("bytes"), "{note}");
}

#[test]
fn a_template_cannot_hang() {
    let note =
        refusal("{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}");
    assert!(note.contains("steps"), "{note}");
    let note =
        refusal("{% set text = 'x' * 100000 %}{% for a in range(90000) %}{{ text }}{% endfor %}");
    assert!(note.contains("output"), "{note}");
}

#[test]
fn a_template_cannot_overflow_the_stack() {
    let note = refusal("{% macro again(n) %}{{ again(n + 1) }}{% endmacro %}{{ again(0) }}");
    assert!(note.contains("recursion") || note.contains("invalid operation"), "{note}");
    refusal(&format!("{{{{ {}1{} }}}}", "(".repeat(50_000), ")".repeat(50_000)));
    refusal(&format!("{{{{ {}1{} }}}}", "[".repeat(50_000), "]".repeat(50_000)));
    refusal(&format!("{}1", "{% if true %}".repeat(10_000)));
    refusal(&format!("{{{{ {}1 }}}}", "not ".repeat(50_000)));
    refusal(&format!("{{{{ 1{} }}}}", " + 1".repeat(50_000)));
    refusal(&format!("{{{{ x{} }}}}", ".a".repeat(100_000)));
    refusal(&format!("{{{{ x{} }}}}", "|trim".repeat(40_000)));
    let nested = "{% set ns = namespace(x=[]) %}{% for a in range(6) %}\
                  {% for b in range(90000) %}{% set ns.x = [ns.x] %}{% endfor %}{% endfor %}";
    for printed in ["", "{{ ns.x }}", "{{ ns.x|tojson }}", "{{ ns.x == [ns.x] }}"] {
        refusal(&format!("{nested}{printed}"));
    }
}

#[test]
fn generation_tags_do_no_harm() {
    let source = "{% for m in messages %}{%- generation -%} {{ m.content }} {%- endgeneration -%}\
                  {% endfor %}";
    assert_eq!(render(source, &[(Role::User, "a"), (Role::User, "b")]), "ab");
}

#[test]
fn white_space_is_controlled_as_transformers_does() {
    let source = "{% for m in messages %}\n    {% if true %}\n{{ m.content }}\n    {% endif %}\n{% endfor %}\n";
    assert_eq!(render(source, &[(Role::User, "a"), (Role::User, "b")]), "a\nb\n");
}

#[test]
fn values_are_written_as_python_writes_them() {
    let source = format!(
        "{LOOP}{{{{ true }}}} {{{{ none }}}} {{{{ [1, 'a', \"it's\", {{'k': false}}, 1.0] }}}}"
    );
    assert_eq!(
        render(&source, &[(Role::User, "")].map(|_| (Role::User, "a"))),
        "[user]aTrue None [1, 'a', \"it's\", {'k': False}, 1.0]"
    );
}

#[test]
fn json_is_written_as_python_writes_it() {
    let value = "{'b': [1, 2.5, none], 'a': 'é\"<'}";
    let cases = [
        ("tojson", "{\"b\": [1, 2.5, null], \"a\": \"é\\\"<\"}"),
        ("tojson(ensure_ascii=true)", "{\"b\": [1, 2.5, null], \"a\": \"\\u00e9\\\"<\"}"),
        ("tojson(sort_keys=true)", "{\"a\": \"é\\\"<\", \"b\": [1, 2.5, null]}"),
        ("tojson(separators=(',', ':'))", "{\"b\":[1,2.5,null],\"a\":\"é\\\"<\"}"),
        (
            "tojson(indent=2)",
            "{\n  \"b\": [\n    1,\n    2.5,\n    null\n  ],\n  \"a\": \"é\\\"<\"\n}",
        ),
        ("tojson(indent=2)|length > 10 and []|tojson(indent=4)", "[]"),
    ];
    for (filter, expected) in cases {
        let source = format!("{LOOP}{{{{ {value}|{filter} }}}}");
        assert_eq!(render(&source, &[(Role::User, "")]), format!("[user]{expected}"));
    }
}

#[test]
fn dates_are_those_of_today() {
    let source = format!("{LOOP}{{{{ strftime_now('%Y') }}}}");
    let year = render(&source, &[(Role::User, "")]).replace("[user]", "");
    assert!(year.parse::<u32>().is_ok_and(|year| year > 2024), "{year}");
    let note = refusal(&format!("{LOOP}{{{{ strftime_now('%') }}}}"));
    assert!(note.contains("strftime") || note.contains('%'), "{note}");
}

#[test]
fn a_system_prompt_that_is_refused_or_left_out_joins_the_user() {
    let refusing =
        "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}";
    let silent = LOOP.replace("messages %}", "messages if m.role != 'system' %}");
    for source in [format!("{refusing}{LOOP}"), silent] {
        let prompt = render(&source, &[(Role::System, "be brief"), (Role::User, "hi")]);
        assert_eq!(prompt, "[user]be brief\n\nhi");
    }
}

#[test]
fn turns_that_must_alternate_do() {
    let strict = "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}\
                  {{ raise_exception('roles must alternate') }}{% endif %}{% endfor %}";
    let prompt = render(
        &format!("{strict}{LOOP}"),
        &[(Role::Assistant, "hello"), (Role::User, "a"), (Role::User, "b"), (Role::Tool, "c")],
    );
    assert_eq!(prompt, "[user][assistant]hello[user]a\n\nb\n\nResult of the tool:\nc");
}

#[test]
fn content_may_have_to_be_a_list_of_parts() {
    let source = "{% for m in messages %}{% for part in m.content %}{% if part.type == 'text' %}\
                  {{ part.text }};{% endif %}{% endfor %}{% endfor %}";
    assert_eq!(render(source, &[(Role::User, "a"), (Role::User, "b")]), "a;b;");
}

#[test]
fn what_a_template_raises_later_is_told() {
    let source = format!(
        "{{% if messages[0].content == 'secret' %}}{{{{ raise_exception('not that') }}}}{{% endif %}}{LOOP}"
    );
    let refused =
        template(&source).render(&ask(&[(Role::User, "secret")]), &RenderOptions::default());
    assert_eq!(refused, Err(Error::TemplateRefused("not that".to_owned())));
}

#[test]
fn a_template_may_ask_for_tools_that_are_not_there() {
    let source = format!(
        "{{% if tools is iterable and tools|length > 0 %}}tools{{% endif %}}\
         {{% if tools is not none %}}tools{{% endif %}}{LOOP}"
    );
    assert_eq!(render(&source, &[(Role::User, "hi")]), "[user]hi");
}

const THINKER: &str = "{% for m in messages %}<|{{ m.role }}|>{% if m.reasoning_content %}<think>\
    {{ m.reasoning_content }}</think>{% endif %}{{ m.content }}{% endfor %}\
    {% if add_generation_prompt %}<|assistant|>{% if enable_thinking is defined and not enable_thinking %}\
    <think>\n\n</think>\n\n{% endif %}{% endif %}";

#[test]
fn thinking_is_switched_where_the_template_has_a_switch() {
    let template = template(THINKER);
    assert!(template.can_think());
    let prompt = |thinking| {
        let options = RenderOptions { thinking, ..RenderOptions::default() };
        template.render(&ask(&[(Role::User, "hi")]), &options).unwrap()
    };
    assert_eq!(prompt(None), "<|user|>hi<|assistant|>");
    assert_eq!(prompt(Some(true)), "<|user|>hi<|assistant|>");
    assert_eq!(prompt(Some(false)), "<|user|>hi<|assistant|><think>\n\n</think>\n\n");
}

#[test]
fn thinking_that_a_template_always_opens_is_closed_on_request() {
    let source = format!("{LOOP}{{% if add_generation_prompt %}}[assistant]<think>\n{{% endif %}}");
    let options = RenderOptions { thinking: Some(false), ..RenderOptions::default() };
    let prompt = template(&source).render(&ask(&[(Role::User, "hi")]), &options).unwrap();
    assert_eq!(prompt, "[user]hi[assistant]<think>\n\n</think>\n\n");
}

#[test]
fn a_begun_answer_is_continued_without_an_end_of_turn() {
    let chatml = Template::new(Some("chatml"), "", tokens());
    let turns = ask(&[(Role::User, "hi"), (Role::Assistant, "Well, ")]);
    let prompt = chatml.render(&turns, &RenderOptions::default()).unwrap();
    assert_eq!(prompt, "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nWell, ");
    let closed = RenderOptions { add_generation_prompt: false, ..RenderOptions::default() };
    let prompt = chatml.render(&turns, &closed).unwrap();
    assert!(prompt.ends_with("<|im_start|>assistant\nWell, <|im_end|>\n"), "{prompt}");
}

#[test]
fn a_begun_answer_comes_after_its_thinking() {
    let mut begun = Message::new(Role::Assistant, "Yes");
    begun.reasoning = Some("Hm.".to_owned());
    let turns = [Message::new(Role::User, "hi"), begun.clone()];
    let prompt = template(THINKER).render(&turns, &RenderOptions::default()).unwrap();
    assert_eq!(prompt, "<|user|>hi<|assistant|><think>\nHm.\n</think>\n\nYes");
    let harmony = Template::new(Some("harmony"), "", tokens());
    let prompt = harmony.render(&turns, &RenderOptions::default()).unwrap();
    let end = "<|channel|>analysis<|message|>Hm.<|end|>\
               <|start|>assistant<|channel|>final<|message|>Yes";
    assert!(prompt.ends_with(end), "{prompt}");
}

#[test]
fn an_empty_answer_is_not_continued_but_begun() {
    let turns = ask(&[(Role::User, "hi"), (Role::Assistant, "")]);
    let chatml = Template::new(Some("chatml"), "", tokens());
    let prompt = chatml.render(&turns, &RenderOptions::default()).unwrap();
    assert_eq!(prompt, "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
}

fn weather_tool() -> Tool {
    Tool {
        name: "weather".to_owned(),
        description: "Tells the weather".to_owned(),
        parameters: json!({ "type": "object", "properties": { "city": { "type": "string" } } }),
    }
}

/// A question, a call, its result.
fn called() -> Vec<Message> {
    let call = ToolCall {
        id: "abcdefghi".to_owned(),
        name: "weather".to_owned(),
        arguments: json!({ "city": "Rome" }),
    };
    vec![
        Message::new(Role::User, "How is it in Rome?"),
        Message { tool_calls: vec![call], ..Message::new(Role::Assistant, "") },
        Message::tool_result("abcdefghi", "sunny"),
    ]
}

/// As Hermes and Qwen 2.5 write it, in short.
const TOOLED: &str = r#"{%- if tools %}<tools>{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools> answer with <tool_call>
{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls or [] %}
<tool_call>
{"name": "{{ c.function.name }}", "arguments": ARGUMENTS}
</tool_call>{% endfor %}{% endfor %}[assistant]"#;

fn tooled(arguments: &str) -> Template {
    template(&TOOLED.replace("ARGUMENTS", arguments))
}

#[test]
fn tools_and_calls_are_told_as_the_template_wants_them() {
    let tools = [weather_tool()];
    let options = RenderOptions { tools: &tools, ..RenderOptions::default() };
    // The one writes an object, the other copies text: the model reads the same.
    for arguments in ["{{ c.function.arguments | tojson }}", "{{ '' + c.function.arguments }}"] {
        let prompt = tooled(arguments).render(&called(), &options).unwrap();
        let told = r#"{"type": "function", "function": {"name": "weather", "description": "Tells the weather", "parameters": {"type": "object""#;
        assert!(prompt.starts_with(&format!("<tools>{told}")), "{prompt}");
        let call = prompt.split("<tool_call>\n{").nth(1).unwrap().replace(' ', "");
        assert!(call.starts_with(r#""name":"weather","arguments":{"city":"Rome"}}"#), "{prompt}");
        assert!(prompt.ends_with("</tool_call>[tool]sunny[assistant]"), "{prompt}");
    }
}

#[test]
fn a_template_without_tools_has_them_in_words() {
    let tools = [weather_tool()];
    let options = RenderOptions { tools: &tools, ..RenderOptions::default() };
    let template = template("chatml");
    let prompt = template.render(&called(), &options).unwrap();
    assert!(prompt.contains("weather: Tells the weather"), "{prompt}");
    let call =
        "<tool_call>\n{\"name\":\"weather\",\"arguments\":{\"city\":\"Rome\"}}\n</tool_call>";
    assert!(prompt.contains(call) && prompt.contains("sunny"), "{prompt}");
    let without = template.render(&called()[..1], &RenderOptions::default()).unwrap();
    assert!(!without.contains("tool"), "{without}");
}

#[test]
fn a_form_that_cannot_be_read_back_is_not_believed() {
    let tagged = "{{ c.function.arguments | tojson }}";
    assert!(tooled(tagged).format.is_some());
    // Speaks of the tags, and writes something else between them.
    let source = TOOLED.replace("ARGUMENTS", tagged).replace("\"arguments\"", "\"with\"");
    assert_eq!(template(&source.replace("\"name\"", "\"call\"")).format, None);
}
