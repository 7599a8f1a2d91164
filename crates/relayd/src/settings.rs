//! What the daemon is told about the place where it stands, and `wireloom build` cannot know: addresses of nodes, whom to tell.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    pub certificate: Option<std::path::PathBuf>,
    /// Its key.
    pub key: Option<std::path::PathBuf>,
    /// Certificates that vouch for clients; others are not spoken with.
    pub clients: Option<std::path::PathBuf>,
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
    pub webhook_ca: Option<std::path::PathBuf>,
    /// A program and its arguments; no shell. What it is about stands in its environment.
    pub command: Vec<String>,
}

impl Settings {
    /// Reads a file's text.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence with its place.
    pub fn read(text: &str) -> Result<Self, String> {
        let settings: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        if let Some(address) = &settings.notify.webhook {
            crate::edge::webhook::Address::read(address)?;
        }
        if settings.web.certificate.is_some() != settings.web.key.is_some() {
            return Err("`certificate` and `key` stand together".to_owned());
        }
        if let Some(error) = settings.web.http.and_then(|place| crate::http::serve::is_loopback(place).err()) {
            return Err(error.to_string());
        }
        match settings.notify.command.first() {
            Some(program) if !program.starts_with('/') => Err(format!("`command`: `{program}` is no full path")),
            _ => Ok(settings),
        }
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
}
