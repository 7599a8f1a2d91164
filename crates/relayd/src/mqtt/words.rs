//! Topics, what stands below them, and the documents by which Home Assistant finds it. Pure: values in, texts out.

use std::collections::BTreeMap;

use relay_config::{Outlet, RelayConfig};
use relay_engine::{Answer, Health, OutletState, Snapshot};
use serde_json::{Value, json};

use crate::clock::text;
use crate::http::shapes::power;
use crate::settings::Mqtt;

/// Below `…/status` while the daemon is connected.
pub const ONLINE: &str = "online";
/// The same by the last will, however the connection ended.
pub const OFFLINE: &str = "offline";

/// The daemon's topics and names at one broker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Names {
    base: String,
    discovery: String,
    id: String,
    controller: String,
    model: String,
}

impl Names {
    /// Those of a controller: all below `<prefix>/<slug>`.
    pub fn new(settings: &Mqtt, config: &RelayConfig) -> Self {
        let base = format!("{}/{}", settings.prefix, config.slug);
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
        let build = &config.build;
        Self {
            id: base.chars().map(plain).collect(),
            base,
            discovery: settings.discovery_prefix.clone(),
            controller: config.controller.clone(),
            model: format!("relay daemon of {} {}", build.name, build.version),
        }
    }

    /// What all topics but those of the discovery begin with.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Where the discovery's documents are, nothing where there are none.
    pub fn discovery(&self) -> Option<&str> {
        Some(self.discovery.as_str()).filter(|prefix| !prefix.is_empty())
    }

    /// The daemon's name at the broker, and the beginning of every unique id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the daemon is there: `online` or `offline`.
    pub fn status(&self) -> String {
        format!("{}/status", self.base)
    }

    /// How an outlet stands.
    pub fn state(&self, slug: &str) -> String {
        format!("{}/{slug}/state", self.base)
    }

    /// Where an outlet is told what to do.
    pub fn set(&self, slug: &str) -> String {
        format!("{}/{slug}/set", self.base)
    }

    /// What was answered to it.
    pub fn answer(&self, slug: &str) -> String {
        format!("{}/{slug}/answer", self.base)
    }

    /// Where any outlet is told what to do.
    pub fn every_set(&self) -> String {
        self.set("+")
    }

    /// The slug in a topic where an outlet is told what to do.
    pub fn slug<'a>(&self, topic: &'a str) -> Option<&'a str> {
        let slug = topic.strip_prefix(&self.base)?.strip_prefix('/')?.strip_suffix("/set")?;
        (!slug.contains('/')).then_some(slug)
    }

    /// How all outlets stand, by topic.
    pub fn states(&self, snapshot: &Snapshot) -> BTreeMap<String, String> {
        snapshot.outlets.iter().map(|own| (self.state(&own.slug), state(own).to_string())).collect()
    }

    /// The discovery's documents by topic; an empty one takes away what an earlier one made. `may_switch` says which outlets messages may switch.
    pub fn documents(&self, config: &RelayConfig, may_switch: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        let Some(prefix) = self.discovery() else { return all };
        for own in &config.outlets {
            let offered = may_switch(&own.name) && !own.feeds_host;
            let parts = [
                ("switch", "switch", (offered && !own.never_hold).then(|| self.switch(own))),
                ("button", "cycle", offered.then(|| self.button(own))),
                ("binary_sensor", "power", Some(self.power(own))),
                ("sensor", "health", Some(self.health(own))),
                ("sensor", "lease_end", Some(self.lease_end(own))),
            ];
            for (component, what, document) in parts {
                let unique = format!("{}_{}_{what}", self.id, own.slug);
                let document = document.map(|own| self.whole(own, &unique).to_string()).unwrap_or_default();
                all.insert(format!("{prefix}/{component}/{unique}/config"), document);
            }
        }
        all
    }

    /// A document with what all have in common.
    fn whole(&self, mut document: Value, unique: &str) -> Value {
        let version = env!("CARGO_PKG_VERSION");
        document["unique_id"] = json!(unique);
        document["availability_topic"] = json!(self.status());
        document["device"] = json!({
            "identifiers": [self.id],
            "name": format!("{} power", self.controller),
            "manufacturer": "Wireloom",
            "model": self.model,
            "sw_version": version,
        });
        document["origin"] = json!({ "name": "wireloom-relayd", "sw_version": version });
        document
    }

    fn switch(&self, own: &Outlet) -> Value {
        json!({
            "name": own.name,
            "device_class": "outlet",
            "command_topic": self.set(&own.slug),
            "payload_on": "ON",
            "payload_off": "OFF",
            "state_topic": self.state(&own.slug),
            "value_template": "{{ value_json.commanded }}",
            "state_on": "on",
            "state_off": "off",
            "optimistic": false,
            "qos": 0,
            "retain": false,
        })
    }

    fn button(&self, own: &Outlet) -> Value {
        json!({
            "name": format!("{} cycle", own.name),
            "device_class": "restart",
            "command_topic": self.set(&own.slug),
            "payload_press": "CYCLE",
            "qos": 0,
            "retain": false,
        })
    }

    fn power(&self, own: &Outlet) -> Value {
        json!({
            "name": format!("{} observed", own.name),
            "device_class": "power",
            "state_topic": self.state(&own.slug),
            "value_template": "{{ value_json.observed }}",
            "payload_on": "on",
            "payload_off": "off",
            "json_attributes_topic": self.state(&own.slug),
        })
    }

    fn health(&self, own: &Outlet) -> Value {
        json!({
            "name": format!("{} health", own.name),
            "device_class": "enum",
            "options": ["alive", "silent", "unknown"],
            "entity_category": "diagnostic",
            "state_topic": self.state(&own.slug),
            "value_template": "{{ value_json.health }}",
        })
    }

    fn lease_end(&self, own: &Outlet) -> Value {
        json!({
            "name": format!("{} off until", own.name),
            "device_class": "timestamp",
            "entity_category": "diagnostic",
            "state_topic": self.state(&own.slug),
            "value_template": "{{ value_json.lease_end }}",
        })
    }
}

/// How an outlet stands. What nobody knows is `null`, which Home Assistant takes for unknown.
fn state(own: &OutletState) -> Value {
    json!({
        "commanded": power(own.commanded),
        "observed": own.observed.map(power),
        "health": match own.health {
            Health::Unknown => "unknown",
            Health::Alive => "alive",
            Health::Silent(_) => "silent",
        },
        "lease_end": own.lease.as_ref().map(|lease| text(lease.off_until_ms)),
        "locked": own.lock.is_some(),
        "fault": own.fault,
    })
}

/// What the engine answered: its word for the numbers, and what is published.
pub fn answered(answer: &Answer) -> (&'static str, Value) {
    let (word, rule, detail) = match answer {
        Answer::Accepted { sentence, .. } => ("accepted", None, sentence.as_str()),
        Answer::Queued { rule, sentence, .. } => ("queued", Some(rule.id()), sentence.as_str()),
        Answer::Done { sentence } | Answer::Would { sentence } => ("done", None, sentence.as_str()),
        Answer::Refused(refusal) => ("refused", Some(refusal.rule.id()), refusal.sentence.as_str()),
        Answer::Reloaded { .. } => ("done", None, ""),
    };
    (word, json!({ "state": word, "rule": rule, "detail": detail }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::file;

    /// The keys that Home Assistant documents for each component, of those that stand here: its pages on the MQTT switch, button, binary sensor and sensor, and
    /// on discovery.
    const DOCUMENTED: [(&str, &[&str]); 4] = [
        (
            "switch",
            &[
                "command_topic",
                "device_class",
                "name",
                "optimistic",
                "payload_off",
                "payload_on",
                "qos",
                "retain",
                "state_off",
                "state_on",
                "state_topic",
                "value_template",
            ],
        ),
        ("button", &["command_topic", "device_class", "name", "payload_press", "qos", "retain"]),
        (
            "binary_sensor",
            &[
                "device_class",
                "json_attributes_topic",
                "name",
                "payload_off",
                "payload_on",
                "state_topic",
                "value_template",
            ],
        ),
        ("sensor", &["device_class", "entity_category", "name", "options", "state_topic", "value_template"]),
    ];
    const COMMON: [&str; 4] = ["availability_topic", "device", "origin", "unique_id"];

    fn names() -> (Names, RelayConfig) {
        let config = RelayConfig::parse(&file(&[4, 18])).unwrap();
        (Names::new(&Mqtt { prefix: "home/box.1".to_owned(), ..Mqtt::default() }, &config), config)
    }

    #[test]
    fn documents_hold_documented_keys_and_unique_ids_that_stay() {
        let (names, config) = names();
        let all = names.documents(&config, |_| true);
        assert_eq!(all, names.documents(&config, |_| true));
        assert_eq!(all.len(), 10);
        for (topic, document) in &all {
            let levels: Vec<&str> = topic.split('/').collect();
            let [prefix, component, unique, end] = levels[..] else { panic!("{topic}") };
            assert_eq!((prefix, end), ("homeassistant", "config"));
            assert!(unique.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)), "{unique}");
            let document: Value = serde_json::from_str(document).unwrap();
            let (_, keys) = DOCUMENTED.iter().find(|(own, _)| *own == component).unwrap();
            for key in document.as_object().unwrap().keys() {
                assert!(keys.contains(&key.as_str()) || COMMON.contains(&key.as_str()), "{component}: {key}");
            }
            assert_eq!(document["unique_id"], unique);
            assert_eq!(document["availability_topic"], "home/box.1/host/status");
            assert_eq!(document["device"]["identifiers"], json!(["home_box_1_host"]));
        }
        let switch: Value =
            serde_json::from_str(&all["homeassistant/switch/home_box_1_host_pi-4_switch/config"]).unwrap();
        assert_eq!(switch["command_topic"], "home/box.1/host/pi-4/set");
        assert_eq!(switch["retain"], false, "a command that is kept is refused");
    }

    #[test]
    fn what_may_not_be_switched_is_offered_for_looking_alone() {
        let (names, mut config) = names();
        config.outlets[1].never_hold = true;
        let offered = |may: fn(&str) -> bool, config: &RelayConfig| {
            let all = names.documents(config, may);
            let kept = all.iter().filter(|(_, document)| !document.is_empty());
            kept.filter(|(topic, _)| topic.contains("/switch/") || topic.contains("/button/")).count()
        };
        assert_eq!(offered(|_| false, &config), 0);
        assert_eq!(offered(|name| name == "pi[4]", &config), 2);
        assert_eq!(offered(|name| name == "pi[18]", &config), 1, "it may be cycled and never left off");
        config.outlets[0].feeds_host = true;
        assert_eq!(offered(|name| name == "pi[4]", &config), 0, "the daemon never cuts itself");
        let silent = Names { discovery: String::new(), ..names.clone() };
        assert!(silent.documents(&config, |_| true).is_empty());
    }

    #[test]
    fn an_outlet_is_found_in_its_own_topic_alone() {
        let (names, _) = names();
        assert_eq!(names.slug("home/box.1/host/pi-4/set"), Some("pi-4"));
        for topic in ["home/box.1/host/set", "home/box.1/host/a/b/set", "home/box.1/hosts/pi-4/set", "pi-4/set", ""] {
            assert_eq!(names.slug(topic), None, "{topic}");
        }
    }
}
