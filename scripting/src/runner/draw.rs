//! Calls `on_ui`, and hands what it recorded to whoever draws.
//!
//! All that a person did is answered, in the order in which it was done; then the panel is recorded
//! once more, so that what is shown is what the answers led to.

use std::mem;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use rhai::{Dynamic, Engine};

use super::call::{Failed, call};
use super::context::Context;
use super::frames::Frame;
use crate::panel::{Changes, Mark, Node, Panel, Recorder, Ui, Widget, WidgetId};
use crate::{Event, Problem};

/// A click that leads to a panel that leads to a click … is answered so often at most at a time.
const MOST_ROUNDS: usize = 64;

/// Draws the panel if somebody looks at it.
pub(super) fn panel(rhai: &Engine, context: &Context, state: &mut Dynamic) {
    let desk = &context.desk;
    desk.panel_waits.store(false, Ordering::Relaxed);
    let has_panel = context.script.get().is_some_and(|script| script.has("on_ui", 1));
    if !has_panel || !desk.panel().open {
        return;
    }
    let mut result = Ok(Vec::new());
    for _ in 0..MOST_ROUNDS {
        let Some(changes) = desk.panel().take_round() else { break };
        result = round(rhai, context, state, changes);
        desk.answered.store(true, Ordering::Relaxed);
        if result.is_err() {
            break;
        }
    }
    if result.is_ok() {
        result = round(rhai, context, state, Changes::new());
    }
    match result {
        Ok(nodes) => show(context, nodes),
        Err(Failed { ending: Some(_), .. }) if desk.frames.is_disposed() => {}
        Err(failed) => {
            desk.complain(&failed.problem);
            show_failed(context, &failed.problem);
        }
    }
}

/// One call of `on_ui`.
fn round(
    rhai: &Engine,
    context: &Context,
    state: &mut Dynamic,
    changes: Changes,
) -> Result<Vec<Node>, Failed> {
    let desk = &context.desk;
    let tabs = {
        let mut panel = desk.panel();
        panel.round += 1;
        mem::take(&mut panel.tabs)
    };
    let recorder = |recorder| {
        let mut recording = desk.recording.lock().unwrap_or_else(PoisonError::into_inner);
        mem::replace(&mut *recording, recorder)
    };
    recorder(Some(Recorder::new(changes, tabs)));
    let frame = Frame::within(context.manifest().limits.handler);
    let ui = Dynamic::from(Ui::new(&desk.recording));
    let called = call(rhai, context, state, "on_ui", vec![ui], frame);
    let (nodes, tabs) = recorder(None).map(Recorder::finish).unwrap_or_default();
    desk.panel().tabs = tabs;
    called.map(|_| nodes)
}

fn show(context: &Context, nodes: Vec<Node>) {
    let desk = &context.desk;
    let mut panel = desk.panel();
    panel.shown.clone_from(&nodes);
    let shown = Panel { round: panel.round, heard: panel.heard, nodes };
    drop(panel);
    desk.tell(Event::Shown { app: desk.app.clone(), panel: Arc::new(shown) });
}

/// What was shown before, with what went wrong above it.
fn show_failed(context: &Context, problem: &Problem) {
    let mut panel = context.desk.panel();
    let notice = Widget::Notice { mark: Mark::Error, text: problem.to_string() };
    let mut nodes = vec![Node { id: WidgetId(0), widget: notice }];
    nodes.extend(panel.shown.iter().cloned());
    let shown = Panel { round: panel.round, heard: panel.heard, nodes };
    // What is still waiting was meant for a panel that works.
    while panel.take_round().is_some() {}
    drop(panel);
    context.desk.tell(Event::Shown { app: context.desk.app.clone(), panel: Arc::new(shown) });
}
