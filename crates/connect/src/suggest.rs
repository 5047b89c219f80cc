//! Drafts by a language model on the hospital's own network, over the chat interface that OpenAI's API set and that servers
//! for own machines speak (`POST …/chat/completions`). One host, configured, and one inside the house: an address out on the
//! internet is refused, also where a name leads there.

use std::time::Duration;

use bedside_core::{
    channel::{Fault, Promise},
    log::Code,
    second::ModelId,
    suggest::{Prompt, Suggest},
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::{
    Clock, Secret,
    http::{BadAddress, Http, Trust, malformed},
};

/// How much a model may write, in tokens: far more than any platform takes.
const MOST_TOKENS: u32 = 600;

/// A model's server and how it is asked.
#[derive(Clone)]
pub struct Config {
    /// Where the interface begins, e.g. `http://10.1.2.30:8000/v1`.
    pub url: String,
    /// What the server calls the model.
    pub model: String,
    /// What the log calls it.
    pub name: Code,
    /// The server's key, where it wants one.
    pub key: Option<Secret>,
    /// A certificate authority of the house's own.
    pub trust: Trust,
    /// How long it may take.
    pub within: Duration,
}

/// A language model behind the chat interface.
pub struct Chat {
    http: Http,
    model: String,
    id: ModelId,
    key: Option<Secret>,
    within: Duration,
}

impl Chat {
    /// A way to the server; nothing is asked before somebody presses the button.
    ///
    /// # Errors
    /// The address is none, or leads out of the house.
    pub fn new(config: Config, clock: Clock) -> Result<Self, BadAddress> {
        let http = Http::in_the_house(&config.url, &config.trust, clock)?;
        let id = ModelId::of_server(config.name);
        Ok(Self { http, model: config.model, id, key: config.key, within: config.within })
    }
}

#[derive(Serialize)]
struct Ask<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    max_tokens: u32,
    temperature: f32,
    stream: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Written,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    content: Option<String>,
}

impl Suggest for Chat {
    fn model(&self) -> &ModelId {
        &self.id
    }

    fn write<'a>(&'a self, prompt: &'a Prompt) -> Promise<'a, Result<String, Fault>> {
        Box::pin(async move {
            let messages =
                [Message { role: "system", content: &prompt.system }, Message { role: "user", content: &prompt.user }];
            let ask = Ask { model: &self.model, messages, max_tokens: MOST_TOKENS, temperature: 0.2, stream: false };
            let mut call = self.http.post(&["chat", "completions"]).within(self.within).json(&ask);
            if let Some(key) = &self.key {
                call = call.bearer(key);
            }
            let answer = timeout(self.within, call.send()).await.map_err(|_| Fault::TimedOut)??;
            if !answer.is_success() {
                return Err(answer.fault(None));
            }
            said(answer.json("an answer of the model")?)
        })
    }
}

/// The text of the first choice. One that was cut off in the middle is none, and so is an empty one.
fn said(answer: Answer) -> Result<String, Fault> {
    let choice = answer.choices.into_iter().next().ok_or_else(|| malformed("an answer without a choice"))?;
    if choice.finish_reason.as_deref() == Some("length") {
        return Err(malformed("an answer that was cut off"));
    }
    let text = choice.message.content.unwrap_or_default();
    // Models that think aloud do it between these marks before they answer.
    let text = text.rsplit_once("</think>").map_or(text.as_str(), |(_, rest)| rest).trim();
    if text.is_empty() { Err(malformed("an empty answer")) } else { Ok(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bedside_core::time::Timestamp;

    use super::*;

    fn chat(url: &str) -> Result<Chat, BadAddress> {
        let config = Config {
            url: url.to_owned(),
            model: "m".to_owned(),
            name: bedside_core::code!("m"),
            key: None,
            trust: Trust::default(),
            within: Duration::from_secs(1),
        };
        Chat::new(config, Arc::new(|| Timestamp::from_micros(0)))
    }

    #[test]
    fn an_address_on_the_internet_is_refused() {
        for url in ["http://10.1.2.30:8000/v1", "https://llm.lindenhof.example/v1", "http://127.0.0.1:9/v1"] {
            assert!(chat(url).is_ok(), "{url}");
        }
        for url in ["https://8.8.8.8/v1", "http://llm.example/v1", "https://[2001:4860::1]/v1", "ftp://10.0.0.1/", ""] {
            assert!(chat(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_a_whole_answer_is_one() {
        let read = |text: &str| said(serde_json::from_str(text).unwrap()).ok();
        let answer = |content: &str, reason: &str| {
            format!(r#"{{"choices":[{{"message":{{"content":{content}}},"finish_reason":"{reason}"}}]}}"#)
        };
        assert_eq!(read(&answer(r#"" Danke. ""#, "stop")).as_deref(), Some("Danke."));
        assert_eq!(read(&answer(r#""<think>hm</think>Danke.""#, "stop")).as_deref(), Some("Danke."));
        for text in
            [&answer(r#""Dan""#, "length"), &answer("null", "stop"), &answer(r#""  ""#, "stop"), r#"{"choices":[]}"#]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
