//! Everything that is wrong with an app, found without running it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::thread;

use engine::Outbox;

use crate::host::Plugins;
use crate::manifest::{self, Manifest};
use crate::permissions::Roots;
use crate::rights::Rights;
use crate::runner::{self, Desk, House, Origin};
use crate::{AppId, Grants, Problem};

/// Deeply nested expressions take a deep stack to compile.
const STACK: usize = 32 << 20;

/// Files further down are not looked at.
const DEEPEST: usize = 8;

/// Checks manifest and scripts of the app in `folder`.
pub(crate) fn app(
    house: &Arc<House>,
    plugins: &Plugins,
    folder: &Path,
    unsaved: &BTreeMap<PathBuf, String>,
) -> Vec<Problem> {
    with_deep_stack(|| on_this_thread(house, plugins, folder, unsaved))
        .unwrap_or_else(|problem| vec![problem])
}

/// Compiles the app in `folder` as far as it has to be to run.
pub(crate) fn compile(house: &Arc<House>, plugins: &Plugins, folder: &Path) -> Result<(), Problem> {
    let work = || {
        let unsound = || Problem::new("app.toml makes no sense");
        let manifest = manifest::read(folder)
            .map_err(|problems| problems.into_iter().next().unwrap_or_else(unsound))?;
        let (desk, origin) = stage(house, folder, manifest, BTreeMap::new());
        let plugins = plugins.read().unwrap_or_else(PoisonError::into_inner);
        runner::Version::make(house, &plugins, &desk, origin).map(drop)
    };
    with_deep_stack(work).and_then(|compiled| compiled)
}

fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Problem> {
    thread::scope(|scope| {
        let name = "app check".to_owned();
        let started = thread::Builder::new().name(name).stack_size(STACK).spawn_scoped(scope, work);
        let started =
            started.map_err(|error| Problem::new(format!("the app cannot be checked: {error}")))?;
        started.join().map_err(|_| Problem::new("Satchel failed while it checked this app"))
    })
}

/// What it takes to compile an app without running it.
fn stage<'a>(
    house: &House,
    folder: &'a Path,
    manifest: Manifest,
    unsaved: BTreeMap<PathBuf, String>,
) -> (Arc<Desk>, Origin<'a>) {
    let roots = Roots::new(folder, &house.data_folder);
    let nothing = serde_json::Map::new();
    let rights = Arc::new(Rights::new(Arc::new(manifest), roots, Grants::default(), nothing));
    let desk = Arc::new(Desk::new(AppId("check".to_owned()), Outbox::new(|_| false)));
    (desk, Origin { folder, memory: String::new(), rights, unsaved })
}

fn on_this_thread(
    house: &Arc<House>,
    plugins: &Plugins,
    folder: &Path,
    unsaved: &BTreeMap<PathBuf, String>,
) -> Vec<Problem> {
    let (manifest, mut problems) = match read_manifest(folder, unsaved, house.icons) {
        Ok(manifest) => (Some(manifest), Vec::new()),
        Err(problems) => (None, problems),
    };
    let Some(manifest) = manifest.or_else(stand_in) else { return problems };
    let mut files = BTreeSet::new();
    scripts_in(folder, Path::new(""), 0, &mut files);
    files.extend(unsaved.keys().filter(|file| is_script(file)).cloned());
    let files: Vec<_> = files.into_iter().collect();
    let (desk, origin) = stage(house, folder, manifest, unsaved.clone());
    let plugins = plugins.read().unwrap_or_else(PoisonError::into_inner);
    problems.extend(runner::check(house, &plugins, &desk, origin, &files));
    problems
}

fn read_manifest(
    folder: &Path,
    unsaved: &BTreeMap<PathBuf, String>,
    icons: &[&str],
) -> Result<Manifest, Vec<Problem>> {
    let text = match unsaved.get(Path::new(manifest::FILE)) {
        Some(text) => text.clone(),
        None => manifest::read_text(folder).map_err(|problem| vec![problem])?,
    };
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let there = |path: &Path| unsaved.contains_key(path) || folder.join(path).is_file();
    let around = manifest::Surroundings { folder_name: name.as_deref(), there: &there, icons };
    manifest::understand(&text, &around)
}

/// Scripts can be looked at even where the manifest makes no sense.
fn stand_in() -> Option<Manifest> {
    let text = "id = \"check\"\nname = \"Check\"\nversion = \"0.0.0\"\napi = 1\n";
    manifest::parse(text).ok()
}

fn scripts_in(root: &Path, below: &Path, depth: usize, files: &mut BTreeSet<PathBuf>) {
    // A folder that cannot be read has no scripts that could be.
    let entries = fs::read_dir(root.join(below)).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let file = below.join(&name);
        let hidden = name.to_string_lossy().starts_with('.');
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !hidden && depth < DEEPEST => {
                scripts_in(root, &file, depth + 1, files);
            }
            Ok(kind) if !kind.is_dir() && !hidden && is_script(&file) => drop(files.insert(file)),
            _ => {}
        }
    }
}

fn is_script(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "rhai")
}
