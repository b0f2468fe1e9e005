//! The thread that has pages of a PDF drawn and texts located on them, in a process of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use egui::ColorImage;
use engine::Outbox;
use engine::documents::drawing::{Artist, Located, PageRequest, Studio, Wanted};
use engine::documents::extract::Refusal;

/// Why something is looked for on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    /// It is the passage that was cited.
    Passage,
    /// It is what the find bar has found, in this search.
    Found(u64),
}

/// What the painter has done.
pub(super) enum Painted {
    /// The sizes of all pages.
    Sizes(Result<Vec<[f32; 2]>, Refusal>),
    /// A page, counted from 1, that was to be so many pixels wide.
    Page { page: u32, width: u32, picture: Result<Arc<ColorImage>, Refusal> },
    /// Where texts stand on a page, in their order.
    Located { page: u32, sought: Sought, located: Vec<Located> },
}

/// What is asked of it.
pub(super) enum Order {
    Sizes,
    Draw(PageRequest),
    Locate { page: u32, sought: Sought, wanted: Vec<Wanted> },
}

/// The sending side. Dropping it ends the thread after what it is doing.
pub(super) struct Painter {
    orders: mpsc::Sender<Order>,
}

impl Painter {
    /// Starts the thread for the PDF at `path`: its sizes come first, then an answer to each order.
    pub(super) fn start(
        studio: &Studio,
        path: PathBuf,
        painted: Outbox<Painted>,
    ) -> Result<Self, Refusal> {
        let unable = |error: std::io::Error| Refusal::Unreadable { what: error.to_string() };
        let mut artist = studio.artist(path);
        let (orders, inbox) = mpsc::channel();
        let work = move || {
            for order in inbox {
                painted.send(paint(&mut artist, order));
            }
        };
        std::thread::Builder::new()
            .name("pages of a PDF".to_owned())
            .spawn(work)
            .map_err(unable)?;
        let painter = Self { orders };
        painter.order(Order::Sizes);
        Ok(painter)
    }

    /// Asks for something.
    pub(super) fn order(&self, order: Order) {
        // A thread that is gone has panicked and said so.
        self.orders.send(order).ok();
    }
}

fn paint(artist: &mut Artist, order: Order) -> Painted {
    match order {
        Order::Sizes => Painted::Sizes(artist.sizes()),
        Order::Draw(request) => {
            let (page, width) = (request.page, request.width);
            let picture = artist.draw(request).map(|drawn| {
                let size = drawn.size.map(|side| side as usize);
                Arc::new(ColorImage::from_rgba_premultiplied(size, &drawn.pixels))
            });
            Painted::Page { page, width, picture }
        }
        Order::Locate { page, sought, wanted } => {
            let count = wanted.len();
            // A page that cannot be read says so where it is drawn.
            let located = artist.locate(page, wanted).unwrap_or_else(|_| vec![None; count]);
            Painted::Located { page, sought, located }
        }
    }
}
