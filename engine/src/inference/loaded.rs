//! A loaded model with its requests: who waits, who is served, and one decode step for all.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use super::answer::{Answer, Limits, Listener, Parts};
use super::constraint::{Compiled, Compiler, Constraint, Form, Grammar, Guide};
use super::llama::{Batch, Context, DecodeError};
use super::pieces::Pieces;
use super::plan::{self, Pace, Wish};
use super::prompt::Prompter;
use super::reasoning::Splitter;
use super::sampling::Sampler;
use super::sequences::{self, Sequence};
use super::thread_count::ThreadCount;
use super::tools::{self, CallParser};
use super::{GenerateRequest, Measure, MeasureRequest, Role, count};
use crate::models::LoadedModel;
use crate::{Config, Error, Finish, JobEvent, Outbox, StopReason, Timings, Usage};

/// Numbers grammars across all models, because a model may be loaded anew meanwhile.
static NEXT_GRAMMAR: AtomicU64 = AtomicU64::new(0);

/// A request that waits for a sequence.
pub(crate) struct Waiting {
    pub(crate) request: GenerateRequest,
    pub(crate) listener: Listener,
    pub(crate) asked: Instant,
    /// Holds the answer to its form; made before the request may start.
    pub(crate) guide: Option<Guide>,
}

impl Waiting {
    /// Cancelled before it began.
    pub(crate) fn end_unstarted(&self) {
        self.listener.tell(JobEvent::Finished(Finish {
            reason: StopReason::Cancelled,
            usage: Usage::default(),
            timings: Timings { queued: self.asked.elapsed(), ..Timings::default() },
            seed: self.request.sampling.seed.unwrap_or_default(),
        }));
    }
}

/// See the module documentation.
pub(crate) struct Loaded {
    pub(crate) about: LoadedModel,
    prompter: Prompter,
    context: Context,
    batch: Batch,
    sequences: Vec<Sequence>,
    waiting: VecDeque<Waiting>,
    /// Requests whose grammar is being compiled, by number.
    preparing: BTreeMap<u64, Waiting>,
    compiler: Option<Compiler>,
    pace: Pace,
    threads: ThreadCount,
    adapts_threads: bool,
    arrivals: u64,
    /// How many were running at the last step.
    running_before: usize,
}

impl Loaded {
    pub(crate) fn new(about: LoadedModel, prompter: Prompter, context: Context) -> Self {
        let places = i32::try_from(about.sequences).unwrap_or(1);
        Self {
            threads: ThreadCount::new(about.threads, Instant::now()),
            batch: context.new_batch(),
            sequences: (0..places).map(Sequence::new).collect(),
            waiting: VecDeque::new(),
            preparing: BTreeMap::new(),
            compiler: None,
            pace: Pace::new(Config::default().shared_prompt_tokens),
            adapts_threads: true,
            arrivals: 0,
            running_before: 0,
            about,
            prompter,
            context,
        }
    }

    /// Takes the engine's settings over.
    pub(crate) fn configure(&mut self, config: Config) {
        self.pace = Pace::new(config.shared_prompt_tokens);
        self.adapts_threads = config.adapt_threads;
    }

    /// Whether there is nothing to compute; requests whose grammar is being compiled wait elsewhere.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.running() == 0
    }

    /// Requests being answered.
    pub(crate) fn running(&self) -> usize {
        self.sequences.iter().filter(|sequence| sequence.answer.is_some()).count()
    }

    /// Requests waiting for a sequence.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len() + self.preparing.len()
    }

    /// How long a conversation is.
    pub(crate) fn measure(&self, request: &MeasureRequest) -> Result<Measure, Error> {
        self.prompter.measure(request, self.about.context_length)
    }

    /// Takes a request in. If its answer must have a form, the grammar is compiled first, and
    /// [`resume`](Self::resume) follows.
    pub(crate) fn enqueue(&mut self, waiting: Waiting, compiled: &Outbox<Compiled>) {
        if let Err(error) = waiting.request.check() {
            return waiting.listener.fail(error);
        }
        match self.grammar(&waiting.request) {
            None => self.admit_later(waiting),
            Some(grammar) => match self.compiler(compiled) {
                Ok(compiler) => {
                    let number = NEXT_GRAMMAR.fetch_add(1, Ordering::Relaxed);
                    compiler.order(number, grammar);
                    self.preparing.insert(number, waiting);
                }
                Err(error) => waiting.listener.fail(error),
            },
        }
    }

    /// Whether a request of this model waits for the grammar of this number.
    pub(crate) fn awaits(&self, number: u64) -> bool {
        self.preparing.contains_key(&number)
    }

    /// Takes a grammar in that a request waits for.
    pub(crate) fn resume(&mut self, compiled: Compiled) {
        let Some(waiting) = self.preparing.remove(&compiled.number) else { return };
        match compiled.guide {
            Ok(guide) => self.admit_later(Waiting { guide: Some(guide), ..waiting }),
            // Calls are found without it; they are only less sure to fit.
            Err(error) if waiting.request.may_call() && !waiting.request.must_call() => {
                tracing::warn!("calls are not held to the tools' schemas: {error}");
                self.admit_later(waiting);
            }
            Err(error) => waiting.listener.fail(error),
        }
    }

    fn compiler(&mut self, compiled: &Outbox<Compiled>) -> Result<&Compiler, Error> {
        if self.compiler.is_none() {
            let started = Compiler::start(Arc::clone(self.prompter.model()), compiled.clone());
            self.compiler = Some(started.map_err(|error| {
                Error::OffForm(format!("the system gives no thread to compile it on ({error})"))
            })?);
        }
        self.compiler.as_ref().ok_or(Error::Stopped)
    }

    fn admit_later(&mut self, waiting: Waiting) {
        if self.running() + self.waiting.len() >= self.sequences.len() {
            waiting.listener.tell(JobEvent::Queued { ahead: self.waiting.len() });
        }
        self.waiting.push_back(waiting);
    }

    /// Ends all requests: running ones as `Finished(Cancelled)` when there is no error, else as
    /// failed.
    pub(crate) fn end_all(&mut self, error: Option<&Error>) {
        let preparing = std::mem::take(&mut self.preparing).into_values();
        for waiting in self.waiting.drain(..).chain(preparing) {
            match error {
                Some(error) => waiting.listener.fail(error.clone()),
                None => waiting.end_unstarted(),
            }
        }
        for sequence in &mut self.sequences {
            if let Some(answer) = sequence.answer.take() {
                match error {
                    Some(error) => answer.listener.fail(error.clone()),
                    None => answer.finish(StopReason::Cancelled),
                }
            }
        }
    }

    /// One decode step for everybody who is being answered, after letting in who waits.
    pub(crate) fn step(&mut self) {
        self.let_go();
        self.unpark();
        self.admit();
        let shares = self.fill_batch();
        if self.batch.is_empty() {
            return;
        }
        let flags: Vec<Arc<AtomicBool>> = self.flags(&shares);
        self.context.stop_switch().arm(flags.into_iter());
        let threads = if reads(&shares) { self.threads.most() } else { self.threads.current() };
        self.context.set_threads(threads);
        let began = Instant::now();
        let decoded = self.context.decode(&mut self.batch);
        let seconds = began.elapsed().as_secs_f64();
        match decoded {
            Ok(()) => {
                self.adapt(&shares, seconds);
                self.advance(&shares);
            }
            Err(DecodeError::NoRoom) => self.make_room(),
            Err(DecodeError::Stopped) => self.look_what_is_kept(),
            Err(DecodeError::Failed(code)) => self.fail_step(&shares, code),
        }
    }

    /// Makes one of ggml's assertions fail: a batch larger than the context was made for.
    #[cfg(test)]
    pub(crate) fn provoke(&mut self) {
        // Positions that are taken would be refused before the assertion.
        assert!(self.context.cut(0, 0), "an attention cache can be emptied");
        let mut batch = Batch::new(100_000);
        for position in 0..100_000 {
            batch.add(1, position, 0, false);
        }
        self.context.decode(&mut batch).expect_err("an assertion before this");
    }

    /// Ends the requests whose askers have gone.
    fn let_go(&mut self) {
        for sequence in &mut self.sequences {
            if let Some(answer) = sequence.answer.take_if(|answer| answer.listener.is_gone()) {
                answer.finish(StopReason::Cancelled);
            }
        }
        self.waiting.retain(|waiting| {
            let gone = waiting.listener.is_gone();
            if gone {
                waiting.end_unstarted();
            }
            !gone
        });
    }

    fn admit(&mut self) {
        // Newcomers would take the room that somebody gave up.
        if self.sequences.iter().any(|sequence| sequence.parked) {
            return;
        }
        while self.sequences.iter().any(|sequence| sequence.answer.is_none()) {
            let Some(waiting) = self.waiting.pop_front() else { return };
            let listener = waiting.listener.clone();
            if let Err(error) = self.start(waiting) {
                listener.fail(error);
            }
        }
    }

    fn start(&mut self, waiting: Waiting) -> Result<(), Error> {
        let Waiting { request, listener, asked, guide } = waiting;
        let form = self.form(&request, guide)?;
        let calls = request
            .may_call()
            .then(|| CallParser::new(self.call_format(&request), request.tools.clone()));
        let context_length = self.about.context_length;
        let histories = self.sequences.iter().map(|sequence| &sequence.history);
        let prompt = self.prompter.prompt(&request, context_length, histories)?;
        let tokens = prompt.history.tokens().to_vec();
        let splitter = Splitter::new(&prompt.text);
        let seed = request.sampling.seed.unwrap_or_else(random_seed);
        let sampler = Sampler::new(&request.sampling, seed, context_length);
        let mut stops = request.stop;
        stops.extend(self.prompter.stop_strings().iter().map(|&stop| stop.to_owned()));
        let seated = sequences::seat(&mut self.sequences, prompt.history, &mut self.context);
        let Some((place, reused)) = seated else {
            return Err(Error::InvalidRequest("no sequence is free".to_owned()));
        };
        self.arrivals += 1;
        let mut answer = Answer::new(Parts {
            listener,
            arrival: self.arrivals,
            sampler,
            pieces: Pieces::new(&stops),
            splitter,
            form,
            calls,
            limits: Limits {
                max_tokens: request.max_tokens.unwrap_or(u32::MAX),
                context_length: context_length as usize,
            },
            seed,
            prompt_tokens: tokens.len(),
            reused_tokens: reused,
            asked,
        });
        answer.recall(&tokens, self.prompter.model());
        answer.listener.tell(JobEvent::Started {
            model: self.about.name.clone(),
            prompt_tokens: count(tokens.len()),
            reused_tokens: count(reused),
            dropped_messages: prompt.dropped_messages,
        });
        let sequence = &mut self.sequences[place];
        sequence.used = self.arrivals;
        sequence.answer = Some(answer);
        Ok(())
    }

    /// What is to be compiled before a request may start.
    fn grammar(&self, request: &GenerateRequest) -> Option<Grammar> {
        if !request.may_call() {
            return request.constraint.as_ref().map(Constraint::grammar);
        }
        let control = |name: &str| self.prompter.control_token(name);
        let (format, choice) = (self.call_format(request), &request.tool_choice);
        tools::grammar(format, &request.tools, choice, request.must_call(), control)
            .map(Grammar::Calls)
    }

    fn call_format(&self, request: &GenerateRequest) -> &'static tools::Format {
        let format = self.prompter.call_format();
        if request.must_call() { format.held() } else { format }
    }

    fn form(&self, request: &GenerateRequest, guide: Option<Guide>) -> Result<Form, Error> {
        let Some(mut guide) = guide else { return Ok(Form::default()) };
        if request.may_call() && !request.must_call() {
            return Ok(Form::calls(guide));
        }
        let begun = request
            .messages
            .last()
            .filter(|last| last.role == Role::Assistant && !last.content.is_empty());
        match begun {
            None => Ok(Form::whole(guide, self.prompter.thinking_token(request))),
            Some(begun) if guide.accept_text(&begun.content) => Ok(Form::whole(guide, None)),
            Some(_) => Err(Error::InvalidRequest(
                "the assistant's message that is to be continued does not have the required form"
                    .to_owned(),
            )),
        }
    }

    /// Puts tokens into the batch; answers with how many for each sequence and, where its last
    /// token is among them, the index of the logits.
    fn fill_batch(&mut self) -> Vec<Share> {
        let wishes: Vec<Wish> = self.sequences.iter().map(wish).collect();
        let counts = plan::share(
            &wishes,
            self.batch.room(),
            self.pace.shared_budget(),
            self.pace.quiet_budget(),
        );
        self.batch.clear();
        let mut shares = Vec::with_capacity(counts.len());
        for (sequence, count) in self.sequences.iter().zip(counts) {
            let tokens = sequence.history.tokens();
            let until = sequence.kept + count;
            let mut logits = None;
            for position in sequence.kept..until {
                let last = position + 1 == tokens.len();
                let index = self.batch.add(tokens[position], position, sequence.id, last);
                if last {
                    logits = index;
                }
            }
            shares.push(Share { count, logits });
        }
        shares
    }

    fn flags(&self, shares: &[Share]) -> Vec<Arc<AtomicBool>> {
        self.sequences
            .iter()
            .zip(shares)
            .filter(|(_, share)| share.count > 0)
            .filter_map(|(sequence, _)| sequence.answer.as_ref())
            .map(|answer| Arc::clone(&answer.listener.cancelled))
            .collect()
    }

    /// Takes the sampled tokens in after a step that worked.
    fn advance(&mut self, shares: &[Share]) {
        for (sequence, share) in self.sequences.iter_mut().zip(shares) {
            if share.count == 0 {
                continue;
            }
            sequence.kept += share.count;
            let Some(answer) = &mut sequence.answer else { continue };
            if !answer.is_generating() {
                answer.listener.tell(JobEvent::Reading { tokens: count(sequence.kept) });
            }
            let Some(index) = share.logits else { continue };
            let Some(logits) = self.context.logits(index) else {
                fail(sequence, Error::Decode(0));
                continue;
            };
            let model = Arc::clone(self.prompter.model());
            let (token, ended) = match answer.take(logits, &model, sequence.kept + 1) {
                Ok(taken) => taken,
                Err(error) => {
                    fail(sequence, error);
                    continue;
                }
            };
            match ended {
                // The token that ends a turn is written by the template of the next prompt.
                Some(StopReason::EndOfTurn) => {}
                _ => {
                    let mut bytes = Vec::new();
                    model.piece(token, true, &mut bytes);
                    sequence.history.push_generated(token, &bytes);
                }
            }
            if let Some(reason) = ended
                && let Some(answer) = sequence.answer.take()
            {
                answer.finish(reason);
            }
        }
    }

    /// Frees cells: those of the idle sequence that was not used for longest; else the youngest
    /// request gives its place up and reads its prompt again when another is done; a request that
    /// is alone has filled the context.
    fn make_room(&mut self) {
        let idle = self
            .sequences
            .iter_mut()
            .filter(|sequence| sequence.answer.is_none() && sequence.kept > 0)
            .min_by_key(|sequence| sequence.used);
        if let Some(sequence) = idle {
            return sequence.lay_aside(&mut self.context);
        }
        let mut served: Vec<&mut Sequence> = self
            .sequences
            .iter_mut()
            .filter(|sequence| sequence.answer.is_some() && !sequence.parked)
            .collect();
        served.sort_by_key(|sequence| sequence.arrival());
        let alone = served.len() == 1;
        let Some(youngest) = served.pop() else { return };
        if !alone {
            youngest.evict(&mut self.context);
            youngest.parked = true;
        } else if let Some(answer) = youngest.answer.take() {
            answer.finish(StopReason::ContextFull);
        }
    }

    /// Whoever gave his place up may read again when another answer has ended.
    fn unpark(&mut self) {
        let running = self.running();
        let served = self.sequences.iter().any(|s| s.answer.is_some() && !s.parked);
        if running < self.running_before || !served {
            for sequence in &mut self.sequences {
                sequence.parked = false;
            }
        }
        self.running_before = running;
    }

    /// After a stopped step, a part of the batch may be in the KV cache.
    fn look_what_is_kept(&mut self) {
        for sequence in &mut self.sequences {
            sequence.kept = sequence.kept.min(self.context.kept(sequence.id));
            self.context.cut(sequence.id, sequence.kept);
        }
    }

    fn fail_step(&mut self, shares: &[Share], code: i32) {
        for (sequence, share) in self.sequences.iter_mut().zip(shares) {
            if share.count > 0 {
                fail(sequence, Error::Decode(code));
                sequence.evict(&mut self.context);
            }
        }
    }

    fn adapt(&mut self, shares: &[Share], seconds: f64) {
        let tokens: usize = shares.iter().map(|share| share.count).sum();
        if reads(shares) {
            self.pace.observe(tokens, seconds);
        } else if self.adapts_threads {
            self.threads.observe(tokens, seconds, Instant::now());
        }
    }
}

/// Whether a step reads a prompt.
fn reads(shares: &[Share]) -> bool {
    shares.iter().any(|share| share.count > 1)
}

/// What a sequence got of a batch.
#[derive(Clone, Copy, Debug)]
struct Share {
    count: usize,
    logits: Option<usize>,
}

fn wish(sequence: &Sequence) -> Wish {
    match &sequence.answer {
        Some(answer) if !sequence.parked => Wish {
            pending: sequence.pending(),
            generating: answer.is_generating(),
            arrival: answer.arrival,
        },
        _ => Wish { pending: 0, generating: false, arrival: 0 },
    }
}

fn fail(sequence: &mut Sequence, error: Error) {
    if let Some(answer) = sequence.answer.take() {
        answer.listener.fail(error);
    }
}

/// Different for each request; need not be unpredictable.
fn random_seed() -> u32 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(Instant::now()) as u32
}
