//! What an app says about itself: `app.toml`.
//!
//! Everything wrong with a manifest is found in one go and told with its place, so that its author
//! mends it in one go, too.
//!
//! ```text
//! app.toml ─▶ fields.rs (keys, types, places) ─▶ Manifest, or every Problem
//! ```

mod activation;
mod assistant;
pub(crate) mod edit;
pub(crate) mod fields;
mod limits;
mod schema;
mod setting;
#[cfg(test)]
mod tests;

pub use activation::{Activation, Schedule};
pub use assistant::{Assistant, settings as assistant_settings};
pub use limits::Limits;
pub use setting::{SettingKind, SettingRefused, SettingRow, effective};

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use semver::Version;
use serde_json::Value as Json;
use toml::de::DeTable;

use crate::permissions::{self, Permission};
use crate::{AppId, Problem};
use fields::{Field, Fields, Reader};

/// The name of the file.
pub const FILE: &str = "app.toml";

/// The version of the host API that this Satchel has.
pub const API: i64 = 1;

/// Longer manifests are not read, in bytes.
const LONGEST: u64 = 256_000;

/// A manifest that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Its name for programs, which is the name of its folder.
    pub id: AppId,
    /// Its name for people.
    pub name: String,
    /// Its own version.
    pub version: Version,
    /// What it does, in a sentence; may be empty.
    pub description: String,
    /// Who made it.
    pub authors: Vec<String>,
    /// Under which terms, as an SPDX expression.
    pub license: Option<String>,
    /// Its picture.
    pub icon: Option<Icon>,
    /// The script that runs, relative to the folder; `None` for an assistant without one.
    pub entry: Option<PathBuf>,
    /// What it asks for.
    pub permissions: Vec<Permission>,
    /// What can be set about it.
    pub settings: Vec<SettingRow>,
    /// What `input.data` has to look like, as JSON Schema.
    pub input: Option<Json>,
    /// What `on_run` returns, as JSON Schema.
    pub output: Option<Json>,
    /// What it may use up.
    pub limits: Limits,
    /// When it wakes by itself.
    pub activation: Activation,
    /// What makes an app of a model; with an [`entry`](Self::entry), the script runs instead.
    pub assistant: Option<Assistant>,
    /// Where its author takes donations, an `https` address.
    pub funding: Option<String>,
}

/// An app's picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Icon {
    /// The name of a Lucide icon.
    Lucide(String),
    /// A PNG file, relative to the folder.
    File(PathBuf),
}

/// Reads the manifest of the app in this folder, and looks whether the files are there that it names.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(folder: &Path) -> Result<Manifest, Vec<Problem>> {
    let text = read_text(folder).map_err(|problem| vec![problem])?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let there = |path: &Path| folder.join(path).is_file();
    let folder_name = name.as_deref();
    understand(&text, &Surroundings { folder_name, there: &there, icons: &[] })
}

/// Understands a manifest whose files are not looked at; an app without `entry` and `[assistant]`
/// is taken to have a `main.rhai`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str) -> Result<Manifest, Vec<Problem>> {
    understand(text, &Surroundings { folder_name: None, there: &|_| true, icons: &[] })
}

/// What a manifest is compared with.
pub(crate) struct Surroundings<'a> {
    /// What the id has to be.
    pub(crate) folder_name: Option<&'a str>,
    /// Whether the app has this file.
    pub(crate) there: &'a dyn Fn(&Path) -> bool,
    /// The names of the icons that can be drawn; empty where nobody knows.
    pub(crate) icons: &'a [&'a str],
}

/// The same for an app that lies somewhere else than in a folder.
pub(crate) fn understand(
    text: &str,
    surroundings: &Surroundings<'_>,
) -> Result<Manifest, Vec<Problem>> {
    let reader = Reader::new(text, FILE);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let what = error.message().trim().replace('\n', ", ");
        reader.complain_of_grammar(&error.span().unwrap_or(0..0), &what);
    }
    let manifest = read_fields(Fields::root(&reader, &table), surroundings);
    let problems = reader.into_problems();
    match manifest {
        Some(manifest) if problems.is_empty() => Ok(manifest),
        _ => Err(problems),
    }
}

/// The text of the manifest of the app in this folder.
pub(crate) fn read_text(folder: &Path) -> Result<String, Problem> {
    let path = &folder.join(FILE);
    let told = |message: String| Problem::new(message);
    let size = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => told(format!("there is no {FILE}: {}", path.display())),
        _ => told(format!("{FILE} cannot be read: {error}")),
    })?;
    if size.len() > LONGEST {
        return Err(told(format!("{FILE} is longer than {} kB", LONGEST / 1_000)));
    }
    let bytes = fs::read(path).map_err(|error| told(format!("{FILE} cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| told(format!("{FILE} is no text in UTF-8")))
}

fn read_fields(mut fields: Fields<'_, '_>, around: &Surroundings<'_>) -> Option<Manifest> {
    let id = read_id(&mut fields, around);
    let name = fields.needed_text("name", "\"My app\"");
    let version = fields.needed_text("version", "\"0.1.0\"");
    let version = version.and_then(|text| read_version(&mut fields, &text));
    let api = read_api(&mut fields);
    let description = fields.text("description").unwrap_or_default();
    let authors = fields.texts("authors");
    let license = fields.text("license");
    let icon = fields.take("icon").and_then(|field| read_icon(&field, around));
    let entry = fields.take("entry");
    let mut permissions =
        fields.take("permissions").map(|field| permissions::read(&field)).unwrap_or_default();
    let settings =
        fields.take("settings").map(|field| SettingRow::read_all(&field)).unwrap_or_default();
    let input = fields.take("input").and_then(|field| schema::read(&field));
    let output = fields.take("output").and_then(|field| schema::read(&field));
    let limits = fields.take("limits").and_then(|field| Limits::read(&field)).unwrap_or_default();
    let activation =
        fields.take("activation").and_then(|field| Activation::read(&field)).unwrap_or_default();
    let assistant_field = fields.take("assistant");
    let assistant = assistant_field.as_ref().and_then(Assistant::read);
    let funding = fields.take("funding").and_then(|field| read_funding(&field));
    let entry = read_entry(&fields, entry.as_ref(), assistant_field.is_some(), around);
    fields.finish();
    if let Some(assistant) = &assistant {
        imply(&mut permissions, assistant);
    }
    api?;
    Some(Manifest {
        id: id?,
        name: name?,
        version: version?,
        description,
        authors,
        license,
        icon,
        entry,
        permissions,
        settings,
        input,
        output,
        limits,
        activation,
        assistant,
        funding,
    })
}

/// An assistant is of no use without these.
fn imply(permissions: &mut Vec<Permission>, assistant: &Assistant) {
    let reads_documents =
        permissions.iter().any(|permission| matches!(permission, Permission::Documents(_)));
    if !assistant.collections.is_empty() && !reads_documents {
        permissions.insert(0, Permission::Documents(permissions::Access::Read));
    }
    if !permissions.contains(&Permission::Llm) {
        permissions.insert(0, Permission::Llm);
    }
}

fn read_id(fields: &mut Fields<'_, '_>, around: &Surroundings<'_>) -> Option<AppId> {
    let example = format!("\"{}\"", around.folder_name.unwrap_or("my-app"));
    let text = fields.needed_text("id", &example)?;
    let field = fields.take("id")?;
    if let Some(folder) = around.folder_name.filter(|folder| *folder != text) {
        field.complain(format!(
            "the id has to be the name of the folder: it is `{}`, and the folder is `{}`",
            text.escape_debug(),
            folder.escape_debug()
        ));
    }
    AppId::parse(&text).map_err(|refused| field.complain(refused.to_string())).ok()
}

fn read_version(fields: &mut Fields<'_, '_>, text: &str) -> Option<Version> {
    let field = fields.take("version")?;
    let refused = |error| {
        field.complain(format!(
            "`{}` is no version: write three numbers, as in \"1.0.0\" ({error})",
            text.escape_debug()
        ));
    };
    Version::parse(text).map_err(refused).ok()
}

fn read_api(fields: &mut Fields<'_, '_>) -> Option<()> {
    let Some(field) = fields.take("api") else {
        fields.missing("api", &API.to_string());
        return None;
    };
    match field.whole()? {
        API => Some(()),
        newer if newer > API => {
            field.complain(format!("the app needs api {newer}, and this Satchel has api {API}: a newer Satchel may run it"));
            None
        }
        _ => {
            field.complain(format!("`api` has to be {API}"));
            None
        }
    }
}

fn read_icon(field: &Field<'_, '_>, around: &Surroundings<'_>) -> Option<Icon> {
    let text = field.text()?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.is_empty() && text.chars().all(is_name) {
        let names = || around.icons.iter().copied();
        if !around.icons.is_empty() && names().all(|name| name != text) {
            let hint = crate::nearest::hint(&text, names());
            field.complain(format!("there is no icon `{text}`{hint}"));
        }
        return Some(Icon::Lucide(text));
    }
    let path = inner_path(field, &text)?;
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
        field.complain(
            "`icon` has to be the name of a Lucide icon, as \"book-open\", or a PNG file",
        );
        return None;
    }
    if !(around.there)(&path) {
        field.complain(format!("there is no file {}", path.display()));
        return None;
    }
    Some(Icon::File(path))
}

fn read_funding(field: &Field<'_, '_>) -> Option<String> {
    let text = field.text()?;
    let sound =
        reqwest::Url::parse(&text).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if !sound {
        field.complain("`funding` has to be an address that begins with https://");
    }
    sound.then_some(text)
}

/// The script, if one is to run.
fn read_entry(
    fields: &Fields<'_, '_>,
    entry: Option<&Field<'_, '_>>,
    has_assistant: bool,
    around: &Surroundings<'_>,
) -> Option<PathBuf> {
    const USUAL: &str = "main.rhai";
    let Some(field) = entry else {
        let usual = PathBuf::from(USUAL);
        if has_assistant {
            // Without surroundings nobody knows; a form that edits the assistant is what is meant.
            return (around.folder_name.is_some() && (around.there)(&usual)).then_some(usual);
        }
        if !(around.there)(&usual) {
            fields.complain_of_missing(format!(
                "there is nothing to run: add a {USUAL}, or an [assistant] with a system_prompt"
            ));
        }
        return Some(usual);
    };
    let text = field.text()?;
    let path = inner_path(field, &text)?;
    if path.extension().is_none_or(|extension| extension != "rhai") {
        field.complain("`entry` has to be a .rhai file");
    } else if !(around.there)(&path) {
        field.complain(format!("there is no file {}", path.display()));
    }
    Some(path)
}

/// A path that stays within the folder.
fn inner_path(field: &Field<'_, '_>, text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    let inner = !text.is_empty()
        && !text.contains(['\\', ':'])
        && path.components().all(|part| matches!(part, Component::Normal(_)));
    if !inner {
        field.complain(format!(
            "`{}` has to name a file of the app's folder, not `{}`",
            field.path,
            text.escape_debug()
        ));
    }
    inner.then_some(path)
}
