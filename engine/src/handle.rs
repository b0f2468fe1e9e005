//! The front door.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};

use crate::inference::{Measure, MeasureRequest};
use crate::thread::{self, Input, Subscribers};
use crate::{
    Command, Error, Event, GenerateRequest, Inbox, Job, JobEvent, JobGuard, Outbox, Wake, channel,
};

/// How the engine itself runs; what concerns one model is in [`crate::models::LoadSettings`].
#[derive(Clone, Debug, Default)]
pub struct Config {}

/// A running engine. Cheap to clone; when the last clone is dropped, running requests are cancelled,
/// the models are freed and the engine thread is joined.
#[derive(Clone)]
pub struct Engine {
    door: Arc<Door>,
    subscribers: Subscribers,
}

struct Door {
    inputs: mpsc::Sender<Input>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.inputs.send(Input::Close).ok();
    }
}

impl Engine {
    /// Starts the engine thread. No model is loaded yet.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(config: Config) -> io::Result<Self> {
        let (inputs, receiver) = mpsc::channel();
        let subscribers = Subscribers::default();
        thread::spawn(config, receiver, Arc::clone(&subscribers))?;
        Ok(Self { door: Arc::new(Door { inputs }), subscribers })
    }

    /// Hears every [`Event`] from now on.
    pub fn subscribe(&self, wake: Wake) -> Inbox<Event> {
        let (outbox, inbox) = channel(wake);
        if let Ok(mut subscribers) = self.subscribers.lock() {
            subscribers.push(outbox);
        }
        inbox
    }

    /// Asks for something.
    pub fn send(&self, command: Command) {
        self.door.inputs.send(Input::Command(command)).ok();
    }

    /// Asks for text and reads it from the job.
    pub fn generate(&self, request: GenerateRequest, wake: Wake) -> Job {
        let (reply, events) = channel(wake);
        Job { events, guard: Some(self.generate_into(request, reply)) }
    }

    /// Asks for text and has it sent to `reply`.
    pub fn generate_into(&self, request: GenerateRequest, reply: Outbox<JobEvent>) -> JobGuard {
        let cancelled = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&cancelled);
        self.door
            .inputs
            .send(Input::Generate { request: Box::new(request), reply, cancelled })
            .ok();
        JobGuard { cancelled: flag }
    }

    /// Asks how many tokens a conversation has; one answer arrives.
    pub fn measure(&self, request: MeasureRequest, wake: Wake) -> Inbox<Result<Measure, Error>> {
        let (reply, inbox) = channel(wake);
        self.door.inputs.send(Input::Measure { request: Box::new(request), reply }).ok();
        inbox
    }
}
