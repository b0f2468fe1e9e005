//! The engine thread: the only place where llama.cpp computes.
//!
//! Round and round: take what came in, advance what is running by one step, tell whoever listens.
//! Models are loaded on threads of their own and handed over when they are ready. Should ggml give
//! this thread up (see `inference/llama/crash.rs`), a successor takes over its inbox, and those who
//! waited for an answer are told.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::inference::{self, Inference, Measure, MeasureRequest, Order};
use crate::models::{self, LoadedModel, ModelId};
use crate::{Command, Config, Error, Event, GenerateRequest, JobEvent, Outbox};

/// Everything that can reach the engine thread.
pub(crate) enum Input {
    Command(Command),
    Generate {
        request: Box<GenerateRequest>,
        reply: Outbox<JobEvent>,
        cancelled: Arc<AtomicBool>,
    },
    Measure {
        request: Box<MeasureRequest>,
        reply: Outbox<Result<Measure, Error>>,
    },
    Embed(inference::Texts),
    Rerank(inference::Candidates),
    /// A loader is done.
    LoadEnded {
        number: u64,
        id: ModelId,
        outcome: Box<Result<Option<inference::Ready>, Error>>,
    },
    /// A grammar is ready for the request that waits for it.
    Compiled(Box<inference::Compiled>),
    /// The last [`crate::Engine`] is gone. Said in so many words, because loaders hold senders too
    /// and the channel would never close by itself.
    Close,
    /// Makes one of ggml's assertions fail.
    #[cfg(test)]
    Provoke,
}

/// Who hears every [`Event`], and what the events have come to.
#[derive(Clone, Default)]
pub(crate) struct Subscribers(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    outboxes: Vec<Outbox<Event>>,
    /// Ready for requests, in the order of loading.
    loaded: Vec<LoadedModel>,
}

impl Subscribers {
    pub(crate) fn add(&self, outbox: Outbox<Event>) {
        self.told().outboxes.push(outbox);
    }

    pub(crate) fn tell(&self, event: &Event) {
        let mut told = self.told();
        if let Event::Models(event) = event {
            event.apply(&mut told.loaded);
        }
        told.outboxes.retain(|outbox| outbox.send(event.clone()));
    }

    pub(crate) fn loaded(&self) -> Vec<LoadedModel> {
        self.told().loaded.clone()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_models(&self, event: models::Event) {
        self.tell(&Event::Models(event));
    }
}

/// What outlives an engine thread that was given up.
#[derive(Clone)]
struct Lasting {
    config: Config,
    inputs: Arc<Mutex<mpsc::Receiver<Input>>>,
    sender: mpsc::Sender<Input>,
    subscribers: Subscribers,
    /// Listeners of requests that have not ended.
    listeners: inference::Listeners,
    /// Loads that are running, by number: the same model may be loaded anew while an earlier load
    /// of it is being given up.
    loads: Arc<Mutex<HashMap<u64, Load>>>,
    /// The thread to join at the end: always the newest.
    handle: Arc<Mutex<Option<JoinHandle<()>>>>,
    ended: Arc<Ended>,
}

static NEXT_LOAD: AtomicU64 = AtomicU64::new(0);

/// A load that is running.
struct Load {
    id: ModelId,
    given_up: Arc<AtomicBool>,
}

impl Load {
    fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }
}

/// Waits for the engine thread to end.
pub(crate) struct Joiner {
    ended: Arc<Ended>,
    handle: Arc<Mutex<Option<JoinHandle<()>>>>,
}

/// Raised by the engine thread that closes in order, or panics. One that was given up does neither, and
/// joining it would take for ever.
#[derive(Default)]
struct Ended {
    raised: Mutex<bool>,
    changed: Condvar,
}

impl Ended {
    fn raise(&self) {
        if let Ok(mut raised) = self.raised.lock() {
            *raised = true;
        }
        self.changed.notify_all();
    }
}

/// Raises it when the thread panics, so that nobody waits for what will not come.
struct RaisedByPanic(Arc<Ended>);

impl Drop for RaisedByPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.raise();
        }
    }
}

impl Joiner {
    pub(crate) fn join(&self) {
        // The last handle may be dropped by an outbox, on the engine thread itself.
        let here = std::thread::current().id();
        let own = |slot: &Option<JoinHandle<()>>| {
            slot.as_ref().is_some_and(|handle| handle.thread().id() == here)
        };
        if self.handle.lock().is_ok_and(|slot| own(&slot)) {
            return;
        }
        if let Ok(raised) = self.ended.raised.lock() {
            drop(self.ended.changed.wait_while(raised, |raised| !*raised));
        }
        let handle = self.handle.lock().ok().and_then(|mut slot| slot.take());
        if let Some(handle) = handle {
            handle.join().ok();
        }
    }
}

pub(crate) fn spawn(
    config: Config,
    sender: mpsc::Sender<Input>,
    inputs: mpsc::Receiver<Input>,
    subscribers: Subscribers,
) -> io::Result<Joiner> {
    let lasting = Lasting {
        config,
        inputs: Arc::new(Mutex::new(inputs)),
        sender,
        subscribers,
        listeners: inference::Listeners::default(),
        loads: Arc::default(),
        handle: Arc::default(),
        ended: Arc::default(),
    };
    let joiner = Joiner { ended: Arc::clone(&lasting.ended), handle: Arc::clone(&lasting.handle) };
    start(lasting)?;
    Ok(joiner)
}

/// Starts an engine thread.
fn start(lasting: Lasting) -> io::Result<()> {
    let slot = Arc::clone(&lasting.handle);
    let thread = std::thread::Builder::new().name("engine".to_owned());
    // Locked until the handle lies there, so that nobody finds the one of a predecessor.
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    let work = move || {
        let _raised = RaisedByPanic(Arc::clone(&lasting.ended));
        Thread::new(lasting).run();
    };
    *slot = Some(thread.spawn(work)?);
    Ok(())
}

struct Thread {
    lasting: Lasting,
    inference: Inference,
    /// Requests that came while their model was loading.
    awaiting_load: Vec<inference::Waiting>,
    /// Set when ggml gave this thread up although it still runs.
    given_up: Arc<AtomicBool>,
}

impl Thread {
    fn new(lasting: Lasting) -> Self {
        Self {
            inference: Inference::new(
                lasting.config,
                lasting.subscribers.clone(),
                compiled_to(lasting.sender.clone()),
            ),
            lasting,
            awaiting_load: Vec::new(),
            given_up: Arc::default(),
        }
    }

    fn run(mut self) {
        let _watch = self.watch();
        while !self.given_up.load(Ordering::Relaxed) {
            match self.next() {
                Some(Input::Close) => {
                    let ended = Arc::clone(&self.lasting.ended);
                    self.close();
                    return ended.raise();
                }
                Some(input) => self.take(input),
                None => self.inference.step(),
            }
        }
    }

    /// Arranges what happens when an assertion fails on this thread.
    fn watch(&self) -> inference::Watch {
        let lasting = self.lasting.clone();
        let given_up = Arc::clone(&self.given_up);
        let loaded = self.inference.ids();
        inference::Watch::this_thread(move |message| {
            given_up.store(true, Ordering::Relaxed);
            let ids = loaded.lock().map(|ids| ids.clone()).unwrap_or_default();
            lasting.listeners.fail_all(&Error::Crashed(message.clone()));
            lasting.subscribers.tell_models(models::Event::Crashed { ids, message });
            let ended = Arc::clone(&lasting.ended);
            if let Err(error) = start(lasting) {
                tracing::error!("the engine cannot go on: {error}");
                ended.raise();
            }
        })
    }

    /// What came in; waits for it only when there is nothing to compute.
    fn next(&self) -> Option<Input> {
        let inputs = self.lasting.inputs.lock().ok()?;
        if self.inference.is_idle() {
            return Some(inputs.recv().unwrap_or(Input::Close));
        }
        match inputs.try_recv() {
            Ok(input) => Some(input),
            Err(mpsc::TryRecvError::Empty) => None,
            Err(mpsc::TryRecvError::Disconnected) => Some(Input::Close),
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Command(Command::Inference(inference::Command::StopAll)) => {
                self.inference.stop_all();
            }
            Input::Command(Command::Models(command)) => self.run_models(command),
            Input::Generate { request, reply, cancelled } => {
                let listener = self.lasting.listeners.add(reply, cancelled);
                self.generate(inference::Waiting {
                    request: *request,
                    listener,
                    asked: Instant::now(),
                    guide: None,
                });
            }
            Input::Measure { request, reply } => {
                reply.send(self.inference.measure(&request));
            }
            Input::Embed(texts) => {
                let reply = self.lasting.listeners.add_texts(texts.reply);
                self.inference.embed(inference::Texts { reply, ..texts });
            }
            Input::Rerank(candidates) => {
                let reply = self.lasting.listeners.add_texts(candidates.reply);
                self.inference.rerank(inference::Candidates { reply, ..candidates });
            }
            Input::LoadEnded { number, id, outcome } => self.end_load(number, id, *outcome),
            Input::Compiled(compiled) => self.inference.resume(*compiled),
            Input::Close => {}
            #[cfg(test)]
            Input::Provoke => self.inference.provoke(),
        }
    }

    fn generate(&mut self, waiting: inference::Waiting) {
        let loading = self.lasting.loads.lock().is_ok_and(|loads| match &waiting.request.model {
            Some(id) => loads.values().any(|load| load.id == *id && !load.is_given_up()),
            None => !loads.is_empty() && self.inference.is_empty(),
        });
        if loading {
            waiting.listener.tell(JobEvent::Queued { ahead: self.awaiting_load.len() });
            self.awaiting_load.push(waiting);
        } else {
            self.inference.enqueue(waiting);
        }
    }

    fn run_models(&mut self, command: models::Command) {
        match command {
            models::Command::Load { id, path, settings } => {
                self.give_up_load(&id);
                // Two copies at the same time might not fit into memory.
                if self.inference.unload(&id) {
                    self.lasting.subscribers.tell_models(models::Event::Unloaded(id.clone()));
                }
                self.begin_load(Order { id, path, settings, given_up: Arc::default() });
            }
            models::Command::CancelLoad(id) => self.give_up_load(&id),
            models::Command::Unload(id) => {
                self.give_up_load(&id);
                if self.inference.unload(&id) {
                    self.lasting.subscribers.tell_models(models::Event::Unloaded(id));
                }
            }
        }
    }

    fn give_up_load(&self, id: &ModelId) {
        if let Ok(loads) = self.lasting.loads.lock() {
            loads.values().filter(|load| load.id == *id).for_each(Load::give_up);
        }
    }

    fn begin_load(&mut self, order: Order) {
        let id = order.id.clone();
        let number = NEXT_LOAD.fetch_add(1, Ordering::Relaxed);
        if let Ok(mut loads) = self.lasting.loads.lock() {
            loads.insert(number, Load { id: id.clone(), given_up: Arc::clone(&order.given_up) });
        }
        self.lasting.subscribers.tell_models(models::Event::LoadStarted(id.clone()));
        let (sender, subscribers) = (self.lasting.sender.clone(), self.lasting.subscribers.clone());
        let path = order.path.clone();
        let thread = std::thread::Builder::new().name("model loader".to_owned());
        let spawned = thread.spawn(move || load(number, &order, &sender, &subscribers));
        if let Err(error) = spawned {
            let reason = format!("the system gives no thread: {error}");
            self.end_load(number, id, Err(Error::ModelRefused { reason, path }));
        }
    }

    fn end_load(
        &mut self,
        number: u64,
        id: ModelId,
        outcome: Result<Option<inference::Ready>, Error>,
    ) {
        let load = self.lasting.loads.lock().ok().and_then(|mut loads| loads.remove(&number));
        let given_up = load.is_none_or(|load| load.is_given_up());
        let subscribers = self.lasting.subscribers.clone();
        match outcome {
            Ok(Some(ready)) if !given_up => {
                let about = ready.about().clone();
                self.inference.insert(ready);
                subscribers.tell_models(models::Event::Loaded(Box::new(about)));
                for waiting in std::mem::take(&mut self.awaiting_load) {
                    self.generate(waiting);
                }
            }
            Ok(_) => {
                subscribers.tell_models(models::Event::LoadCancelled(id.clone()));
                self.refuse_awaiting(&id, &Error::NoModel);
            }
            Err(error) => {
                self.refuse_awaiting(&id, &error);
                subscribers.tell_models(models::Event::LoadFailed { id, error });
            }
        }
    }

    /// Tells those who waited for a model that will not come.
    fn refuse_awaiting(&mut self, id: &ModelId, error: &Error) {
        for waiting in std::mem::take(&mut self.awaiting_load) {
            match &waiting.request.model {
                Some(wanted) if wanted == id => waiting.listener.fail(error.clone()),
                None if self.inference.is_empty() => waiting.listener.fail(error.clone()),
                _ => self.generate(waiting),
            }
        }
    }

    /// Ends everything in order: requests, then loaders, then models.
    fn close(mut self) {
        for waiting in self.awaiting_load.drain(..) {
            waiting.end_unstarted();
        }
        self.inference.stop_all();
        if let Ok(loads) = self.lasting.loads.lock() {
            loads.values().for_each(Load::give_up);
        }
        while self.lasting.loads.lock().is_ok_and(|loads| !loads.is_empty()) {
            let input = self.lasting.inputs.lock().ok().and_then(|inputs| inputs.recv().ok());
            match input {
                Some(Input::LoadEnded { number, .. }) => {
                    if let Ok(mut loads) = self.lasting.loads.lock() {
                        loads.remove(&number);
                    }
                }
                Some(_) => {}
                None => break,
            }
        }
    }
}

/// Brings compiled grammars back to the engine thread.
fn compiled_to(sender: mpsc::Sender<Input>) -> Outbox<inference::Compiled> {
    Outbox::new(move |compiled| sender.send(Input::Compiled(Box::new(compiled))).is_ok())
}

/// The loader's thread.
fn load(number: u64, order: &Order, sender: &mpsc::Sender<Input>, subscribers: &Subscribers) {
    let (crash_sender, id, path) = (sender.clone(), order.id.clone(), order.path.clone());
    let watch = inference::Watch::this_thread(move |message| {
        let reason = format!("llama.cpp stopped at an internal check: {message}");
        let outcome = Box::new(Err(Error::ModelRefused { reason, path }));
        crash_sender.send(Input::LoadEnded { number, id, outcome }).ok();
    });
    let mut told = 0.0;
    let outcome = inference::load(order, |fraction| {
        // A window needs no more than a hundred steps.
        if fraction - told >= 0.01 || fraction >= 1.0 {
            told = fraction;
            let id = order.id.clone();
            subscribers.tell_models(models::Event::LoadProgressed { id, fraction });
        }
    });
    drop(watch);
    let id = order.id.clone();
    sender.send(Input::LoadEnded { number, id, outcome: Box::new(outcome) }).ok();
}
