//! A set as a library of documents: written to files and read as a person's files are.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use engine::documents::index::{Event, Indexer, IndexerConfig};
use engine::documents::reading::Reader;
use engine::documents::search::{Findings, Mode, Query, Searcher};
use engine::documents::store::{CollectionId, Store};
use engine::documents::{Embedder, EngineEmbedder, EngineReranker};
use engine::models::{self, LoadSettings, ModelId};
use engine::{Command, Config, Engine, asleep, channel};

use crate::sets::Set;

/// Nothing takes so long, even beside other work.
const PATIENCE: Duration = Duration::from_secs(3600);

/// An engine with this embedding model; none without a file.
pub(crate) fn engine(file: Option<&Path>) -> anyhow::Result<Option<Engine>> {
    let Some(file) = file else { return Ok(None) };
    let engine = Engine::start(Config::default())?;
    let news = engine.subscribe(asleep());
    engine.send(Command::Models(models::Command::Load {
        id: ModelId("embedder".to_owned()),
        path: file.to_owned(),
        settings: LoadSettings::default(),
    }));
    loop {
        match news.recv_timeout(PATIENCE)? {
            engine::Event::Models(models::Event::Loaded(_)) => return Ok(Some(engine)),
            engine::Event::Models(models::Event::LoadFailed { error, .. }) => bail!(error),
            _ => {}
        }
    }
}

/// Reads and embeds all that waits in a library; how long that took.
pub(crate) fn index(
    library: &Path,
    satchel: &Path,
    embedder: Option<Arc<dyn Embedder>>,
) -> anyhow::Result<Duration> {
    let (outbox, events) = channel(asleep());
    let reader = Reader::new(satchel.to_owned(), vec!["__extract".into()]);
    let began = Instant::now();
    let config = IndexerConfig { library: library.to_owned(), reader, embedder };
    let _worker = Indexer::start(config, outbox)?;
    loop {
        match events.recv_timeout(PATIENCE)? {
            Event::Idle => return Ok(began.elapsed()),
            Event::Failed(error) | Event::EmbeddingFailed(error) => bail!(error),
            Event::Refused { path, refusal, .. } => bail!("{}: {refusal}", path.display()),
            _ => {}
        }
    }
}

/// A set that has been read.
pub(crate) struct Library {
    _folder: tempfile::TempDir,
    searcher: Searcher,
    collection: CollectionId,
    /// How long reading and embedding it took.
    pub(crate) taken: Duration,
}

impl Library {
    pub(crate) fn fill(set: &Set, satchel: &Path, engine: Option<&Engine>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let files = folder.path().join("files");
        std::fs::create_dir(&files)?;
        let mut bytes = 0;
        for (name, text) in &set.texts {
            bytes += text.len();
            std::fs::write(files.join(name), text)?;
        }
        let library = folder.path().join("library.db");
        let store = Store::open(&library)?;
        let collection = store.create_collection(&set.name)?.id;
        store.add_root(collection, &std::fs::canonicalize(files)?, false)?;
        let embedder = match engine {
            Some(engine) => {
                let embedder = EngineEmbedder::of(engine).context("this model makes no vectors")?;
                Some(Arc::new(embedder) as Arc<dyn Embedder>)
            }
            None => None,
        };
        let taken = index(&library, satchel, embedder.clone())?;
        let megabytes = bytes as f64 / 1e6;
        eprintln!("{}: {megabytes:.1} MB in {:.1} s", set.name, taken.as_secs_f64());
        Ok(Self { _folder: folder, searcher: Searcher::new(store, embedder), collection, taken })
    }

    /// Lets a model order what is found from now on.
    pub(crate) fn rerank_with(&mut self, file: &Path) -> anyhow::Result<()> {
        let engine = Engine::start(Config::default())?;
        let id = ModelId("reranker".to_owned());
        let reranker = EngineReranker::new(engine, id, file.to_owned());
        self.searcher.set_reranker(Some(Arc::new(reranker)));
        Ok(())
    }

    pub(crate) fn search(&mut self, question: &str, mode: Mode) -> anyhow::Result<Findings> {
        let query = Query { mode, ..Query::new(vec![self.collection], question) };
        Ok(self.searcher.search(&query)?)
    }
}
