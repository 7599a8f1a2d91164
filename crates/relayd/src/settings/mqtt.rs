//! `[mqtt]` of the settings: which broker is told, how it is known, and as whom it may switch.

use std::fmt::Display;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use pin::Fingerprint;
use rustls::pki_types::ServerName;
use serde::Deserialize;

/// Longest prefix of topics, bytes.
const LONGEST: usize = 64;

/// A broker. `broker` has to stand, and what its certificate is known by unless it is this machine; [`Mqtt::wrong`] says what does not.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Mqtt {
    /// Its name or address.
    pub broker: Option<String>,
    /// Its port; else 8883, without TLS 1883.
    pub port: Option<u16>,
    /// Certificates in PEM that vouch for it.
    pub ca: Option<PathBuf>,
    /// Of its certificate, in the place of `ca`.
    pub fingerprint: Option<String>,
    /// As whom the daemon logs in there.
    pub user: Option<String>,
    /// A file with the password, for its owner alone.
    pub password_file: Option<PathBuf>,
    /// What all topics of the daemon begin with.
    pub prefix: String,
    /// Where Home Assistant looks for what there is; empty: nothing is told there.
    pub discovery_prefix: String,
    /// The account as which messages switch; without it none is listened to.
    pub switch_as: Option<String>,
}

impl Default for Mqtt {
    fn default() -> Self {
        Self {
            broker: None,
            port: None,
            ca: None,
            fingerprint: None,
            user: None,
            password_file: None,
            prefix: "wireloom".to_owned(),
            discovery_prefix: "homeassistant".to_owned(),
            switch_as: None,
        }
    }
}

impl Mqtt {
    /// Whether the broker is spoken with over TLS.
    pub fn is_secure(&self) -> bool {
        self.ca.is_some() || self.fingerprint.is_some()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.is_secure() { 8883 } else { 1883 })
    }

    /// Everything that is wrong with it, a sentence each.
    pub fn wrong(&self) -> Vec<String> {
        if !cfg!(feature = "mqtt") {
            return vec!["`[mqtt]`: this program was built without MQTT (`cargo build --features mqtt`)".to_owned()];
        }
        let mut wrong = Vec::new();
        match self.broker.as_deref() {
            None => wrong.push("`[mqtt]` has no `broker`".to_owned()),
            Some(name) if ServerName::try_from(name).is_err() => {
                wrong.push(format!("`[mqtt]`: `{}` is no name or address of a broker", name.escape_debug()));
            }
            Some(name) if !self.is_secure() && !is_here(name) => wrong.push(format!(
                "`[mqtt]`: `{name}` is not this machine, and is told nothing without TLS: `ca` or `fingerprint` says which certificate is taken"
            )),
            Some(_) => {}
        }
        if self.port == Some(0) {
            wrong.push("`[mqtt]`: no broker has port 0".to_owned());
        }
        if self.ca.is_some() && self.fingerprint.is_some() {
            wrong.push("`[mqtt]`: `ca` or `fingerprint` says which certificate is taken, not both".to_owned());
        }
        wrong.extend(self.fingerprint.as_deref().and_then(|text| Fingerprint::read(text).err()).map(about));
        for path in [&self.ca, &self.password_file].into_iter().flatten() {
            wrong.extend((!path.is_absolute()).then(|| about(format!("`{}` is no full path", Path::display(path)))));
        }
        if self.password_file.is_some() && self.user.is_none() {
            wrong.push("`[mqtt]` has a `password-file` and no `user`".to_owned());
        }
        wrong.extend(prefix("prefix", &self.prefix).map(about));
        if !self.discovery_prefix.is_empty() {
            wrong.extend(prefix("discovery-prefix", &self.discovery_prefix).map(about));
        }
        wrong
    }
}

fn about(words: impl Display) -> String {
    format!("`[mqtt]`: {words}")
}

/// Whether a name is that of this machine to itself. What it leads to is looked at again before anything is sent.
fn is_here(name: &str) -> bool {
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Why something cannot begin a topic.
fn prefix(key: &str, text: &str) -> Option<String> {
    let fine = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '/' | '.');
    let is_fine = text.len() <= LONGEST && text.chars().all(fine) && text.split('/').all(|level| !level.is_empty());
    let shown = text.escape_debug();
    (!is_fine).then(|| {
        format!("`{key}`: `{shown}` begins no topic: letters, digits, `-`, `_`, `.`, with `/` between levels, at most {LONGEST}")
    })
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[cfg(not(feature = "mqtt"))]
    #[test]
    fn a_program_without_mqtt_says_so() {
        let words = Settings::read("[mqtt]\nbroker = \"localhost\"\n").unwrap_err();
        assert_eq!(words, ["`[mqtt]`: this program was built without MQTT (`cargo build --features mqtt`)"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place() {
        let words = Settings::read("[mqtt]\nbroker = \"localhost\"\npasword = \"x\"\n").unwrap_err();
        assert!(words[0].starts_with("3:1: unknown field `pasword`"), "{words:?}");
    }

    #[cfg(feature = "mqtt")]
    #[test]
    fn a_broker_is_this_machine_or_is_known_by_its_certificate() {
        let pin = "ab".repeat(32);
        for text in [
            "broker = \"localhost\"".to_owned(),
            "broker = \"::1\"\nport = 1884".to_owned(),
            "broker = \"mqtt.example.org\"\nca = \"/etc/ssl/certs/ca-certificates.crt\"".to_owned(),
            format!(
                "broker = \"10.0.0.9\"\nfingerprint = \"{pin}\"\nuser = \"w\"\npassword-file = \"/etc/wireloom/mqtt\""
            ),
            "broker = \"localhost\"\ndiscovery-prefix = \"\"\nswitch-as = \"home\"".to_owned(),
        ] {
            let read = Settings::read(&format!("[mqtt]\n{text}\n"));
            assert!(read.is_ok_and(|settings| settings.mqtt.is_some()), "{text}");
        }
    }

    #[cfg(feature = "mqtt")]
    #[test]
    fn everything_that_is_wrong_with_it_is_told_at_once() {
        let text = "[mqtt]\nbroker = \"10.0.0.9\"\nport = 0\npassword-file = \"p\"\nprefix = \"a/#\"\ndiscovery-prefix = \"/x\"\n";
        let words = Settings::read(text).unwrap_err();
        let begins = [
            "`[mqtt]`: `10.0.0.9` is not this machine, and is told nothing without TLS",
            "`[mqtt]`: no broker has port 0",
            "`[mqtt]`: `p` is no full path",
            "`[mqtt]` has a `password-file` and no `user`",
            "`[mqtt]`: `prefix`: `a/#` begins no topic",
            "`[mqtt]`: `discovery-prefix`: `/x` begins no topic",
        ];
        assert_eq!(words.len(), begins.len(), "{words:#?}");
        assert!(words.iter().zip(begins).all(|(own, begin)| own.starts_with(begin)), "{words:#?}");
        let text = "[mqtt]\nca = \"/a\"\nfingerprint = \"x\"\n";
        assert_eq!(Settings::read(text).unwrap_err().len(), 3);
        let text = "[mqtt]\nbroker = \"a b\"\n";
        assert_eq!(Settings::read(text).unwrap_err(), ["`[mqtt]`: `a b` is no name or address of a broker"]);
    }
}
