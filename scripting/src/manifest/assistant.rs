//! An app without a script: `[assistant]`.

use engine::settings::{self, Overrides};

use super::fields::{Field, Fields};

/// What makes an app of a model: what it is told, how it is set, what it may look up. The form in the
/// window edits one of these.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assistant {
    /// What the model is told before every conversation.
    pub system_prompt: String,
    /// The model that answers; `None` for the one in use.
    pub model: Option<String>,
    /// Settings of the model that differ from those in use, by their keys in
    /// [`engine::settings::all`]: only those that take effect with a request.
    pub settings: Overrides,
    /// Collections of documents in which it looks things up.
    pub collections: Vec<String>,
    /// What a person may ask first.
    pub questions: Vec<String>,
}

impl Assistant {
    pub(super) fn read(field: &Field<'_, '_>) -> Option<Self> {
        let mut fields = field.fields()?;
        let system_prompt = fields.needed_text("system_prompt", "\"You are a patient teacher.\"");
        let model = fields.text("model").filter(|model| !model.trim().is_empty());
        let overrides = fields.take("settings").and_then(|field| {
            let mut settings = Overrides::default();
            read_settings(&mut field.fields()?, &mut settings);
            Some(settings)
        });
        let collections = fields.texts("collections");
        let questions = fields.texts("questions");
        fields.finish();
        Some(Self {
            system_prompt: system_prompt?,
            model,
            settings: overrides.unwrap_or_default(),
            collections,
            questions,
        })
    }
}

/// The settings of a model that an assistant may change: those of a request.
pub fn settings() -> impl Iterator<Item = &'static settings::Setting> {
    let of_a_request = |setting: &&settings::Setting| {
        setting.scope == settings::Scope::Request && setting.key != "system_prompt"
    };
    settings::all().iter().filter(of_a_request)
}

fn read_settings(fields: &mut Fields<'_, '_>, overrides: &mut Overrides) {
    for (key, field) in fields.all() {
        let Some(setting) = settings().find(|setting| setting.key == key) else {
            let hint = crate::nearest::hint(key, settings().map(|setting| setting.key));
            field
                .complain(format!("there is no setting `{}` of a model{hint}", key.escape_debug()));
            continue;
        };
        let Some(json) = field.json() else { continue };
        let value = serde_json::from_value(json).ok();
        let set = match value {
            Some(value) => overrides.set(setting.key, Some(value)).map_err(|e| e.to_string()),
            None => Err(format!(
                "{} has to be a number, a text, true or false, or a list of texts",
                setting.label
            )),
        };
        if let Err(refused) = set {
            field.complain(format!("`{}`: {refused}", field.path));
        }
    }
}
