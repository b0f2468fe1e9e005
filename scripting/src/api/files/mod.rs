//! `files`: reading and writing, as far as the manifest's patterns reach and its person agrees.

mod disk;
mod place;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use engine::channel;
use rhai::{Array, Dynamic, Map};

use super::docs::{Call, Function, Module};
use super::module::Noun;
use super::options::Options;
use crate::handles::HandleKind;
use crate::permissions::Access;
use crate::plugin::CorePlugin;
use crate::runner::{Context, ScriptResult, failure};
use crate::services::{PickKind, PickRequest};

pub(super) use place::{readable, unchecked as place_of};

pub(super) const DOCS: Module = Module {
    name: "files",
    summary: "Reads and writes files that the app was granted or given.",
    notes: "A path is absolute, begins with `~/` (the person's folder), or is relative to the app's own \
            folder. The app may always read its own folder; everything else needs a pattern under \
            `[permissions]`, such as `files = [\"~/Notes/**\"]`, or is a file that its person picked or \
            dropped. Links that lead elsewhere count as where they lead.",
    call: Call::Namespace,
    functions: &[
        Function {
            signature: "read(path: string) -> string",
            about: "The text of a file, which must be UTF-8 and at most 16 MB long.",
            errors: "when the app may not read it, there is no such file, or it is no text.",
            example: r#"print(files::read("notes.txt")); // → Buy milk"#,
            ..Function::EMPTY
        },
        Function {
            signature: "write(path: string, text: string)",
            about: "Writes a file, in place of one that is there. It is the old one or the new one at \
                    any time, never half of it.",
            errors: "when the app may not write there, or the folder is missing.",
            example: r#"
files::write("~/Notes/list.txt", "Eggs");
print(files::read("~/Notes/list.txt")); // → Eggs"#,
            ..Function::EMPTY
        },
        Function {
            signature: "append(path: string, text: string)",
            about: "Writes a text at the end of a file, which is made if it is missing.",
            errors: "as `files::write`.",
            example: r#"
files::append("~/Notes/diary.txt", "Monday\n");
files::append("~/Notes/diary.txt", "Tuesday\n");
print(text::lines(files::read("~/Notes/diary.txt")).len); // → 2"#,
            ..Function::EMPTY
        },
        Function {
            signature: "list(folder: string) -> array",
            about: "What lies in a folder, sorted by name, as far as the app may read it.",
            returns: "maps: `name`, `path`, `is_folder`, `size` (bytes) and `modified` (as `time::at` \
                      gives it)",
            errors: "when the app may not read it, there is no such folder, or it has more than 10,000 entries.",
            example: r#"
for file in files::list(".") {
    if file.name == "notes.txt" { print(file.size); } // → 8
}"#,
            ..Function::EMPTY
        },
        Function {
            signature: "exists(path: string) -> bool",
            about: "Whether there is such a file or folder.",
            errors: "when the app may not read it.",
            example: r#"print(files::exists("nothing.txt")); // → false"#,
            ..Function::EMPTY
        },
        Function {
            signature: "pick(options?: map) -> string|array|()",
            about: "Lets the person choose a file. What is chosen may be read and written until the app \
                    is reloaded, without any other permission.",
            parameters: &[(
                "options",
                "`kind`: `\"file\"` (if left out), `\"files\"`, `\"folder\"` or `\"save\"`; `title`: what \
                 is chosen; `endings`: such as `[\"txt\", \"md\"]`",
            )],
            returns: "the path; for `\"files\"` an array of paths; `()` when nothing was chosen",
            errors: "where there is no window.",
            example: r#"
let path = files::pick(#{ title: "A list", endings: ["txt"] });
if path != () { print(files::read(path)); } // → Picked"#,
        },
    ],
};

/// The noun `files`.
pub(super) struct Files;

impl CorePlugin for Files {
    fn name(&self) -> &'static str {
        DOCS.name
    }

    fn register(&self, rhai: &mut rhai::Engine, context: &Arc<Context>) {
        let mut noun = Noun::new(&DOCS);
        let own = Arc::clone(context);
        noun.add("read", move |path: &str| disk::read(&place::resolve(&own, path, Access::Read)?));
        let own = Arc::clone(context);
        noun.add("write", move |path: &str, text: &str| {
            disk::write(&place::resolve(&own, path, Access::Write)?, text)
        });
        let own = Arc::clone(context);
        noun.add("append", move |path: &str, text: &str| {
            disk::append(&place::resolve(&own, path, Access::Write)?, text)
        });
        let own = Arc::clone(context);
        noun.add("list", move |folder: &str| disk::list(&own, folder));
        let own = Arc::clone(context);
        noun.add("exists", move |path: &str| -> ScriptResult<bool> {
            Ok(place::resolve(&own, path, Access::Read)?.exists())
        });
        let own = Arc::clone(context);
        noun.add("pick", move || pick(&own, Map::new()));
        let own = Arc::clone(context);
        noun.add("pick", move |options: Map| pick(&own, options));
        noun.register(rhai);
    }
}

fn pick(context: &Context, options: Map) -> ScriptResult<Dynamic> {
    const KINDS: [PickKind; 4] =
        [PickKind::File, PickKind::Files, PickKind::Folder, PickKind::Save];
    let mut options = Options::new("files::pick", options);
    let kind = options.take_word("kind", &["file", "files", "folder", "save"])?.unwrap_or(0);
    let request = PickRequest {
        app: context.rights().manifest().name.clone(),
        title: options.take("title")?.unwrap_or_default(),
        endings: options.take("endings")?.unwrap_or_default(),
        kind: KINDS[kind],
    };
    options.finish()?;
    let service = context.services().pick_files.as_ref().ok_or_else(|| {
        failure("files cannot be picked here: run the app in the window, or give it a path")
    })?;
    let (outbox, inbox) = channel(context.wake());
    let _handle = context.handles().acquire(HandleKind::Dialog);
    service.pick(request, outbox);
    let chosen = context.receive(&inbox)?.unwrap_or_default();
    let paths: Vec<String> =
        chosen.into_iter().map(|path| hand_over(context, path)).collect::<ScriptResult<_>>()?;
    if KINDS[kind] == PickKind::Files {
        return Ok(paths.into_iter().map(Dynamic::from).collect::<Array>().into());
    }
    Ok(paths.into_iter().next().map_or(Dynamic::UNIT, Into::into))
}

fn hand_over(context: &Context, path: PathBuf) -> ScriptResult<String> {
    let path = place::canonical(&path);
    let text = path.to_str().map(str::to_owned).ok_or_else(|| {
        failure(format!("the path is not valid UTF-8 text: rename it: {}", path.display()))
    })?;
    context.rights().hand_over(path);
    Ok(text)
}
