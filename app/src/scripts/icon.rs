//! The picture that an app brings along as its icon: read and made small where the disk is read, and
//! drawn from a texture.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use scripting::library::App;
use scripting::manifest::Icon;

use super::panel::decode;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1_000_000;
/// Icons are drawn at thirty points; this is enough for fine screens, in pixels of a side.
const SIDE: u32 = 96;

/// Icons that were read, for the thread that reads the disk.
#[derive(Default)]
pub(super) struct Icons {
    read: HashMap<PathBuf, (Option<SystemTime>, Option<Arc<ColorImage>>)>,
}

impl Icons {
    /// The icon of an app that has one of its own and of which it can be read.
    pub(super) fn of(&mut self, app: &App) -> Option<Arc<ColorImage>> {
        let Some(Icon::File(file)) = app.manifest.as_ref().ok()?.icon.as_ref() else { return None };
        let path = app.folder.join(file);
        let written = fs::metadata(&path).and_then(|about| about.modified()).ok();
        match self.read.get(&path) {
            Some((known, image)) if *known == written => image.clone(),
            _ => {
                let image = read(&path).inspect_err(|words| {
                    tracing::warn!("the icon of {} cannot be shown: {words}", app.id);
                });
                let image = image.ok().map(Arc::new);
                self.read.insert(path, (written, image.clone()));
                image
            }
        }
    }
}

fn read(path: &PathBuf) -> Result<ColorImage, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it is larger than {} kB", LARGEST / 1_000));
    }
    decode(&fs::read(path).map_err(|error| error.to_string())?, SIDE)
}

/// An icon on the screen.
#[derive(Clone)]
pub(crate) struct Picture {
    image: Arc<ColorImage>,
    pub(crate) texture: TextureHandle,
}

impl Picture {
    /// The picture, with the texture of `before` if it is the same one.
    pub(super) fn new(ctx: &Context, image: Arc<ColorImage>, before: Option<&Self>) -> Self {
        if let Some(before) = before.filter(|before| Arc::ptr_eq(&before.image, &image)) {
            return before.clone();
        }
        let pixels = image.as_ref().clone();
        let texture = ctx.load_texture("app icon", pixels, TextureOptions::LINEAR);
        Self { image, texture }
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Picture").field("size", &self.image.size).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use scripting::library::Origin;

    use super::*;

    #[test]
    fn an_icon_is_read_made_small_and_read_again_only_when_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("app");
        fs::create_dir(&folder).unwrap();
        let manifest =
            "id = \"app\"\nname = \"App\"\nversion = \"1.0.0\"\napi = 1\nicon = \"i.png\"\n";
        fs::write(folder.join("app.toml"), manifest).unwrap();
        fs::write(folder.join("main.rhai"), "").unwrap();
        let mut png = Cursor::new(Vec::new());
        image::RgbaImage::new(300, 200).write_to(&mut png, image::ImageFormat::Png).unwrap();
        fs::write(folder.join("i.png"), png.into_inner()).unwrap();

        let app = App::read(&folder, Origin::Own).unwrap();
        let mut icons = Icons::default();
        let image = icons.of(&app).unwrap();
        assert_eq!(image.size, [96, 64]);
        assert!(Arc::ptr_eq(&image, &icons.of(&app).unwrap()));

        fs::write(folder.join("i.png"), "no picture").unwrap();
        let other = SystemTime::UNIX_EPOCH;
        fs::File::options()
            .write(true)
            .open(folder.join("i.png"))
            .unwrap()
            .set_modified(other)
            .unwrap();
        assert_eq!(icons.of(&app), None);
    }
}
