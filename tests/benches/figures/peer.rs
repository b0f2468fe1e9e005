//! llama.cpp's own server, in a process of its own, spoken to over HTTP as any client would.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};

use super::subject::{Answer, Ask, CONTEXT, SEQUENCES, Subject, sampling};

/// The running server; ended when dropped.
pub(crate) struct Peer {
    server: Child,
    address: String,
}

impl Peer {
    /// Starts the server with the settings that Satchel's engine has, and waits until it is ready.
    pub(crate) fn start(binary: &Path, model: &Path, threads: u32) -> anyhow::Result<Self> {
        let (parallel, context) = (SEQUENCES.to_string(), CONTEXT.to_string());
        let settings = [
            "--parallel",
            &parallel,
            "--ctx-size",
            &context,
            // As in Satchel, and as the server does when it is not told how many requests to
            // expect: any answer may use the whole context.
            "--kv-unified",
        ];
        Self::start_with(binary, model, threads, &settings)
    }

    /// Starts the server with an embedding model.
    pub(crate) fn start_embedding(
        binary: &Path,
        model: &Path,
        threads: u32,
    ) -> anyhow::Result<Self> {
        Self::start_with(binary, model, threads, &["--embedding"])
    }

    fn start_with(
        binary: &Path,
        model: &Path,
        threads: u32,
        settings: &[&str],
    ) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = Command::new(binary)
            .arg("--model")
            .arg(model)
            .args(["--port", &port.to_string(), "--threads", &threads.to_string()])
            .args(["--batch-size", "2048", "--ubatch-size", "512"])
            .args(settings)
            // It is measured as people run it, whatever the benchmark was started with.
            .env_remove("GOMP_SPINCOUNT")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut peer = Self { server, address: format!("http://127.0.0.1:{port}") };
        peer.wait_until_ready()?;
        Ok(peer)
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let patience = Instant::now() + Duration::from_secs(120);
        while Instant::now() < patience {
            if let Some(status) = self.server.try_wait()? {
                bail!("the peer ended at once: {status}");
            }
            if ureq::get(format!("{}/health", self.address)).call().is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the peer did not become ready")
    }

    /// Asks for vectors.
    pub(crate) fn embed(&self, body: &Value) -> anyhow::Result<Value> {
        let url = format!("{}/v1/embeddings", self.address);
        Ok(ureq::post(url).send_json(body)?.body_mut().read_json()?)
    }

    fn body(ask: &Ask) -> Value {
        let sampling = sampling();
        json!({
            "messages": ask.messages,
            "max_tokens": ask.max_tokens,
            "stream": true,
            "stream_options": { "include_usage": true },
            "temperature": sampling.temperature,
            "top_k": sampling.top_k,
            "top_p": sampling.top_p,
            "min_p": sampling.min_p,
            "seed": sampling.seed,
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

impl Subject for Peer {
    fn name(&self) -> &'static str {
        "llama.cpp server"
    }

    fn ask(&self, ask: &Ask, heard: &mut dyn FnMut(usize)) -> anyhow::Result<Answer> {
        let asked = Instant::now();
        let (mut pieces, mut text, mut usage) = (Vec::new(), String::new(), Value::Null);
        let url = format!("{}/v1/chat/completions", self.address);
        let mut response = ureq::post(url).send_json(Self::body(ask))?;
        for line in BufReader::new(response.body_mut().as_reader()).lines() {
            let line = line?;
            let Some(data) = line.strip_prefix("data: ").filter(|data| *data != "[DONE]") else {
                continue;
            };
            let chunk: Value = serde_json::from_str(data)?;
            ensure!(chunk.get("error").is_none(), "the peer refused: {data}");
            if let Some(piece) = chunk["choices"][0]["delta"]["content"].as_str()
                && !piece.is_empty()
            {
                pieces.push(Instant::now());
                text.push_str(piece);
                heard(pieces.len());
            }
            if chunk["usage"].is_object() {
                usage = chunk["usage"].clone();
            }
        }
        let tokens = |name: &str| usage[name].as_u64().and_then(|count| count.try_into().ok());
        Ok(Answer {
            asked,
            pieces,
            ended: Instant::now(),
            prompt_tokens: tokens("prompt_tokens").context("the peer told no prompt_tokens")?,
            generated_tokens: tokens("completion_tokens")
                .context("the peer told no completion_tokens")?,
            text,
        })
    }
}
