//! Rhai as apps have it: within limits, without what reaches out of the app, and with the host API.

use std::sync::Arc;
use std::time::Duration;

use rhai::{Engine, Position};

use super::context::Context;
use super::failure::{ScriptResult, failure};
use super::script::{Compiler, Resolver, register_trail};
use super::watch::{self, Watch};
use crate::manifest::Limits;
use crate::panel;
use crate::plugin::CorePlugin;
use crate::{Level, Problem};

/// Recursion may go so much deeper than allowed before Rhai stops it, without a line, by itself.
const MARGIN: usize = 8;

/// An interpreter for one version of one app.
pub(super) fn build(
    context: &Arc<Context>,
    compiler: &Compiler,
    plugins: &[Box<dyn CorePlugin>],
    watch: &Arc<Watch>,
) -> Engine {
    let mut rhai = Engine::new();
    limit(&mut rhai, &context.manifest().limits);
    rhai.disable_symbol("eval");
    rhai.set_strict_variables(true);
    rhai.set_module_resolver(Resolver::new(compiler.clone()));
    speak(&mut rhai, context);
    let blocks = Arc::clone(&compiler.blocks);
    #[expect(deprecated, reason = "marked as one that may change; Rhai is pinned")]
    rhai.on_parse_token(move |token, position, _| blocks.map(token, position));
    for plugin in plugins {
        plugin.register(&mut rhai, context);
    }
    panel::register(&mut rhai, &context.desk.recording);
    register_trail(&mut rhai, &context.trail);
    watch::register(&mut rhai, context, watch);
    rhai
}

fn limit(rhai: &mut Engine, limits: &Limits) {
    rhai.set_max_call_levels(limits.call_depth + MARGIN)
        .set_max_expr_depths(128, 64)
        .set_max_operations(0)
        .set_max_variables(1_000)
        .set_max_functions(2_000)
        .set_max_modules(limits.modules)
        .set_max_string_size(limits.text)
        .set_max_array_size(limits.items)
        .set_max_map_size(limits.items);
}

/// What a script says goes to its console, and its sleep can be ended.
fn speak(rhai: &mut Engine, context: &Arc<Context>) {
    let desk = Arc::clone(&context.desk);
    rhai.on_print(move |text| desk.log(Level::Info, text.to_owned(), None));
    let (desk, sources) = (Arc::clone(&context.desk), Arc::clone(&context.sources));
    let entry = context.entry().to_owned();
    rhai.on_debug(move |text, source, position: Position| {
        let place = position
            .line()
            .map(|line| sources.place(source.unwrap_or(&entry), line, position.position()));
        let problem = Problem { message: text.to_owned(), place, calls: Vec::new() };
        desk.log(Level::Debug, text.to_owned(), Some(problem));
    });
    let sleeper = Arc::clone(context);
    rhai.register_fn("sleep", move |seconds: i64| sleep(&sleeper, seconds as f64));
    let sleeper = Arc::clone(context);
    rhai.register_fn("sleep", move |seconds: f64| sleep(&sleeper, seconds));
}

fn sleep(context: &Context, seconds: f64) -> ScriptResult<()> {
    match Duration::try_from_secs_f64(seconds.max(0.0)) {
        Ok(time) => context.sleep(time),
        Err(_) => Err(failure(format!("{seconds} seconds are no time to sleep"))),
    }
}
