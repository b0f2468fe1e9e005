//! The front door.

use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, mpsc};

use crate::inference::{
    Candidates, EmbedJob, EmbedRequest, Measure, MeasureRequest, RerankJob, RerankRequest, Texts,
};
use crate::models::LoadedModel;
use crate::thread::{self, Input, Joiner, Subscribers};
use crate::{
    Command, Config, Error, Event, GenerateRequest, Inbox, Job, JobEvent, JobGuard, Outbox, Wake,
    channel,
};

/// A running engine. Cheap to clone; when the last clone is dropped, running requests are cancelled,
/// the models are freed and the engine thread is joined.
#[derive(Clone)]
pub struct Engine {
    door: Arc<Door>,
    subscribers: Subscribers,
}

struct Door {
    inputs: mpsc::Sender<Input>,
    thread: Joiner,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.inputs.send(Input::Close).ok();
        self.thread.join();
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
        let thread = thread::spawn(config, inputs.clone(), receiver, subscribers.clone())?;
        Ok(Self { door: Arc::new(Door { inputs, thread }), subscribers })
    }

    /// Hears every [`Event`] from now on.
    pub fn subscribe(&self, wake: Wake) -> Inbox<Event> {
        let (outbox, inbox) = channel(wake);
        self.subscribers.add(outbox);
        inbox
    }

    /// The models that are ready for requests, in the order of loading: a request that names none is
    /// answered by the last one that can (see [`LoadedModel::can_chat`]). What subscribers have heard
    /// so far.
    #[must_use]
    pub fn loaded(&self) -> Vec<LoadedModel> {
        self.subscribers.loaded()
    }

    /// Asks for something.
    pub fn send(&self, command: Command) {
        self.door.inputs.send(Input::Command(command)).ok();
    }

    /// Asks for text and reads it from the job.
    pub fn generate(&self, request: GenerateRequest, wake: Wake) -> Job {
        let (reply, events) = channel(wake);
        Job::new(events, self.generate_into(request, reply))
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

    /// Asks for the vectors of texts.
    pub fn embed(&self, request: EmbedRequest, wake: Wake) -> EmbedJob {
        let (reply, events) = channel(wake);
        let cancelled = Arc::new(AtomicBool::new(false));
        let texts = Texts { request, reply, cancelled: Arc::clone(&cancelled) };
        self.door.inputs.send(Input::Embed(texts)).ok();
        EmbedJob::new(events, JobGuard { cancelled })
    }

    /// Asks how well passages answer a question.
    pub fn rerank(&self, request: RerankRequest, wake: Wake) -> RerankJob {
        let (reply, events) = channel(wake);
        let cancelled = Arc::new(AtomicBool::new(false));
        let candidates = Candidates { request, reply, cancelled: Arc::clone(&cancelled) };
        self.door.inputs.send(Input::Rerank(candidates)).ok();
        RerankJob::new(events, JobGuard { cancelled })
    }

    /// Asks how many tokens a conversation has; one answer arrives.
    pub fn measure(&self, request: MeasureRequest, wake: Wake) -> Inbox<Result<Measure, Error>> {
        let (reply, inbox) = channel(wake);
        self.door.inputs.send(Input::Measure { request: Box::new(request), reply }).ok();
        inbox
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;

    use super::Engine;
    use crate::inference::Sampling;
    use crate::models::{self, LoadSettings, ModelId};
    use crate::thread::Input;
    use crate::{Command, Config, Error, Event, GenerateRequest, Inbox, JobEvent, asleep};

    const PATIENCE: Duration = Duration::from_secs(60);

    fn load(engine: &Engine, news: &Inbox<Event>) {
        let demo = "../assets/starter/satchel-starter-q8_0.gguf";
        engine.send(Command::Models(models::Command::Load {
            id: ModelId("demo".to_owned()),
            path: Path::new(env!("CARGO_MANIFEST_DIR")).join(demo),
            settings: LoadSettings { context_length: Some(512), ..LoadSettings::default() },
        }));
        while !matches!(
            news.recv_timeout(PATIENCE).expect("news in time"),
            Event::Models(models::Event::Loaded(_))
        ) {}
    }

    /// The answer is still running when the assertion fails.
    fn endless() -> GenerateRequest {
        GenerateRequest { sampling: Sampling::endless(), ..GenerateRequest::ask("Go on for ever.") }
    }

    #[test]
    fn a_failed_assertion_of_ggml_ends_the_answers_and_nothing_else() {
        let engine = Engine::start(Config::default()).expect("an engine thread");
        let news = engine.subscribe(asleep());
        load(&engine, &news);
        assert_eq!(engine.loaded().len(), 1);
        let job = engine.generate(endless(), asleep());
        engine.door.inputs.send(Input::Provoke).expect("an engine that listens");
        let last = job.wait().last().expect("a last event");
        assert!(
            matches!(&last, JobEvent::Failed(Error::Crashed(why)) if why.contains("n_batch")),
            "{last:?}"
        );
        let crashed = loop {
            let event = news.recv_timeout(PATIENCE).expect("news in time");
            if let Event::Models(models::Event::Crashed { ids, .. }) = event {
                break ids;
            }
        };
        assert_eq!(crashed, [ModelId("demo".to_owned())]);
        assert_eq!(engine.loaded(), []);
        load(&engine, &news);
        let answer = engine.generate(
            GenerateRequest { max_tokens: Some(8), ..GenerateRequest::ask("What can you do?") },
            asleep(),
        );
        assert!(matches!(answer.wait().last(), Some(JobEvent::Finished(_))));
    }

    #[test]
    fn an_engine_whose_thread_panicked_is_let_go_of_all_the_same() {
        let engine = Engine::start(Config::default()).expect("an engine thread");
        let (tell, panicked) = std::sync::mpsc::channel();
        let news = engine.subscribe(Arc::new(move || {
            if std::thread::current().name() == Some("engine") {
                tell.send(()).ok();
                panic!("a listener that panics");
            }
        }));
        engine.send(Command::Models(models::Command::Load {
            id: ModelId("nothing".to_owned()),
            path: "/nowhere/at/all.gguf".into(),
            settings: LoadSettings::default(),
        }));
        panicked.recv_timeout(PATIENCE).expect("an engine thread that tells");
        let (sender, ended) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            drop((engine, news));
            sender.send(()).ok();
        });
        ended.recv_timeout(PATIENCE).expect("nobody waits for ever");
    }
}
