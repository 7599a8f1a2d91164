//! Software steps, and the files that the relay daemon reads.

use askama::Template;
use source::{Finding, Level};

use super::Site;
use super::shell::{self, Page, Shell};
use super::text::{markdown, safe_address};

/// A software step.
struct Setup {
    number: usize,
    id: String,
    title: String,
    on: String,
    action: String,
    warnings: Vec<String>,
    notes: Vec<String>,
    menu: String,
    file: String,
    lines: String,
    run: String,
    repeat: Vec<String>,
    errors: Vec<(String, String)>,
    links: Vec<(String, String)>,
}

/// A file for the daemon.
struct Config {
    name: String,
    text: String,
}

#[derive(Template)]
#[template(path = "software.html")]
struct Software<'a> {
    shell: &'a Shell,
    setups: Vec<Setup>,
}

#[derive(Template)]
#[template(path = "relayd.html")]
struct Relayd<'a> {
    shell: &'a Shell,
    sound: bool,
    files: Vec<Config>,
    bars: Vec<(String, String, String)>,
}

/// `software.html` and `relayd.html`.
pub fn pages(site: &Site<'_>) -> Vec<Page> {
    let build = site.view.build;
    let shell = Shell::new(
        site,
        "software.html",
        "Software",
        format!("Setting up the software of {}: commands, files and lines to add, in order.", build.meta.title),
    );
    let setups = build.setups.iter().enumerate().map(|(n, setup)| Setup {
        number: n + 1,
        id: setup.id.value.clone(),
        title: setup.title.clone(),
        on: match setup.on.as_ref().map(|on| on.value.as_str()) {
            Some("desk") => "At your desk".to_owned(),
            Some("each") => "On each board".to_owned(),
            Some(other) => format!("On {other}"),
            None => String::new(),
        },
        action: setup.action.as_ref().map_or(String::new(), |action| markdown(&action.value)),
        warnings: setup.warning.iter().map(|text| markdown(&text.value)).collect(),
        notes: setup.note.iter().map(|text| markdown(&text.value)).collect(),
        menu: setup.menu.clone().unwrap_or_default(),
        file: setup.file.clone().unwrap_or_default(),
        lines: setup.lines.join("\n"),
        run: setup.run.join("\n"),
        repeat: setup.repeat.clone(),
        errors: setup.if_error.iter().map(|(text, cure)| (text.clone(), markdown(cure))).collect(),
        links: setup.links.iter().map(|link| (link.title.clone(), safe_address(&link.url.value).to_owned())).collect(),
    });
    let software = Software { shell: &shell, setups: setups.collect() };
    vec![shell::page(&shell, &software), relayd(site)]
}

fn relayd(site: &Site<'_>) -> Page {
    let shell = Shell::new(
        site,
        "relayd.html",
        "Relay configuration",
        format!("The files that the relay daemon of {} reads, worked out from the wiring.", site.view.build.meta.title),
    );
    let configs = site.view.sound().map(crate::relayd::configs);
    let sound = configs.is_some();
    let configs = configs.unwrap_or_default();
    let files = configs
        .iter()
        .flat_map(|config| crate::relayd::texts(site.view, config))
        .map(|file| Config { name: file.path, text: String::from_utf8_lossy(&file.bytes).trim_end().to_owned() });
    let bars = |finding: &&Finding| match finding.level() {
        Level::Error => finding.waived.is_none() || finding.rule.code.starts_with(['D', 'M']),
        Level::NotVerified => true,
        Level::Warning | Level::Note => false,
    };
    let bars = site
        .view
        .findings
        .iter()
        .filter(bars)
        .take(50)
        .map(|finding| (finding.rule.code.to_owned(), finding.level().word().to_owned(), finding.message.clone()));
    let page =
        Relayd { shell: &shell, sound, files: files.collect(), bars: if sound { Vec::new() } else { bars.collect() } };
    shell::page(&shell, &page)
}
