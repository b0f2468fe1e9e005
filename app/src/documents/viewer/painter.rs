//! The thread that has pages of a PDF drawn, in a process of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use egui::ColorImage;
use engine::Outbox;
use engine::documents::drawing::{Area, Artist, PageRequest, Studio};
use engine::documents::extract::Refusal;

/// A page as a picture.
pub(super) struct Drawn {
    /// Which page, from 1.
    pub(super) page: u32,
    /// How wide it was to be, in pixels.
    pub(super) width: u32,
    /// The picture, or why there is none.
    pub(super) picture: Result<Arc<ColorImage>, Refusal>,
    /// Where the passage stands, if one was to be found: `Some(None)` when it cannot be located.
    pub(super) marks: Option<Option<Vec<Area>>>,
}

enum Order {
    Sizes,
    Draw(PageRequest),
}

/// The sending side. Dropping it ends the thread after what it is doing.
pub(super) struct Painter {
    orders: mpsc::Sender<Order>,
}

impl Painter {
    /// Starts the thread for the PDF at `path`: its sizes come first, then what is asked for.
    pub(super) fn start(
        studio: &Studio,
        path: PathBuf,
        sizes: Outbox<Result<Vec<[f32; 2]>, Refusal>>,
        drawn: Outbox<Drawn>,
    ) -> Result<Self, Refusal> {
        let unable = |error: std::io::Error| Refusal::Unreadable { what: error.to_string() };
        let mut artist = studio.artist(path);
        let (orders, inbox) = mpsc::channel();
        let work = move || {
            for order in inbox {
                match order {
                    Order::Sizes => sizes.send(artist.sizes()),
                    Order::Draw(request) => drawn.send(draw(&mut artist, request)),
                };
            }
        };
        std::thread::Builder::new()
            .name("pages of a PDF".to_owned())
            .spawn(work)
            .map_err(unable)?;
        orders.send(Order::Sizes).ok();
        Ok(Self { orders })
    }

    /// Has a page drawn.
    pub(super) fn draw(&self, request: PageRequest) {
        self.orders.send(Order::Draw(request)).ok();
    }
}

fn draw(artist: &mut Artist, request: PageRequest) -> Drawn {
    let (page, width, wants) = (request.page, request.width, request.passage.is_some());
    match artist.draw(request) {
        Ok(drawn) => {
            let size = drawn.size.map(|side| side as usize);
            let picture = ColorImage::from_rgba_premultiplied(size, &drawn.pixels);
            let marks = wants.then_some(drawn.marks);
            Drawn { page, width, picture: Ok(Arc::new(picture)), marks }
        }
        Err(refusal) => Drawn { page, width, picture: Err(refusal), marks: None },
    }
}
