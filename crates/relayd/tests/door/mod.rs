//! A simulated box with its HTTP edge on loopback, and a client that says exactly what it is told to say.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use relay_config::RelayConfig;
use relay_engine::failure::Machine;
use relayd::access::{Accounts, Role};
use relayd::control::Handle;
use relayd::http::dispatch::router;
use relayd::http::{Api, Settings, feed, serve};
use relayd::peers::Known;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::r#box::{begin, file};

pub const PASSWORD: &str = "correct horse battery";

/// A box that is served.
pub struct House {
    pub folder: TempDir,
    pub address: SocketAddr,
    pub api: Arc<Api>,
    pub handle: Handle,
    /// Tokens of `look`, `act` (granted `pi[1]` alone), `all` (every outlet) and `rule`.
    pub tokens: [String; 4],
    thread: Option<JoinHandle<()>>,
}

impl Drop for House {
    fn drop(&mut self) {
        self.handle.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Opens one with so many outlets.
pub async fn open(outlets: u32) -> House {
    let known = Known::new("host", BTreeMap::new(), BTreeMap::new());
    open_for(&file(outlets), known).await
}

/// Opens one with a config, which knows these by their secrets.
pub async fn open_for(text: &str, known: Known) -> House {
    let folder = tempfile::tempdir().unwrap();
    let config = RelayConfig::parse(text).unwrap();
    let (handle, thread) = begin(folder.path(), &config);
    let accounts = folder.path().join("accounts.toml");
    let tokens = Accounts::change(&accounts, |all| {
        let own = Some(vec!["pi[1]".to_owned()]);
        let people = [
            ("look", Role::ReadOnly, None),
            ("act", Role::Operator, own),
            ("all", Role::Operator, None),
            ("rule", Role::Administrator, None),
        ];
        for (name, role, outlets) in people {
            all.add(name, role, PASSWORD, outlets)?;
        }
        let mut token = |name: &str| all.add_token(name, None, None, "");
        Ok([token("look")?, token("act")?, token("all")?, token("rule")?])
    });
    let tokens = tokens.unwrap();
    std::fs::write(folder.path().join("relayd.toml"), text).unwrap();
    let settings = Settings {
        accounts,
        config: folder.path().join("relayd.toml"),
        audit: folder.path().to_owned(),
        machine: Machine { keeps_lines: true, persists: None, resets: true },
        known: Arc::new(known),
        mqtt: None,
    };
    let api = Api::new(handle.clone(), settings).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(feed::run(api.clone()));
    tokio::spawn(serve::plain(listener, router(&api)));
    House { folder, address, api, handle, tokens, thread: Some(thread) }
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn rule(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        assert_eq!(self.json()["status"], self.status, "{self:?}");
        self.json()["rule"].as_str().unwrap().to_owned()
    }
}

impl House {
    /// Sends exactly these bytes, and reads until the other end hangs up.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // Whoever is refused may be hung up on before all is sent.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub async fn send(&self, verb: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut text = format!("{verb} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            text += &format!("content-length: {}\r\n", body.len());
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                text += "content-type: application/json\r\n";
            }
        }
        reply(&self.raw(format!("{text}\r\n{body}").as_bytes()).await)
    }

    /// As the bearer of one of the four tokens.
    pub async fn by(&self, token: usize, verb: &str, path: &str, body: &str) -> Reply {
        self.send(verb, path, &[("authorization", &format!("Bearer {}", self.tokens[token]))], body).await
    }

    /// A session: its cookie and what its forms send along.
    pub async fn session(&self, name: &str) -> (String, String) {
        let body = format!("{{\"name\":\"{name}\",\"password\":\"{PASSWORD}\"}}");
        let reply = self.send("POST", "/api/v1/session", &[], &body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        (cookie, reply.json()["form_secret"].as_str().unwrap().to_owned())
    }
}

pub fn reply(text: &str) -> Reply {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(a, b)| (a.to_lowercase(), b.to_owned())).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { pieces(body) } else { body.to_owned() };
    Reply { status, headers, body }
}

fn pieces(mut rest: &str) -> String {
    let mut all = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let Ok(length) = usize::from_str_radix(length, 16) else { break };
        if length == 0 || after.len() < length {
            break;
        }
        all += &after[..length];
        rest = after[length..].trim_start_matches("\r\n");
    }
    all
}
