//! Pictures of a panel, read and decoded on a thread of their own.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::SystemTime;

use egui::{ColorImage, Context, TextureHandle, TextureOptions, Vec2};
use engine::{Inbox, Outbox, channel};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 32_000_000;
/// The largest picture that is shown, in pixels of a side; larger ones are scaled down.
const SIDE: u32 = 2048;

/// Which files of which folder may be shown.
#[derive(Clone)]
pub struct Pictures {
    /// What relative paths are relative to: the app's folder, all of which may be shown.
    pub folder: PathBuf,
    /// Whether a file elsewhere may be shown, by its resolved path.
    pub allowed: Arc<dyn Fn(&Path) -> bool + Send + Sync>,
}

/// A picture as far as it is there.
pub(super) enum Picture {
    /// Being read.
    Loading,
    /// To be drawn.
    Ready(TextureHandle),
    /// Cannot be shown, and why.
    Failed(String),
}

struct Entry {
    picture: Picture,
    /// The round of the panel in which it was looked at last.
    round: u64,
}

struct Wanted {
    source: String,
    /// Whether to decode it even if it has not changed.
    anew: bool,
}

struct Decoded {
    source: String,
    result: Result<ColorImage, String>,
}

/// The pictures of one panel.
#[derive(Default)]
pub(super) struct Images {
    entries: HashMap<String, Entry>,
    desk: Option<(mpsc::Sender<Wanted>, Inbox<Decoded>)>,
}

impl Images {
    /// A picture by its source. `round` is the panel's: with each new one the file is looked at again.
    pub(super) fn get(
        &mut self,
        ctx: &Context,
        pictures: Option<&Pictures>,
        source: &str,
        round: u64,
    ) -> &Picture {
        self.take_decoded(ctx);
        let known = self.entries.get(source).map(|entry| entry.round);
        if known != Some(round) {
            self.ask(ctx, pictures, Wanted { source: source.to_owned(), anew: known.is_none() });
            let entry = self
                .entries
                .entry(source.to_owned())
                .or_insert(Entry { picture: Picture::Loading, round });
            entry.round = round;
        }
        self.entries.get(source).map_or(&Picture::Loading, |entry| &entry.picture)
    }

    /// Forgets pictures that no panel of this or a later round shows.
    pub(super) fn forget_before(&mut self, round: u64) {
        self.entries.retain(|_, entry| entry.round >= round);
    }

    fn ask(&mut self, ctx: &Context, pictures: Option<&Pictures>, picture: Wanted) {
        if self.desk.is_none() {
            let repaint = ctx.clone();
            let (outbox, decoded) = channel(Arc::new(move || repaint.request_repaint()));
            let (wanted, inbox) = mpsc::channel();
            let pictures = pictures.cloned();
            let work = move || Desk { pictures, outbox, seen: HashMap::new() }.serve(&inbox);
            if let Err(error) = std::thread::Builder::new().name("pictures".to_owned()).spawn(work)
            {
                tracing::warn!("no thread for pictures: {error}");
            }
            self.desk = Some((wanted, decoded));
        }
        if let Some((wanted, _)) = &self.desk {
            wanted.send(picture).ok();
        }
    }

    fn take_decoded(&mut self, ctx: &Context) {
        let Some((_, decoded)) = &self.desk else { return };
        for Decoded { source, result } in decoded.try_iter() {
            let Some(entry) = self.entries.get_mut(&source) else { continue };
            entry.picture = match result {
                Ok(image) => {
                    Picture::Ready(ctx.load_texture(&source, image, TextureOptions::LINEAR))
                }
                Err(words) => Picture::Failed(words),
            };
        }
    }
}

/// The thread's side.
struct Desk {
    pictures: Option<Pictures>,
    outbox: Outbox<Decoded>,
    /// When the files that are shown were written.
    seen: HashMap<String, Option<SystemTime>>,
}

impl Desk {
    fn serve(mut self, inbox: &mpsc::Receiver<Wanted>) {
        for Wanted { source, anew } in inbox {
            let (written, bytes) = self.read(&source);
            // The same file again needs no decoding; a failed one is tried again.
            let same = written.is_some() && self.seen.get(&source) == Some(&written);
            if bytes.is_ok() && same && !anew {
                continue;
            }
            self.seen.insert(source.clone(), bytes.is_ok().then_some(written).flatten());
            let result = bytes.and_then(|bytes| decode(&bytes, SIDE));
            if !self.outbox.send(Decoded { source, result }) {
                return;
            }
        }
    }

    fn read(&self, source: &str) -> (Option<SystemTime>, Result<Vec<u8>, String>) {
        if let Some(address) = source.strip_prefix("data:") {
            return (None, data(address));
        }
        let file = match self.resolve(source) {
            Ok(file) => file,
            Err(words) => return (None, Err(words)),
        };
        let about = match std::fs::metadata(&file) {
            Ok(about) => about,
            Err(error) => return (None, Err(error.to_string())),
        };
        if about.len() > LARGEST {
            let megabytes = about.len() / 1_000_000;
            return (None, Err(format!("the picture is too large ({megabytes} MB)")));
        }
        (about.modified().ok(), std::fs::read(&file).map_err(|error| error.to_string()))
    }

    /// Where a file lies, if the app may show it.
    fn resolve(&self, source: &str) -> Result<PathBuf, String> {
        let Some(pictures) = &self.pictures else {
            return Err("there are no files here".to_owned());
        };
        let path = pictures.folder.join(source);
        let file = path.canonicalize().map_err(|error| format!("{source}: {error}"))?;
        let folder = pictures.folder.canonicalize().map_err(|error| error.to_string())?;
        if file.starts_with(&folder) || (pictures.allowed)(&file) {
            return Ok(file);
        }
        Err(format!("{source} lies outside of what the app may read"))
    }
}

/// What an address like `data:image/png;base64,…` holds.
fn data(address: &str) -> Result<Vec<u8>, String> {
    use base64::Engine as _;
    let (kind, rest) = address.split_once(',').ok_or("a data: address needs a comma")?;
    if !kind.ends_with(";base64") {
        return Err("a picture in a data: address has to be in base64".to_owned());
    }
    base64::engine::general_purpose::STANDARD
        .decode(rest.trim())
        .map_err(|error| format!("no base64: {error}"))
}

/// A picture whose longer side has at most `side` pixels.
pub(in crate::scripts) fn decode(bytes: &[u8], side: u32) -> Result<ColorImage, String> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(16_384);
    limits.max_image_height = Some(16_384);
    limits.max_alloc = Some(512 * 1024 * 1024);
    let mut reader = image::ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| error.to_string())?;
    reader.limits(limits);
    let mut picture =
        reader.decode().map_err(|error| format!("no picture that can be shown: {error}"))?;
    if picture.width().max(picture.height()) > side {
        picture = picture.thumbnail(side, side);
    }
    let pixels = picture.to_rgba8();
    let size = [pixels.width() as usize, pixels.height() as usize];
    Ok(ColorImage::from_rgba_unmultiplied(size, pixels.as_raw()))
}

/// How large a picture is drawn in a width, in points.
pub(super) fn size_within(picture: &TextureHandle, width: f32, pixels_per_point: f32) -> Vec2 {
    let natural = picture.size_vec2() / pixels_per_point.max(0.1);
    natural * (width / natural.x.max(1.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(folder: &Path) -> Desk {
        let (outbox, _) = channel(engine::asleep());
        let pictures = Pictures { folder: folder.to_owned(), allowed: Arc::new(|_| false) };
        Desk { pictures: Some(pictures), outbox, seen: HashMap::new() }
    }

    fn png() -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image::RgbaImage::new(3, 2).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_within_the_folder_is_read_and_one_outside_refused() {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app");
        std::fs::create_dir(&app).unwrap();
        std::fs::write(app.join("in.png"), png()).unwrap();
        std::fs::write(folder.path().join("out.png"), png()).unwrap();
        let desk = desk(&app);
        let image = desk.read("in.png").1.and_then(|bytes| decode(&bytes, SIDE)).unwrap();
        assert_eq!(image.size, [3, 2]);
        assert!(desk.read("../out.png").1.unwrap_err().contains("outside"));
        let absolute = folder.path().join("out.png").display().to_string();
        assert!(desk.read(&absolute).1.unwrap_err().contains("outside"));
    }

    #[test]
    fn a_picture_can_be_part_of_the_script() {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(png());
        let bytes = data(&format!("image/png;base64,{text}")).unwrap();
        assert_eq!(decode(&bytes, SIDE).unwrap().size, [3, 2]);
        assert!(data("image/png,plain").is_err());
        assert!(decode(b"no picture", SIDE).is_err());
    }
}
