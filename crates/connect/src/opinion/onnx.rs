//! An ONNX classifier on one thread of its own: it reads one text at a time, takes one core at most, and whoever waits longer
//! than they may goes on without it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use bedside_core::{
    channel::Promise,
    second::{ModelId, NoOpinion, SecondOpinion},
    triage::TopicScore,
};
use rten::{Model, NodeId, RunOptions, ThreadPool, Value};
use rten_text::tokenizer::{EncodeOptions, Tokenizer};
use tokio::{sync::oneshot, time::timeout};

use super::{BadModel, Config, score};

/// The most tokens of a text that are read; a post is shorter, and encoders of this size are trained on no more.
const MOST_TOKENS: usize = 256;
/// How many texts may wait while one is read.
const WAITING: usize = 1;
/// What a model must be able to read before it is believed.
const PROBE: &str = "Hello, where can I park?";

/// A text and who waits for its scores.
struct Work {
    text: String,
    answer: oneshot::Sender<Result<Vec<TopicScore>, NoOpinion>>,
}

/// A model at work.
pub(super) struct Onnx {
    model: ModelId,
    work: SyncSender<Work>,
    within: Duration,
}

impl Onnx {
    pub(super) fn open(config: &Config) -> Result<Self, BadModel> {
        let bytes = read(&config.model)?;
        let model = ModelId::of_file(config.name.clone(), &bytes);
        let (work, waiting) = sync_channel(WAITING);
        let (opened, outcome) = sync_channel(1);
        let its_config = config.clone();
        // The tokenizer stays on the thread it was made on.
        let at_work = move || match Reader::open(its_config, bytes).and_then(|reader| reader.probe().map(|()| reader)) {
            Ok(reader) => {
                let _told = opened.send(Ok(()));
                reader.run(&waiting);
            }
            Err(bad) => drop(opened.send(Err(bad))),
        };
        let broken = |why: String| BadModel::NoModel { file: name(&config.model), why };
        let spawned = thread::Builder::new().name("second-opinion".to_owned()).spawn(at_work);
        spawned.map_err(|why| broken(why.to_string()))?;
        outcome.recv().unwrap_or_else(|_| Err(broken("the runtime panicked".to_owned())))?;
        Ok(Self { model, work, within: config.within })
    }
}

impl SecondOpinion for Onnx {
    fn model(&self) -> &ModelId {
        &self.model
    }

    fn read<'a>(&'a self, masked: &'a str) -> Promise<'a, Result<Vec<TopicScore>, NoOpinion>> {
        Box::pin(async move {
            let (answer, scores) = oneshot::channel();
            self.work.try_send(Work { text: masked.to_owned(), answer }).map_err(|full| match full {
                TrySendError::Full(_) => NoOpinion::Busy,
                TrySendError::Disconnected(_) => NoOpinion::Failed,
            })?;
            match timeout(self.within, scores).await {
                Err(_) => Err(NoOpinion::TimedOut),
                Ok(Err(_)) => Err(NoOpinion::Failed),
                Ok(Ok(scores)) => scores,
            }
        })
    }
}

/// What is fed to the model under which name.
#[derive(Clone, Copy)]
enum Feed {
    Ids,
    Mask,
    Types,
}

/// The model, its tokenizer, and how both are used.
struct Reader {
    model: Model,
    tokenizer: Tokenizer,
    feeds: Vec<(NodeId, Feed)>,
    output: NodeId,
    config: Config,
    pool: Arc<ThreadPool>,
}

impl Reader {
    fn open(config: Config, bytes: Vec<u8>) -> Result<Self, BadModel> {
        let no_model = |why: String| BadModel::NoModel { file: name(&config.model), why };
        let model = Model::load(bytes).map_err(|why| no_model(why.to_string()))?;
        let text = String::from_utf8(read(&config.tokenizer)?);
        let no_tokenizer = |why: String| BadModel::NoTokenizer { file: name(&config.tokenizer), why };
        let text = text.map_err(|_| no_tokenizer("it is not UTF-8".to_owned()))?;
        let tokenizer = Tokenizer::from_json(&text).map_err(|why| no_tokenizer(why.to_string()))?;
        let mut feeds = Vec::new();
        for id in model.input_ids() {
            let named = model.node_info(*id).and_then(|info| info.name().map(str::to_owned)).unwrap_or_default();
            let feed = match named.as_str() {
                "input_ids" => Feed::Ids,
                "attention_mask" => Feed::Mask,
                "token_type_ids" => Feed::Types,
                _ => return Err(BadModel::Input(named)),
            };
            feeds.push((*id, feed));
        }
        let output = model.find_node("logits").or_else(|| model.output_ids().first().copied());
        let output = output.ok_or_else(|| no_model("it gives nothing".to_owned()))?;
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        Ok(Self { model, tokenizer, feeds, output, config, pool })
    }

    /// Reads texts until nobody can send any more.
    fn run(&self, waiting: &Receiver<Work>) {
        while let Ok(Work { text, answer }) = waiting.recv() {
            // Whoever waited too long has gone on.
            if answer.is_closed() {
                continue;
            }
            // A model may bring the runtime to a panic; that is no reason to lose the thread, let alone the program.
            let scores = catch_unwind(AssertUnwindSafe(|| self.scores(&text)));
            let scores = scores.unwrap_or(Err("panicked".to_owned())).map_err(|why| {
                tracing::warn!(%why, "the model for second opinions could not read a text");
                NoOpinion::Failed
            });
            let _gone = answer.send(scores);
        }
    }

    fn scores(&self, text: &str) -> Result<Vec<TopicScore>, String> {
        let (_, values) = self.values(text)?;
        Ok(score::topics(&values, &self.config.labels, self.config.scores, self.config.min_score))
    }

    /// What the model gives for a text, with its shape.
    fn values(&self, text: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
        let options = EncodeOptions { max_chunk_len: Some(MOST_TOKENS), overlap: 0 };
        // No error of ours repeats the text.
        let encoded = self.tokenizer.encode(text, Some(options)).map_err(|_| "tokens".to_owned())?;
        let ids: Vec<i32> = encoded.token_ids().iter().map(|id| i32::try_from(*id).unwrap_or(0)).collect();
        let shape = [1, ids.len()];
        let mut inputs = Vec::with_capacity(self.feeds.len());
        for (node, feed) in &self.feeds {
            let values = match feed {
                Feed::Ids => ids.clone(),
                Feed::Mask => vec![1; ids.len()],
                Feed::Types => vec![0; ids.len()],
            };
            let value = Value::from_shape(shape, values).map_err(|why| why.to_string())?;
            inputs.push((*node, value.into()));
        }
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let run = self.model.run(inputs, &[self.output], Some(options)).map_err(|why| why.to_string())?;
        let Some(Value::FloatTensor(tensor)) = run.into_iter().next() else { return Err("no numbers".to_owned()) };
        let shape = rten_tensor::Layout::shape(&tensor).to_vec();
        Ok((shape, tensor.into_data()))
    }

    /// Has the model read a short text.
    fn probe(&self) -> Result<(), BadModel> {
        let read = catch_unwind(AssertUnwindSafe(|| self.values(PROBE))).unwrap_or(Err("panicked".to_owned()));
        let (shape, values) = read.map_err(|why| BadModel::NoModel { file: name(&self.config.model), why })?;
        let expected = self.config.labels.len();
        if shape.as_slice() == [1, expected] && values.len() == expected {
            return Ok(());
        }
        let found: Vec<String> = shape.iter().map(ToString::to_string).collect();
        Err(BadModel::Labels { expected, found: format!("[{}] values", found.join(", ")) })
    }
}

fn read(file: &Path) -> Result<Vec<u8>, BadModel> {
    std::fs::read(file).map_err(|why| BadModel::Unreadable { file: name(file), why: why.kind().to_string() })
}

fn name(file: &Path) -> String {
    file.display().to_string()
}
