//! The engine thread: the only place where llama.cpp computes.
//!
//! Round and round: take what came in, advance what is running by one step, tell whoever listens.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, mpsc};

use crate::inference::{Measure, MeasureRequest};
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
    /// The last [`crate::Engine`] is gone.
    Close,
}

pub(crate) type Subscribers = Arc<Mutex<Vec<Outbox<Event>>>>;

pub(crate) fn spawn(
    _config: Config,
    inputs: mpsc::Receiver<Input>,
    _subscribers: Subscribers,
) -> io::Result<()> {
    let turn_round = move || {
        while let Ok(input) = inputs.recv() {
            match input {
                Input::Command(_) => {}
                Input::Generate { reply, cancelled, .. } => {
                    let _ = cancelled;
                    reply.send(JobEvent::Failed(Error::NoModel));
                }
                Input::Measure { reply, .. } => {
                    reply.send(Err(Error::NoModel));
                }
                Input::Close => return,
            }
        }
    };
    std::thread::Builder::new().name("engine".to_owned()).spawn(turn_round)?;
    Ok(())
}
