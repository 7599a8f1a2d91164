//! A filled test sheet held against the model: what is good, what is wrong, and which one thing explains a wrong reading.

mod filled;
mod told;

use std::fmt::Write as _;

use analysis::circuit::Switch;
use analysis::meter::diagnosis::{Diagnosis, diagnose};
use analysis::meter::rig::Rig;
use analysis::meter::{Expect, Phase, Test};
use serde::Serialize;

use crate::View;
use crate::sheet::{Row, guide, rows};
use crate::summary::counted;
use filled::{Filled, Reading};

/// Causes printed for one set of wrong readings.
const SHOWN: usize = 3;

/// How a row came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Within its limits.
    Good,
    /// Beyond them.
    Wrong,
    /// It has limits and no reading.
    NotMeasured,
    /// It has no limits, because a number is missing.
    NotVerified,
}

/// A sheet that was read.
pub struct Report {
    rows: Vec<Row>,
    readings: Vec<Option<Reading>>,
    verdicts: Vec<Verdict>,
    diagnoses: Vec<Told>,
    notes: Vec<String>,
    guide: String,
}

/// A diagnosis in words.
struct Told {
    rows: Vec<usize>,
    causes: Vec<ToldCause>,
    cut_short: bool,
}

struct ToldCause {
    kind: &'static str,
    words: String,
    subjects: Vec<String>,
    explains: Vec<usize>,
    against: Vec<usize>,
}

/// Reads a filled sheet: `sheet.csv` with its column `reading`, or what the guide writes builds to; of several builds in it, `of` names one.
///
/// # Errors
/// Every reason why the file cannot be read, with its place.
pub fn read(view: View<'_>, text: &str, of: Option<&str>) -> Result<Report, Vec<String>> {
    let mut all = rows(view);
    let guide = guide(view);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Filled { mut readings, notes } = match text.trim_start().starts_with('{') {
        true => filled::json(&all, &view.build.meta.name, text, of)?,
        false if of.is_some() => {
            return Err(vec!["`--build` goes with a file of builds, and this is a table".to_owned()]);
        }
        false => filled::csv(&all, &guide, text)?,
    };
    named(view, &mut all, &mut readings);
    let rig = Rig::new(view.build, view.facts);
    let tests: Vec<Test> = all.iter().map(|row| row.test.clone()).collect();
    let numbers: Vec<Option<f64>> =
        readings.iter().map(|reading| reading.as_ref().map(|reading| reading.number)).collect();
    let verdicts = tests.iter().zip(&numbers).map(|(test, number)| match (test.limits(), number) {
        (None, _) => Verdict::NotVerified,
        (Some(_), None) => Verdict::NotMeasured,
        (Some(limits), Some(number)) if limits.hold(*number) => Verdict::Good,
        _ => Verdict::Wrong,
    });
    let verdicts = verdicts.collect();
    let diagnoses = diagnose(&rig, &tests, &numbers).into_iter().map(|diagnosis| told(view, diagnosis)).collect();
    Ok(Report { rows: all, readings, verdicts, diagnoses, notes, guide })
}

fn told(view: View<'_>, diagnosis: Diagnosis) -> Told {
    let causes = diagnosis.causes.into_iter().map(|blamed| ToldCause {
        kind: told::kind(&blamed.cause),
        words: told::words(view, &blamed.cause),
        subjects: told::subjects(view, &blamed.cause),
        explains: blamed.explains,
        against: blamed.against,
    });
    Told { rows: diagnosis.rows, causes: causes.collect(), cut_short: diagnosis.cut_short }
}

/// A name written down for a relay becomes volts: of its own load none; of another, that load's own are there and the other's are not.
fn named(view: View<'_>, rows: &mut Vec<Row>, readings: &mut Vec<Option<Reading>>) {
    let circuit = &view.facts.circuit;
    let state: Vec<bool> = circuit.network.variables.iter().map(|variable| variable.rest).collect();
    let powered = circuit.settle(&state, Switch::Service, |_| None).powered;
    for at in 0..rows.len() {
        let Some(name) = readings[at].as_ref().and_then(|reading| reading.name.clone()) else { continue };
        if rows[at].goes_dark.as_deref() == Some(&name) {
            continue;
        }
        let loaded = |wanted: &str| {
            rows.iter().find(|row| {
                row.test.phase == Phase::Loaded
                    && row.test.load.is_some_and(|load| view.build.device(load).name == wanted)
            })
        };
        let volts = |row: &Row| match row.test.expect {
            Expect::Volts { limits: [_, Some(typical), _], .. } => typical,
            _ => 5.0,
        };
        let own = rows[at].goes_dark.as_deref().and_then(loaded).map_or(5.0, volts);
        readings[at].as_mut().expect("it has a name").number = own;
        let Some(other) = loaded(&name) else { continue };
        let on = other
            .test
            .load
            .is_some_and(|load| circuit.loads.iter().zip(&powered).any(|(of, powered)| of.of.0 == load && *powered));
        if on {
            let id = format!("{}:{name}", rows[at].test.id);
            let test = Test {
                id,
                phase: Phase::Cycle,
                state: rows[at].test.state.clone(),
                outlet: rows[at].test.outlet,
                ..other.test.clone()
            };
            let row = Row {
                what: name.clone(),
                probes: other.probes.clone(),
                wires: String::new(),
                state: rows[at].state.clone(),
                expect: "stays on".to_owned(),
                goes_dark: None,
                test,
            };
            rows.push(row);
            readings.push(Some(Reading { number: 0.0, words: "dark".to_owned(), name: None }));
        }
    }
}

impl Report {
    /// How many rows came out so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.iter().filter(|own| **own == verdict).count()
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        for told in &self.diagnoses {
            for &row in &told.rows {
                let _ = writeln!(text, "wrong: {}", self.line(row));
            }
            match (&told.causes[..], told.rows.first()) {
                ([], Some(row)) if self.rows[*row].test.phase == Phase::Feed => {
                    let _ = writeln!(
                        text,
                        "  no wire explains this: a load draws more than its part says; measure them one at a time"
                    );
                }
                ([], _) => {
                    let _ = writeln!(text, "  no single fault of the wiring explains this: measure once more");
                }
                (causes, _) => {
                    for (nth, cause) in causes.iter().take(SHOWN).enumerate() {
                        let _ =
                            writeln!(text, "  {}. {} ({})", nth + 1, cause.words, self.weighed(cause, told.rows.len()));
                    }
                    if causes.len() > SHOWN {
                        let _ = writeln!(text, "  and {} that are less likely", causes.len() - SHOWN);
                    }
                }
            }
            if told.cut_short {
                let _ = writeln!(text, "  not everything was tried: the counted work has a bound");
            }
        }
        let missing = self.rows.iter().zip(&self.verdicts).filter(|(_, verdict)| **verdict == Verdict::NotMeasured);
        for (row, _) in missing.take(20) {
            let _ = writeln!(text, "not measured: {} ({}, {})", row.test.id, row.what, row.state);
        }
        let missing = self.count(Verdict::NotMeasured);
        if missing > 20 {
            let _ = writeln!(text, "not measured: {} more", missing - 20);
        }
        let _ = writeln!(
            text,
            "{}: {} good, {} wrong, {} not measured, {} not verified",
            self.guide,
            self.count(Verdict::Good),
            self.count(Verdict::Wrong),
            missing,
            self.count(Verdict::NotVerified)
        );
        text
    }

    fn line(&self, row: usize) -> String {
        let (of, reading) = (&self.rows[row], &self.readings[row]);
        let showed = reading.as_ref().map_or("nothing", |reading| reading.words.as_str());
        let between = of.probes.as_ref().map_or(String::new(), |[red, black]| format!(", `{red}` to `{black}`"));
        let tags =
            if of.wires.is_empty() || of.wires == of.what { String::new() } else { format!(", wires {}", of.wires) };
        let due = match of.limits() {
            Some([low, high]) if high.is_empty() => format!("at least {low}"),
            Some([low, high]) => format!("{low} to {high}"),
            None => "not verified".to_owned(),
        };
        format!(
            "{} ({}{between}, {}{tags}): showed {showed}, must show {due} {}",
            of.test.id,
            of.what,
            of.state,
            of.unit()
        )
    }

    fn weighed(&self, cause: &ToldCause, of: usize) -> String {
        let explains = format!(
            "explains {} of {}",
            cause.explains.len().min(of.max(cause.explains.len())),
            counted(of, "reading")
        );
        match &cause.against[..] {
            [] => explains,
            [first, ..] => format!(
                "{explains}, and {} against it, {} first",
                if cause.against.len() == 1 {
                    "1 good reading is".to_owned()
                } else {
                    format!("{} good readings are", cause.against.len())
                },
                self.rows[*first].test.id
            ),
        }
    }

    /// For machines; see `docs/readings.md`.
    pub fn json(&self) -> String {
        let id = |row: &usize| self.rows[*row].test.id.clone();
        let rows = self.rows.iter().zip(&self.readings).zip(&self.verdicts).map(|((row, reading), verdict)| {
            let limits = row.test.limits();
            JsonRow {
                id: row.test.id.clone(),
                reading: reading.as_ref().map(|reading| reading.words.clone()),
                low: limits.and_then(|limits| limits.low),
                high: limits.and_then(|limits| limits.high),
                unit: row.unit(),
                verdict: *verdict,
            }
        });
        let diagnoses = self.diagnoses.iter().map(|told| JsonDiagnosis {
            rows: told.rows.iter().map(id).collect(),
            causes: told
                .causes
                .iter()
                .map(|cause| JsonCause {
                    kind: cause.kind,
                    words: cause.words.clone(),
                    subjects: cause.subjects.clone(),
                    explains: cause.explains.iter().map(id).collect(),
                    against: cause.against.iter().map(id).collect(),
                })
                .collect(),
            cut_short: told.cut_short,
        });
        let json = Json {
            format: "wireloom-readings",
            version: 1,
            guide: &self.guide,
            good: self.count(Verdict::Good),
            wrong: self.count(Verdict::Wrong),
            not_measured: self.count(Verdict::NotMeasured),
            not_verified: self.count(Verdict::NotVerified),
            rows: rows.collect(),
            diagnoses: diagnoses.collect(),
            notes: &self.notes,
        };
        serde_json::to_string_pretty(&json).expect("texts and numbers are always JSON") + "\n"
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Json<'a> {
    format: &'static str,
    version: u32,
    guide: &'a str,
    good: usize,
    wrong: usize,
    not_measured: usize,
    not_verified: usize,
    rows: Vec<JsonRow>,
    diagnoses: Vec<JsonDiagnosis>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct JsonRow {
    id: String,
    reading: Option<String>,
    low: Option<f64>,
    high: Option<f64>,
    unit: &'static str,
    verdict: Verdict,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct JsonDiagnosis {
    rows: Vec<String>,
    causes: Vec<JsonCause>,
    cut_short: bool,
}

#[derive(Serialize)]
struct JsonCause {
    kind: &'static str,
    words: String,
    subjects: Vec<String>,
    explains: Vec<String>,
    against: Vec<String>,
}
