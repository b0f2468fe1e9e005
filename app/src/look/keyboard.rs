//! The keyboard is never lost.
//!
//! egui takes the keyboard from what has it with Escape, with Enter in a field, and when it disappears
//! or is covered, and gives it to nobody: the next Tab begins at the top of the window. Here it goes
//! back to where it was, to what has taken the place of what is gone, or to what had it before. Only a
//! press of the pointer lets it go.

use egui::{Context, Id, Key, LayerId, Memory, Plugin, Rect, Ui, WidgetRects};

/// How many widgets are remembered that had the keyboard.
const REMEMBERED: usize = 16;
/// By how much the left and the right edge of two widgets of one column may differ together, in points.
const ASIDE: f32 = 48.0;
/// By how much their heights may differ, in points.
const TALLER: f32 = 12.0;
/// How far they may be from each other, in points.
const APART: f32 = 240.0;

/// How many of the regions around a widget are remembered.
const REGIONS: usize = 16;

/// A widget that had the keyboard, where it was last seen.
#[derive(Clone, Debug)]
struct Spot {
    id: Id,
    layer: LayerId,
    rect: Rect,
    /// Whether it could have taken the keyboard in the last pass.
    within_reach: bool,
    /// The regions that it is in, the innermost first, without the window; known once it was noted.
    regions: Vec<Id>,
}

impl Spot {
    /// The widget of this id, as it is drawn in this pass.
    fn of(ctx: &Context, id: Id) -> Option<Self> {
        let widget = ctx.viewport(|viewport| viewport.this_pass.widgets.get(id).copied())?;
        let (layer, rect) = (widget.layer_id, widget.rect);
        let can_take = widget.enabled && widget.visible && widget.sense.is_focusable();
        let within_reach = can_take && ctx.memory(|memory| memory.allows_interaction(layer));
        Some(Self { id, layer, rect, within_reach, regions: Vec::new() })
    }
}

/// The regions that a widget is in, the innermost first, and the window last.
fn regions(widgets: &WidgetRects, id: Id) -> impl Iterator<Item = Id> {
    let around = |id: &Id| {
        let parent = widgets.get(*id)?.parent_id;
        widgets.contains(parent).then_some(parent).filter(|parent| parent != id)
    };
    std::iter::successors(around(&id), around).take(REGIONS)
}

/// Who has the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hold {
    /// Nobody wants it.
    #[default]
    LetGo,
    /// The last of those that are remembered.
    Held,
    /// Nobody, until one of those that are remembered is back.
    Adrift,
}

/// See the module documentation.
#[derive(Default)]
pub(super) struct Keyboard {
    /// Each once, the latest last.
    spots: Vec<Spot>,
    hold: Hold,
}

/// Lets `id`, which takes Tab for itself, be left with Escape.
pub(crate) fn left_with_escape(ctx: &Context, id: Id) {
    ctx.data_mut(|data| data.insert_temp(escapable(), id));
}

fn escapable() -> Id {
    Id::unique("left with Escape")
}

impl Plugin for Keyboard {
    fn debug_name(&self) -> &'static str {
        "keyboard"
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx();
        let back = self.look(ctx);
        let latest = self.spots.last().cloned();
        let focused = ctx.memory(Memory::focused);
        if let Some(id) = focused {
            match Spot::of(ctx, id).filter(|spot| spot.within_reach) {
                Some(spot) => return self.note(ctx, spot),
                // It was given to something that comes with the next pass.
                None if latest.as_ref().is_none_or(|latest| latest.id != id) => return,
                None => {}
            }
        }
        // With Tab it is on its way.
        let Some(latest) = latest.filter(|_| !ctx.input(|input| input.key_pressed(Key::Tab)))
        else {
            return;
        };
        let to = match self.hold {
            Hold::LetGo => return,
            Hold::Adrift => back,
            Hold::Held if is_given_up(ctx, &latest) => {
                let in_dialog = ctx.memory(|memory| memory.top_modal_layer().is_some());
                self.hold = if in_dialog { Hold::Adrift } else { Hold::LetGo };
                return;
            }
            Hold::Held => {
                ctx.request_repaint();
                self.successor(ctx, &latest, back)
            }
        };
        self.hold = Hold::Adrift;
        if let Some(spot) = to {
            ctx.memory_mut(|memory| memory.request_focus(spot.id));
            ctx.request_repaint();
            self.note(ctx, spot);
        }
    }
}

/// Whether the keyboard was taken from it on purpose.
fn is_given_up(ctx: &Context, latest: &Spot) -> bool {
    let may_leave = ctx.data(|data| data.get_temp::<Id>(escapable())) == Some(latest.id);
    ctx.input(|input| input.pointer.any_pressed() || input.pointer.any_click())
        || (may_leave && latest.within_reach)
}

impl Keyboard {
    /// Looks where those are that are remembered. Returns the latest of those that are back.
    fn look(&mut self, ctx: &Context) -> Option<Spot> {
        let mut back = None;
        for spot in &mut self.spots {
            match Spot::of(ctx, spot.id) {
                Some(now) => {
                    if now.within_reach && !spot.within_reach {
                        back = Some(now.clone());
                    }
                    *spot = Spot { regions: std::mem::take(&mut spot.regions), ..now };
                }
                // Where it was is kept.
                None => spot.within_reach = false,
            }
        }
        back
    }

    fn note(&mut self, ctx: &Context, mut spot: Spot) {
        spot.regions = ctx.viewport(|viewport| {
            let around = regions(&viewport.this_pass.widgets, spot.id);
            around.collect()
        });
        spot.regions.pop();
        self.spots.retain(|known| known.id != spot.id);
        if self.spots.len() == REMEMBERED {
            self.spots.remove(0);
        }
        self.spots.push(spot);
        self.hold = Hold::Held;
    }

    /// What takes the keyboard from `lost`, which may still be there.
    fn successor(&self, ctx: &Context, lost: &Spot, back: Option<Spot>) -> Option<Spot> {
        if lost.within_reach {
            return Some(lost.clone());
        }
        let is_drawn = Spot::of(ctx, lost.id).is_some();
        let earlier = || self.spots.iter().rev().find(|spot| spot.within_reach).cloned();
        back.or_else(|| in_its_place(ctx, lost, ASIDE, TALLER))
            // What is only disabled has neighbours that belong to it.
            .or_else(|| is_drawn.then(|| in_its_place(ctx, lost, APART, APART)).flatten())
            .or_else(earlier)
    }
}

/// What is nearest to where a widget was, in the smallest region around it that is still there, and of nearly
/// the same place and size from left to right.
fn in_its_place(ctx: &Context, lost: &Spot, aside: f32, taller: f32) -> Option<Spot> {
    let ids: Vec<(f32, Id)> = ctx.viewport(|viewport| {
        let widgets = &viewport.this_pass.widgets;
        let Some(region) = lost.regions.iter().find(|region| widgets.contains(**region)) else {
            return Vec::new();
        };
        let distance = |rect: Rect| {
            let beside =
                (rect.left() - lost.rect.left()).abs() + (rect.right() - lost.rect.right()).abs();
            let apart = (rect.center().y - lost.rect.center().y).abs();
            let is_alike = beside <= aside
                && (rect.height() - lost.rect.height()).abs() <= taller
                && apart <= APART;
            is_alike.then_some(apart + beside)
        };
        let near = widgets.get_layer(lost.layer).filter_map(|widget| {
            let can_take = widget.id != lost.id && widget.sense.is_focusable();
            can_take.then_some((distance(widget.rect)?, widget.id))
        });
        near.filter(|(_, id)| regions(widgets, *id).any(|around| around == *region)).collect()
    });
    let spots = ids.into_iter().filter_map(|(distance, id)| Some((distance, Spot::of(ctx, id)?)));
    let reached = spots.filter(|(_, spot)| spot.within_reach);
    reached.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, spot)| spot)
}
