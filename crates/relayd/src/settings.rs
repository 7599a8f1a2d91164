//! What the daemon is told about the place where it stands, and `wireloom build` cannot know: addresses of nodes, whom to tell.

mod mqtt;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use mqtt::Mqtt;
use serde::Deserialize;

use crate::edge::exchange::Place;
use crate::edge::webhook;
use pin::Fingerprint;

/// The file as it is written; every key may be absent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// Simulate lines and machines although a config was given.
    pub simulate: bool,
    /// Where a node answers, a name or an address by the outlet's name; for one that is not here its slug is looked up.
    pub address: BTreeMap<String, String>,
    /// Whom to tell.
    pub notify: Notify,
    /// Pages and API.
    pub web: Web,
    /// Other controllers, by their names.
    pub peer: BTreeMap<String, Peer>,
    /// Nodes that sign what they say, by their outlets' names.
    pub node: BTreeMap<String, Node>,
    /// A broker that is told how outlets stand, and may ask.
    pub mqtt: Option<Mqtt>,
}

/// Another controller: where it is, and what it is known by. Every key has to stand; [`Settings::read`] says which do not.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Peer {
    /// `https://192.168.1.12:8443`.
    pub url: Option<String>,
    /// Of its certificate.
    pub fingerprint: Option<String>,
    /// A file with what both share.
    pub secret_file: Option<PathBuf>,
}

/// A node that signs what it says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Node {
    /// A file with what it shares with this daemon.
    pub secret_file: Option<PathBuf>,
}

/// Where pages and API are served, and as whom.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Web {
    /// At all.
    pub serve: bool,
    /// The address over TLS; else port 8443, of this machine alone where lines are simulated.
    pub https: Option<std::net::SocketAddr>,
    /// An address without TLS, on loopback alone.
    pub http: Option<std::net::SocketAddr>,
    /// A certificate in PEM that somebody else looks after.
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
    /// Certificates that vouch for clients; others are not spoken with.
    pub clients: Option<PathBuf>,
}

impl Default for Web {
    fn default() -> Self {
        Self { serve: true, https: None, http: None, certificate: None, key: None, clients: None }
    }
}

/// Who hears of what a person should know.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Notify {
    /// Address that gets a `POST` with a JSON object: `https://example.org/hook`; `http://` to this machine alone.
    pub webhook: Option<String>,
    /// Certificates in PEM that vouch for the webhook's; without it the system's do.
    pub webhook_ca: Option<PathBuf>,
    /// A program and its arguments; no shell. What it is about stands in its environment.
    pub command: Vec<String>,
}

impl Settings {
    /// Reads a file's text.
    ///
    /// # Errors
    /// Everything that is wrong with it, a sentence each; with its place where it is about a key.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let settings: Self = crate::config::read_as(text)?;
        let wrong = settings.wrong();
        if wrong.is_empty() { Ok(settings) } else { Err(wrong) }
    }

    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        wrong.extend(self.notify.webhook.as_deref().and_then(|text| webhook::Address::read(text).err()));
        if self.web.certificate.is_some() != self.web.key.is_some() {
            wrong.push("`certificate` and `key` stand together".to_owned());
        }
        wrong.extend(
            self.web.http.and_then(|place| crate::http::serve::is_loopback(place).err()).map(|e| e.to_string()),
        );
        if let Some(program) = self.notify.command.first().filter(|program| !program.starts_with('/')) {
            wrong.push(format!("`command`: `{program}` is no full path"));
        }
        let missing = |table: &str, name: &str, key: &str| format!("`[{table}.\"{name}\"]` has no `{key}`");
        let full = |table: &str, name: &str, path: &Path| {
            let shown = path.display();
            (!path.is_absolute()).then(|| format!("`[{table}.\"{name}\"]`: `{shown}` is no full path"))
        };
        for (name, Peer { url, fingerprint, secret_file }) in &self.peer {
            let about = |words: String| format!("`[peer.\"{name}\"]`: {words}");
            match url {
                None => wrong.push(missing("peer", name, "url")),
                Some(url) => wrong.extend(Place::read(url).err().map(about)),
            }
            match fingerprint {
                None => wrong.push(missing("peer", name, "fingerprint")),
                Some(text) => wrong.extend(Fingerprint::read(text).err().map(about)),
            }
            match secret_file {
                None => wrong.push(missing("peer", name, "secret-file")),
                Some(path) => wrong.extend(full("peer", name, path)),
            }
        }
        for (name, Node { secret_file }) in &self.node {
            match secret_file {
                None => wrong.push(missing("node", name, "secret-file")),
                Some(path) => wrong.extend(full("node", name, path)),
            }
        }
        if !self.peer.is_empty() && self.web.clients.is_some() {
            wrong.push("`[web] clients` shuts other controllers out: they show no certificate".to_owned());
        }
        if !(self.web.serve || self.peer.is_empty() && self.node.is_empty()) {
            wrong.push("`[web] serve = false` shuts other controllers and nodes out".to_owned());
        }
        wrong.extend(self.mqtt.iter().flat_map(Mqtt::wrong));
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_what_nobody_takes_is_refused() {
        let text = "[address]\n\"pi[2]\" = \"10.0.0.2\"\n[notify]\nwebhook = \"https://example.org/hook\"\ncommand = [\"/usr/bin/tell\", \"x\"]\n";
        let settings = Settings::read(text).unwrap();
        assert_eq!(settings.address["pi[2]"], "10.0.0.2");
        assert_eq!(Settings::read("").unwrap(), Settings::default());
        let refused = [
            "adress = 1",
            "[notify]\nwebhook = \"http://example.org/\"",
            "[notify]\ncommand = [\"tell\"]",
            "x",
            "[web]\nhttp = \"0.0.0.0:80\"",
            "[web]\nkey = \"/k\"",
        ];
        for text in refused {
            assert!(Settings::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let text = "adress = 1\n[notify]\nwebhok = 1\ncommand = 5\n[peer.\"pi[2]\"]\nurl = 5\nsecret = \"s\"\n";
        let words = Settings::read(text).unwrap_err();
        let found = [
            "1:1: unknown field `adress`",
            "3:1: unknown field `webhok`",
            "4:11:",
            "6:7:",
            "7:1: unknown field `secret`",
        ];
        assert!(words.len() == 5 && words.iter().zip(found).all(|(own, found)| own.starts_with(found)), "{words:#?}");
        let text = "[web]\nclients = \"/c\"\n[notify]\ncommand = [\"tell\"]\n[peer.\"pi[2]\"]\nurl = \"http://a\"\nsecret-file = \"s\"\n[node.\"pi[3]\"]\n";
        assert_eq!(
            Settings::read(text).unwrap_err(),
            [
                "`command`: `tell` is no full path",
                "`[peer.\"pi[2]\"]`: `http://a` is no address such as `https://pi-5:8443`",
                "`[peer.\"pi[2]\"]` has no `fingerprint`",
                "`[peer.\"pi[2]\"]`: `s` is no full path",
                "`[node.\"pi[3]\"]` has no `secret-file`",
                "`[web] clients` shuts other controllers out: they show no certificate",
            ]
        );
        let text = format!(
            "[peer.\"pi[2]\"]\nurl = \"https://10.0.0.2\"\nfingerprint = \"{}\"\nsecret-file = \"/etc/s\"\n",
            "ab".repeat(32)
        );
        assert!(Settings::read(&text).is_ok());
        assert_eq!(Settings::read(&format!("[web]\nserve = false\n{text}")).unwrap_err().len(), 1);
    }
}
