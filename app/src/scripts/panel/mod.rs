//! Draws an app's panel from what its script recorded, frame by frame, without asking the script.
//!
//! ```text
//! Panel (recorded tree) ─▶ widgets.rs | fields.rs | containers.rs | table.rs, plot.rs, images.rs
//!       typed.rs (not heard yet) ◀─┘                          └─▶ PanelRequest ─▶ the script
//! ```
//!
//! A script that hangs costs the window nothing: the last tree is drawn on, and what is done meanwhile
//! is kept in `typed.rs` until the script has heard of it.

mod containers;
mod fields;
mod images;
mod plot;
mod table;
mod typed;
mod widgets;

use std::collections::HashMap;
use std::path::PathBuf;

use egui::{Pos2, Rect, Ui};
use scripting::panel::{Change, Interaction, Node, Panel, WidgetId};

use images::Images;
pub use images::Pictures;
pub(super) use images::decode;
use typed::Typed;

use super::words::Words;
use crate::look::space;

/// What a panel asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum PanelRequest {
    /// Tell the script what was done.
    Interact(Interaction),
    /// Let the person pick files for this widget.
    Pick(WidgetId),
}

/// What the window remembers of one panel between frames.
#[derive(Default)]
pub struct PanelView {
    typed: Typed,
    words: Words,
    images: Images,
    pictures: Option<Pictures>,
    folded: HashMap<WidgetId, bool>,
    table_widths: HashMap<WidgetId, table::Widths>,
    drops: Vec<(WidgetId, Rect)>,
}

/// What drawing a widget needs beside the widget.
struct Drawing<'a> {
    view: &'a mut PanelView,
    round: u64,
    requests: &'a mut Vec<PanelRequest>,
}

impl Drawing<'_> {
    /// Tells of something that was done.
    fn tell(&mut self, widget: WidgetId, change: Change) {
        let interaction = self.view.typed.tell(widget, change);
        self.requests.push(PanelRequest::Interact(interaction));
    }
}

impl PanelView {
    /// A panel whose pictures may come from these files.
    #[must_use]
    pub fn new(pictures: Pictures) -> Self {
        Self { pictures: Some(pictures), ..Self::default() }
    }

    /// Draws the panel from the top of `ui`, as high as it is, and notes what was asked for.
    pub fn panel_ui(&mut self, ui: &mut Ui, panel: &Panel, requests: &mut Vec<PanelRequest>) {
        self.typed.heard(panel.heard);
        self.drops.clear();
        ui.spacing_mut().item_spacing = egui::vec2(space::NORMAL, space::NORMAL);
        let before = requests.len();
        let mut drawing = Drawing { view: self, round: panel.round, requests };
        containers::column_ui(ui, &panel.nodes, &mut drawing);
        if requests.len() > before {
            // What was asked for is carried out in the next frame.
            ui.ctx().request_repaint();
        }
        self.words.end_frame();
        self.images.forget_before(panel.round);
    }

    /// Gives files that were dropped at `pointer` to the place for files there, or else to the first
    /// one. `None` if the panel has no such place.
    pub fn drop_files(
        &mut self,
        files: Vec<PathBuf>,
        pointer: Option<Pos2>,
    ) -> Option<Interaction> {
        let pointed = pointer.and_then(|pointer| {
            self.drops.iter().find(|(_, rect)| rect.contains(pointer)).map(|(id, _)| *id)
        });
        let place = pointed.or_else(|| self.drops.first().map(|(id, _)| *id))?;
        Some(self.typed.tell(place, Change::Files(files)))
    }

    /// The files that were picked for a widget.
    pub fn picked(&mut self, widget: WidgetId, files: Vec<PathBuf>) -> Interaction {
        self.typed.tell(widget, Change::Files(files))
    }
}

/// Draws one widget.
fn node_ui(ui: &mut Ui, node: &Node, drawing: &mut Drawing<'_>) {
    widgets::widget_ui(ui, node, drawing);
}
