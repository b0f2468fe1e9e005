//! What is looked at while a script computes: whether it has to end, how much it keeps, and whether
//! its panel wants to be drawn.
//!
//! Rhai calls back after each step, without the state, and at each variable, with it. So the steps are
//! counted in the first callback, which also ends the call, in a way that no script can catch; and
//! what needs the state is done in the second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine, EvalContext};

use super::context::Context;
use super::desk::Desk;
use super::draw;
use super::failure::{ScriptResult, ended, failure};
use super::frames::Ending;
use super::memory::Measure;

/// How many steps there are between two looks at the clock; a power of two. A step takes some
/// hundred nanoseconds.
const STRIDE: u64 = 256;

/// How much longer than measuring its values took, a script computes before they are measured again.
const SELDOM: u32 = 30;

/// Values are not measured more often than this.
const BREATH: Duration = Duration::from_millis(20);

/// What a recursion without end is told.
pub(super) const TOO_DEEP: &str = "functions call one another too deep: does one call itself without \
    an end? (call_depth under [limits])";

/// Watches over the calls of one version of an app.
#[derive(Default)]
pub(super) struct Watch {
    /// The values were found to be too large, and the script may have caught that.
    too_large: AtomicBool,
    /// When the values are measured next, in microseconds since `began`.
    measure_at: AtomicU64,
}

impl Watch {
    /// A new call begins.
    pub(super) fn reset(&self) {
        self.too_large.store(false, Ordering::Relaxed);
    }
}

/// Puts the callbacks into the interpreter.
#[expect(deprecated, reason = "`on_var` is marked as one that may change; Rhai is pinned")]
pub(super) fn register(rhai: &mut Engine, context: &Arc<Context>, watch: &Arc<Watch>) {
    let began = Instant::now();
    let desk = Arc::clone(&context.desk);
    let steps = Arc::clone(watch);
    let memory = context.manifest().limits.memory;
    rhai.on_progress(move |count| {
        let due = count.is_multiple_of(STRIDE);
        let ending = if due { steps.look(&desk, memory, began) } else { None };
        ending.map(Dynamic::from)
    });

    // The context holds no interpreter, so this is no circle.
    let context = Arc::clone(context);
    let watch = Arc::clone(watch);
    let deepest = context.manifest().limits.call_depth;
    rhai.on_var(move |_, _, evaluation| {
        if evaluation.call_level() > deepest {
            return Err(failure(TOO_DEEP));
        }
        if context.desk.attention.load(Ordering::Relaxed) {
            watch.attend(&context, evaluation, began)?;
        }
        Ok(None)
    });
}

impl Watch {
    /// After some steps.
    fn look(&self, desk: &Desk, memory: u64, began: Instant) -> Option<Ending> {
        if let Some(ending) = desk.frames.ending() {
            return Some(ending);
        }
        if self.too_large.load(Ordering::Relaxed) {
            return Some(Ending::TooLarge(memory));
        }
        if micros_since(began) >= self.measure_at.load(Ordering::Relaxed) {
            desk.attention.store(true, Ordering::Relaxed);
        }
        None
    }

    /// At a variable, when something is due.
    fn attend(
        &self,
        context: &Context,
        mut evaluation: EvalContext<'_, '_, '_, '_, '_, '_>,
        began: Instant,
    ) -> ScriptResult<()> {
        let desk = &context.desk;
        // Whatever is asked for from here on is seen to the next time.
        desk.attention.store(false, Ordering::Relaxed);
        let now = micros_since(began);
        if now >= self.measure_at.load(Ordering::Relaxed) {
            let Some(took) = measure(context, &mut evaluation) else {
                self.too_large.store(true, Ordering::Relaxed);
                return Err(ended(Ending::TooLarge(context.manifest().limits.memory)));
            };
            let pause = (took * SELDOM).max(BREATH).as_micros() as u64;
            self.measure_at.store(now + pause, Ordering::Relaxed);
        }
        if desk.panel_waits.load(Ordering::Relaxed) && !draw_now(context, &mut evaluation) {
            // Not here; at the next variable of a function that has the state.
            desk.attention.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Draws the panel between two steps, if this is a place to do so. Whether it is seen to.
fn draw_now(context: &Context, evaluation: &mut EvalContext<'_, '_, '_, '_, '_, '_>) -> bool {
    let desk = &context.desk;
    if desk.frames.depth() > 1 || !desk.frames.is_working() {
        // A panel is being drawn already; or a short call goes on, after which it will be.
        return true;
    }
    let address = desk.state_address.load(Ordering::Relaxed);
    let rhai = evaluation.engine();
    match evaluation.this_ptr_mut() {
        Some(state) if std::ptr::from_ref(state).addr() == address => {
            draw::panel(rhai, context, state);
            true
        }
        _ => false,
    }
}

/// Adds up the state and the variables of the function that runs. How long that took; `None` when
/// they are too large.
fn measure(
    context: &Context,
    evaluation: &mut EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Option<Duration> {
    let began = Instant::now();
    let mut measure = Measure::new(context.manifest().limits.memory);
    let state_fits = evaluation.this_ptr().is_none_or(|state| measure.add(state));
    let fits = state_fits && evaluation.scope().iter_raw().all(|(_, _, value)| measure.add(value));
    fits.then(|| began.elapsed())
}

fn micros_since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX)
}
