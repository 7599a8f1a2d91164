//! `/metrics`, written by hand: numbers are read off the engine's state when somebody looks, so that there is no second copy of it to be kept true.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use relay_config::Power;
use relay_engine::{Health, OperationState};

use super::dispatch::Asked;
use super::problem::Problem;
use super::{Api, STREAMS};
use crate::mqtt::Seen;

/// What is counted as it happens. Routes and statuses are few, so that this is bounded.
#[derive(Debug, Default)]
pub struct Counters {
    answers: Mutex<BTreeMap<(&'static str, u16), u64>>,
    log_ins: Mutex<BTreeMap<&'static str, u64>>,
}

impl Counters {
    /// A route gave an answer.
    pub fn answered(&self, route: &'static str, status: u16) {
        *self.answers.lock().unwrap_or_else(PoisonError::into_inner).entry((route, status)).or_default() += 1;
    }

    /// Somebody tried to log in: `done`, `wrong`, `wait`.
    pub fn log_in(&self, outcome: &'static str) {
        *self.log_ins.lock().unwrap_or_else(PoisonError::into_inner).entry(outcome).or_default() += 1;
    }
}

/// `GET /metrics`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn show(asked: Asked) -> Result<Response, Problem> {
    let mut response = Response::new(Body::from(text(&asked.api)));
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// One family: its name, kind, what it is, and its samples as labels and value.
fn family(text: &mut String, name: &str, kind: &str, help: &str, samples: impl IntoIterator<Item = (String, String)>) {
    let _ = writeln!(text, "# TYPE {name} {kind}\n# HELP {name} {help}");
    let total = if kind == "counter" { "_total" } else { "" };
    let info = if kind == "info" { "_info" } else { "" };
    for (labels, value) in samples {
        let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
        let _ = writeln!(text, "{name}{total}{info}{labels} {value}");
    }
}

/// A label's value: what could end it is escaped.
fn label(name: &str, value: &str) -> String {
    format!("{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn one<T: ToString + Copy>(value: T) -> [(String, String); 1] {
    [(String::new(), value.to_string())]
}

/// All of it, in OpenMetrics 1.0.
pub fn text(api: &Api) -> String {
    let state = api.handle.state();
    let snapshot = &state.snapshot;
    let mut text = String::new();
    let t = &mut text;
    let backend = if state.simulated { "sim" } else { "gpio" };
    let version = env!("CARGO_PKG_VERSION");
    let labels = [label("version", version), label("controller", &snapshot.controller), label("backend", backend)];
    family(t, "wireloom", "info", "The daemon", [(labels.join(","), "1".to_owned())]);
    let is_ready = snapshot.started && !snapshot.stopping;
    family(t, "wireloom_ready", "gauge", "Whether the engine takes requests", one(u8::from(is_ready)));
    family(
        t,
        "wireloom_disk_ok",
        "gauge",
        "Whether journal and audit log can be written",
        one(u8::from(state.disk.is_ok())),
    );
    family(t, "wireloom_lines_ok", "gauge", "Whether the lines read back", one(u8::from(state.lines.is_ok())));
    let is_on = |power: Power| u8::from(power == Power::On).to_string();
    let of = |own: &str| label("outlet", own);
    let outlets = &snapshot.outlets;
    let each = outlets.iter().map(|own| (of(&own.name), is_on(own.commanded)));
    family(t, "wireloom_outlet_commanded", "gauge", "1 where the line was told to power the load", each);
    let each = outlets.iter().filter_map(|own| Some((of(&own.name), is_on(own.observed?))));
    family(t, "wireloom_outlet_observed", "gauge", "1 where the line reads back as powering the load", each);
    let each = outlets.iter().map(|own| (of(&own.name), u8::from(own.fault.is_some()).to_string()));
    family(t, "wireloom_outlet_fault", "gauge", "1 where the line cannot be trusted", each);
    let each = outlets.iter().filter_map(|own| {
        let lease = own.lease.as_ref()?;
        Some((of(&own.name), format!("{}.{:03}", lease.off_until_ms / 1000, lease.off_until_ms % 1000)))
    });
    family(
        t,
        "wireloom_outlet_lease_end_timestamp_seconds",
        "gauge",
        "When the outlet has power again at the latest",
        each,
    );
    let each = outlets.iter().map(|own| (of(&own.name), u8::from(own.lock.is_some()).to_string()));
    family(t, "wireloom_outlet_locked", "gauge", "1 where somebody has a maintenance lock", each);
    let each = outlets.iter().map(|own| (of(&own.name), own.cuts_last_hour.to_string()));
    family(t, "wireloom_outlet_cuts_last_hour", "gauge", "Cuts within the last hour", each);
    let each = outlets.iter().map(|own| {
        let silent = if let Health::Silent(streak) = own.health { streak } else { 0 };
        (of(&own.name), silent.to_string())
    });
    family(t, "wireloom_node_silent_looks", "gauge", "Looks in a row that found the node silent", each);
    let watches = &snapshot.watches;
    let each = watches.iter().map(|own| (of(&own.outlet), u8::from(own.gave_up).to_string()));
    family(t, "wireloom_watchdog_gave_up", "gauge", "1 where restarts do not help", each);
    let each = watches.iter().map(|own| (of(&own.outlet), own.budget_left.to_string()));
    family(t, "wireloom_watchdog_budget_left", "gauge", "Restarts left today", each);
    let each = watches.iter().map(|own| (of(&own.outlet), u8::from(own.paused_until_mono_ms.is_some()).to_string()));
    family(t, "wireloom_watchdog_paused", "gauge", "1 where somebody holds the watch still", each);
    let waiting = snapshot.operations.iter().filter(|own| matches!(own.state, OperationState::Queued { .. })).count();
    family(t, "wireloom_operations_waiting", "gauge", "Operations that wait", one(waiting));
    let sessions = api.door.sessions().len();
    family(t, "wireloom_sessions", "gauge", "Browsers' sessions", one(sessions));
    let listeners = STREAMS - api.streams.available_permits();
    family(t, "wireloom_listeners", "gauge", "Streams of events", one(listeners));
    family(t, "wireloom_events", "counter", "Changes since the daemon's start", one(api.feed.last()));
    let answers = api.counters.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let each = answers.iter().map(|((route, status), count)| {
        (format!("{},{}", label("route", route), label("status", &status.to_string())), count.to_string())
    });
    family(t, "wireloom_http_answers", "counter", "Answers by route and status", each);
    let log_ins = api.counters.log_ins.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let each = log_ins.iter().map(|(outcome, count)| (label("outcome", outcome), count.to_string()));
    family(t, "wireloom_log_ins", "counter", "Log-ins by what came of them", each);
    signed(t, api, state.config.limits.alive_ms);
    broker(t, api.settings.mqtt.as_deref());
    text.push_str("# EOF\n");
    text
}

/// Other controllers, and messages whose signature or order was refused.
fn signed(t: &mut String, api: &Api, alive_ms: u64) {
    let (known, now) = (&api.settings.known, api.now_ms());
    let seen = known.seen();
    let is_alive = |heard: Option<u64>| heard.is_some_and(|at| now <= at + alive_ms);
    let each = seen.iter().map(|(name, own)| (label("peer", name), u8::from(is_alive(own.heard_at)).to_string()));
    family(t, "wireloom_peer_alive", "gauge", "1 where the controller was heard within alive-ms", each);
    let seconds = |at: u64| format!("{:.3}", std::time::Duration::from_millis(now.saturating_sub(at)).as_secs_f64());
    let each = seen.iter().filter_map(|(name, own)| Some((label("peer", name), seconds(own.heard_at?))));
    family(t, "wireloom_peer_heard_age_seconds", "gauge", "Since the controller was heard", each);
    let each = seen.iter().filter_map(|(name, own)| Some((label("peer", name), seconds(own.told_at?))));
    family(t, "wireloom_peer_told_age_seconds", "gauge", "Since the controller took what it was told", each);
    let refusals = known.refusals();
    let each = refusals
        .iter()
        .map(|((from, why), count)| (format!("{},{}", label("sender", from), label("reason", why)), count.to_string()));
    family(t, "wireloom_signed_refused", "counter", "Signed messages that were refused", each);
}

/// The broker; without a sample where none is told.
fn broker(t: &mut String, seen: Option<&Seen>) {
    let each = seen.map(|seen| (String::new(), u8::from(seen.is_connected()).to_string()));
    family(t, "wireloom_mqtt_connected", "gauge", "1 where the MQTT broker is told how outlets stand", each);
    let commands = seen.map(Seen::commands).unwrap_or_default();
    let each = commands.iter().map(|(outcome, count)| (label("outcome", outcome), count.to_string()));
    family(t, "wireloom_mqtt_commands", "counter", "Messages that asked for something, by what came of them", each);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_end_its_line() {
        assert_eq!(label("outlet", "a\"b\\c\nd"), "outlet=\"a\\\"b\\\\c\\nd\"");
    }

    #[test]
    fn families_are_written_as_openmetrics_has_them() {
        let mut text = String::new();
        family(&mut text, "x", "counter", "Help", one(3));
        family(&mut text, "y", "gauge", "Help", [(label("a", "b"), "1".to_owned())]);
        assert_eq!(text, "# TYPE x counter\n# HELP x Help\nx_total 3\n# TYPE y gauge\n# HELP y Help\ny{a=\"b\"} 1\n");
    }
}
