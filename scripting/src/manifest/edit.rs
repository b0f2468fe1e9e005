//! Changing a manifest and leaving alone what was not meant: comments, order, the rest.

use engine::settings::Value;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike};

use super::{Assistant, FILE, assistant};
use crate::{AppId, Problem};

/// The manifest under another id and name.
///
/// # Errors
/// When it is no TOML.
pub(crate) fn rename(text: &str, id: &AppId, name: &str) -> Result<String, Problem> {
    let mut document = parse(text)?;
    set(document.as_table_mut(), "id", id.0.as_str());
    set(document.as_table_mut(), "name", name);
    Ok(document.to_string())
}

/// The manifest with this assistant in place of the one it had.
///
/// # Errors
/// When it is no TOML, or `assistant` is not a table in it.
pub(crate) fn set_assistant(text: &str, assistant: &Assistant) -> Result<String, Problem> {
    let mut document = parse(text)?;
    let item = document.entry("assistant").or_insert_with(|| Item::Table(Table::new()));
    let Some(table) = item.as_table_like_mut() else {
        return Err(Problem::new(format!("`assistant` has to be a table in {FILE}")));
    };
    set(table, "system_prompt", assistant.system_prompt.as_str());
    match &assistant.model {
        Some(model) => set(table, "model", model.as_str()),
        None => drop(table.remove("model")),
    }
    set_list(table, "collections", &assistant.collections);
    set_list(table, "questions", &assistant.questions);
    set_settings(table, assistant)?;
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut, Problem> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        Problem::new(format!("{FILE} is no TOML: {}", error.message()))
    })
}

/// Sets a value and keeps what is written around it.
fn set(table: &mut dyn TableLike, key: &str, new: impl Into<toml_edit::Value>) {
    let mut new = new.into();
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => drop(table.insert(key, Item::Value(new))),
    }
}

fn set_list(table: &mut dyn TableLike, key: &str, texts: &[String]) {
    let same = |array: &Array| {
        array.iter().map(toml_edit::Value::as_str).eq(texts.iter().map(|text| Some(text.as_str())))
    };
    if table.get(key).and_then(Item::as_array).is_some_and(same) {
        // With its line breaks and comments.
        return;
    }
    if texts.is_empty() {
        table.remove(key);
    } else {
        set(table, key, texts.iter().collect::<Array>());
    }
}

fn set_settings(table: &mut dyn TableLike, assistant: &Assistant) -> Result<(), Problem> {
    if assistant.settings.is_empty() {
        table.remove("settings");
        return Ok(());
    }
    if !table.contains_key("settings") {
        table.insert("settings", Item::Table(Table::new()));
    }
    let settings = table.get_mut("settings").and_then(Item::as_table_like_mut);
    let settings = settings
        .ok_or_else(|| Problem::new(format!("`assistant.settings` has to be a table in {FILE}")))?;
    for setting in assistant::settings() {
        match assistant.settings.get(setting.key) {
            Some(Value::Switch(on)) => set(settings, setting.key, on),
            Some(Value::Count(count)) => set(settings, setting.key, i64::from(count)),
            Some(Value::Number(number)) => set(settings, setting.key, number),
            Some(Value::Text(text)) => set(settings, setting.key, text),
            Some(Value::List(list)) => set_list(settings, setting.key, &list),
            None => drop(settings.remove(setting.key)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest;

    const TEXT: &str = r#"# An app of mine.
id = "tutor" # as the folder
name = "Tutor"
version = "1.0.0"
api = 1

[assistant]
# Patience matters most.
system_prompt = "You are a patient teacher."
questions = [
    "What is a prime?", # easy
]

[assistant.settings]
temperature = 0.2 # calm
"#;

    #[test]
    fn a_new_name_leaves_all_else_alone() {
        let renamed = rename(TEXT, &AppId("my-tutor".to_owned()), "My \"tutor\"").unwrap();
        assert!(renamed.starts_with("# An app of mine.\nid = \"my-tutor\" # as the folder\n"));
        let manifest = manifest::parse(&renamed).unwrap();
        assert_eq!((manifest.id.0.as_str(), manifest.name.as_str()), ("my-tutor", "My \"tutor\""));
        assert_eq!(renamed.lines().count(), TEXT.lines().count());
    }

    #[test]
    fn an_assistant_that_was_not_changed_is_written_as_it_was() {
        let assistant = manifest::parse(TEXT).unwrap().assistant.unwrap();
        assert_eq!(set_assistant(TEXT, &assistant).unwrap(), TEXT);
    }

    #[test]
    fn what_is_changed_is_read_again_and_comments_stay() {
        let mut assistant = manifest::parse(TEXT).unwrap().assistant.unwrap();
        assistant.system_prompt = "You are\nbrief.".to_owned();
        assistant.model = Some("demo".to_owned());
        assistant.questions.push("And now?".to_owned());
        assistant.collections = vec!["Books".to_owned()];
        assistant.settings.set("temperature", None).unwrap();
        assistant.settings.set("max_tokens", Some(Value::Count(100))).unwrap();
        assistant.settings.set("stop", Some(Value::List(vec!["\n".to_owned()]))).unwrap();
        let text = set_assistant(TEXT, &assistant).unwrap();
        assert_eq!(manifest::parse(&text).unwrap().assistant.unwrap(), assistant);
        assert!(text.contains("# Patience matters most.") && text.contains("# as the folder"));

        let without = Assistant { system_prompt: "Hi".to_owned(), ..Assistant::default() };
        let text = set_assistant(&text, &without).unwrap();
        assert_eq!(manifest::parse(&text).unwrap().assistant.unwrap(), without);
    }
}
