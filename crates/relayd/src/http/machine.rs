//! What the daemon says of itself: whether it lives, whether it is ready, what it runs on, what becomes of every load when it fails.

use axum::response::Response;
use relay_engine::failure;
use serde::Serialize;

use super::dispatch::Asked;
use super::outlets::{answer, json};
use super::problem::Problem;
use super::shapes::{CellShape, cell};
use crate::config;

/// What the daemon runs and on what.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InfoShape {
    /// The program's version.
    pub version: &'static str,
    /// This controller: `pi[5]`.
    pub controller: String,
    /// The build's name.
    pub build: String,
    /// The build's version.
    pub build_version: String,
    /// `gpio`, or `sim` where lines and machines are simulated.
    pub backend: &'static str,
    /// Labels of the chips.
    pub chips: Vec<String>,
    /// Whether the GPIO driver leaves an output as it is when nobody holds it; absent if nobody knows.
    pub persist: Option<bool>,
    /// Errors of the build that somebody accepted.
    pub waived: Vec<WaivedShape>,
}

/// An error of the build that somebody accepted.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WaivedShape {
    /// The rule's code.
    pub rule: String,
    /// What it is about.
    pub subject: String,
    /// Why it was accepted.
    pub reason: String,
}

/// Whether it is well.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReadyShape {
    /// The engine started, and does not end.
    pub started: bool,
    /// Journal and audit log can be written.
    pub disk: bool,
    /// The lines read back as they should.
    pub lines: bool,
    /// What is wrong, a sentence each.
    pub wrong: Vec<String>,
}

/// `GET /healthz`: the process answers.
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn health(_: Asked) -> Result<Response, Problem> {
    Ok(json(200, &serde_json::json!({ "status": "alive" })))
}

/// `GET /readyz`: it can do what it is for.
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn ready(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let started = state.snapshot.started && !state.snapshot.stopping;
    let shape = ReadyShape {
        started,
        disk: state.disk.is_ok(),
        lines: state.lines.is_ok(),
        // Whoever has no account is told that something is wrong, and not what.
        wrong: match asked.caller {
            Some(_) => state.disk.err().into_iter().chain(state.lines.err()).collect(),
            None => Vec::new(),
        },
    };
    let is_well = shape.started && shape.disk && shape.lines;
    Ok(json(if is_well { 200 } else { 503 }, &shape))
}

/// `GET /api/v1/info`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn info(asked: Asked) -> Result<Response, Problem> {
    let state = asked.api.handle.state();
    let config = &state.config;
    let waived = config.waived.iter().map(|own| WaivedShape {
        rule: own.rule.clone(),
        subject: own.subject.clone(),
        reason: own.reason.clone(),
    });
    Ok(json(
        200,
        &InfoShape {
            version: env!("CARGO_PKG_VERSION"),
            controller: config.controller.clone(),
            build: config.build.name.clone(),
            build_version: config.build.version.clone(),
            backend: if state.simulated { "sim" } else { "gpio" },
            chips: config.chips.iter().map(|chip| chip.label.clone()).collect(),
            persist: asked.api.settings.machine.persists,
            waived: waived.collect(),
        },
    ))
}

/// `GET /api/v1/failure-table`
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn failure_table(asked: Asked) -> Result<Response, Problem> {
    let cells = failure::table(&asked.api.handle.state().config, asked.api.settings.machine);
    Ok(json(200, &cells.iter().map(cell).collect::<Vec<CellShape>>()))
}

/// What a look at a config found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConfigShape {
    /// Whether the daemon could take it.
    pub fits: bool,
    /// What is wrong, each with its line.
    pub wrong: Vec<String>,
}

/// `POST /api/v1/config/check`: a config that is sent, or the file where nothing is sent.
#[expect(clippy::unused_async, reason = "all routes have one shape")]
pub async fn config_check(asked: Asked) -> Result<Response, Problem> {
    let text = if asked.body.is_empty() { file(&asked)? } else { text(&asked.body)? };
    let wrong = config::read(&text).err().unwrap_or_default();
    Ok(json(200, &ConfigShape { fits: wrong.is_empty(), wrong }))
}

/// `POST /api/v1/config/reload`: the file, whole or not at all.
pub async fn config_reload(asked: Asked) -> Result<Response, Problem> {
    let actor = asked.who()?.actor();
    let config = config::read(&file(&asked)?).map_err(|wrong| {
        Problem::new(409, "config", format!("the config cannot be used, and the old one runs on: {}", wrong.join("; ")))
    })?;
    answer(asked.api.handle.reload(config, actor).await)
}

fn text(body: &[u8]) -> Result<String, Problem> {
    String::from_utf8(body.to_vec()).map_err(|_| Problem::bad("a config is UTF-8"))
}

fn file(asked: &Asked) -> Result<String, Problem> {
    let path = &asked.api.settings.config;
    if path.as_os_str().is_empty() {
        return Err(Problem::new(409, "no-config-file", "a sample runs, which has no file"));
    }
    std::fs::read_to_string(path)
        .map_err(|error| Problem::new(503, "config-file", format!("`{}`: {error}", path.display())))
}
