//! The charts of the power page: amperes of each supply by scenario, and volts along the way to each load. All text is HTML beside
//! them, so that it keeps its size on any screen.

use analysis::power::Edge;

use crate::View;
use crate::power::loops::{self, Loop};
use crate::power::report::{Amperes, Report};
use crate::power::{short, volts, volts_edge};

/// Amperes of one supply or feed over all scenarios.
pub struct Rail {
    /// `5v of psu`.
    pub name: String,
    /// A row a scenario.
    pub rows: Vec<Row>,
    /// Where the limit stands, and where the share of it for good: percent of the width.
    pub marks: Vec<(f64, &'static str)>,
    /// What the marks are, in words.
    pub legend: String,
}

/// A scenario in a rail's chart.
pub struct Row {
    /// `Idle`.
    pub name: String,
    /// `4.2 A`.
    pub typical: String,
    /// `4.6 A`; `not verified`.
    pub worst: String,
    /// `48 %`; empty where nobody states a limit.
    pub left: String,
    /// Percent of the width: typical, worst.
    pub width: [f64; 2],
    /// More than the limit.
    pub over: bool,
}

/// One bar before it has its scale.
pub struct Bar {
    /// `Idle`.
    pub name: String,
    /// Typical amperes, and the most.
    pub amperes: Amperes,
}

impl Rail {
    /// Whether no scenario takes more than a fiftieth of the limit: then a line of words, instead of empty bars.
    pub fn small(&self) -> Option<String> {
        let mark = self.marks.iter().map(|(at, _)| *at).reduce(f64::min)?;
        let most = self.rows.iter().max_by(|a, b| a.width[1].total_cmp(&b.width[1]))?;
        let has_gap = self.rows.iter().any(|row| row.worst == "not verified");
        (most.width[1] < mark / 50.0 && !has_gap).then(|| format!("{}: at most {}", self.name, most.worst))
    }

    /// Of bars against a limit, of which a share may flow for good.
    pub fn new(name: String, bars: Vec<Bar>, limit: Option<f64>, allowed: Option<f64>) -> Self {
        let most = bars.iter().filter_map(|bar| bar.amperes.known()).fold(0.0, f64::max);
        let scale = limit.unwrap_or(0.0).max(most).max(1e-9) * 1.02;
        let percent = |amperes: f64| (amperes / scale * 1e4).round() / 100.0;
        let bound = allowed.or(limit);
        let row = |bar: Bar| {
            let known = bar.amperes.known();
            let left = known.zip(bound).map(|(known, bound)| format!("{:.0} %", (1.0 - known / bound) * 100.0));
            let typical = bar.amperes.typical.unwrap_or(0.0);
            Row {
                name: bar.name,
                typical: loops::amperes(bar.amperes.typical),
                worst: crate::power::edge(bar.amperes.most, "A"),
                left: left.unwrap_or_default(),
                width: [percent(typical), percent(known.unwrap_or(0.0).max(typical))],
                over: known.zip(bound).is_some_and(|(known, bound)| known > bound + 1e-9),
            }
        };
        let words = |amperes: f64| crate::power::number_of(Some(amperes), "A");
        let mut marks = Vec::new();
        marks.extend(limit.map(|limit| (percent(limit), "limit")));
        marks.extend(allowed.filter(|allowed| Some(*allowed) != limit).map(|allowed| (percent(allowed), "allowed")));
        let legend = match (limit, allowed.filter(|allowed| Some(*allowed) != limit)) {
            (Some(limit), Some(allowed)) => {
                format!("Line: {}, the limit. Dashed: {} of it for good.", words(limit), words(allowed))
            }
            (Some(limit), None) => format!("Line: {}, the limit.", words(limit)),
            _ => "Nobody states a limit.".to_owned(),
        };
        Self { name, rows: bars.into_iter().map(row).collect(), marks, legend }
    }
}

/// Supplies of all reports in the order of pieces, each with a bar a report.
pub fn rails(reports: &[(String, Report)]) -> Vec<Rail> {
    let mut pieces: Vec<(u32, String, Option<f64>)> = Vec::new();
    for rail in reports.iter().flat_map(|(_, report)| &report.rails) {
        if pieces.iter().all(|(piece, ..)| *piece != rail.piece) {
            pieces.push((rail.piece, rail.name.clone(), rail.limit));
        }
    }
    pieces.sort_unstable_by_key(|(piece, ..)| *piece);
    let chart = |(piece, name, limit): (u32, String, Option<f64>)| {
        let bars = reports.iter().map(|(scenario, report)| {
            let found = report.rails.iter().find(|rail| rail.piece == piece);
            let nothing = Amperes { typical: Some(0.0), most: Edge::Is(0.0) };
            Bar { name: scenario.clone(), amperes: found.map_or(nothing, |rail| rail.amperes) }
        });
        Rail::new(name, bars.collect(), limit, None)
    };
    pieces.into_iter().map(chart).collect()
}

/// Volts along the way to one load.
pub struct Way {
    /// `pi[3]`.
    pub name: String,
    /// What it comes to, in a sentence.
    pub sentence: String,
    /// Open when the page is opened.
    pub open: bool,
    /// `name`, amperes, milliohms, typical and worst loss; the load itself stands between way and way back.
    pub hops: Vec<[String; 5]>,
    /// How many hops: the width of the picture.
    pub count: usize,
    /// How many lie before the load.
    pub out: usize,
    /// Corners of the typical line, and of the band down to the worst; empty where numbers are missing.
    pub line: String,
    /// See `line`.
    pub band: String,
    /// Percent from above, and the words.
    pub ticks: Vec<(f64, String)>,
    /// Percent from above, words, class.
    pub thresholds: Vec<(f64, String, &'static str)>,
    /// Missing numbers.
    pub missing: Vec<String>,
}

/// The ways to all loads; that of `weakest` is open.
pub fn ways(view: View<'_>, report: &Report, weakest: Option<u32>) -> Vec<Way> {
    let loads = report.loads.iter().filter_map(|load| loops::of(view, load.piece));
    loads.map(|of| way(&of, weakest == Some(of.load))).collect()
}

fn way(of: &Loop, open: bool) -> Way {
    let known = |text: String| if short(text.clone()) == "?" { "not verified".to_owned() } else { text };
    let sentence = format!(
        "{} typically, {} at worst, of {} from {}{}",
        known(volts(of.typical)),
        known(volts_edge(of.lowest)),
        volts(of.supply[1]),
        of.source,
        of.needs.least().map_or_else(String::new, |least| format!("; it needs {}", volts(Some(least)))),
    );
    let cells = |hop: &loops::Hop| {
        let [typical, worst] = [hop.typical, hop.worst].map(loops::millivolts);
        [hop.what.clone(), loops::amperes(hop.amperes), loops::milliohms(hop.ohms), typical, worst]
    };
    let hops = of.hops.iter().map(cells).collect();
    let mut way = Way {
        name: of.name.clone(),
        sentence,
        open,
        hops,
        count: of.hops.len(),
        out: of.out,
        line: String::new(),
        band: String::new(),
        ticks: Vec::new(),
        thresholds: Vec::new(),
        missing: of.gaps.clone(),
    };
    let typical: Option<Vec<f64>> = falling(of.supply[1], of.hops.iter().map(|hop| hop.typical));
    if let Some(typical) = typical.filter(|typical| typical.len() > 1) {
        let worst = falling(of.supply[0], of.hops.iter().map(|hop| hop.worst));
        draw(&mut way, of, &typical, worst.as_deref());
    }
    way
}

/// Volts before each hop and after the last.
fn falling(from: Option<f64>, lost: impl Iterator<Item = Option<f64>>) -> Option<Vec<f64>> {
    let mut volts = vec![from?];
    for lost in lost {
        volts.push(volts[volts.len() - 1] - lost?);
    }
    volts.iter().all(|volts| volts.is_finite()).then_some(volts)
}

fn draw(way: &mut Way, of: &Loop, typical: &[f64], worst: Option<&[f64]>) {
    let needs = [(of.needs.warns, "warns"), (of.needs.fails, "fails")];
    let thresholds = || needs.iter().filter_map(|(volts, kind)| Some(((*volts)?, *kind)));
    let all = || typical.iter().chain(worst.unwrap_or_default()).copied().chain(thresholds().map(|(volts, _)| volts));
    let (least, most) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let step = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|step| (most - least) / step <= 5.0)
        .unwrap_or(20.0);
    let (bottom, top) = ((least / step - 1e-6).floor() * step, (most / step - 1e-6).ceil() * step);
    let digits = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
    let from_above = |volts: f64| ((top - volts) / (top - bottom) * 1e4).round() / 100.0;
    let corners = |volts: &[f64]| {
        let points = volts.iter().enumerate().map(|(at, volts)| format!("{at},{}", from_above(*volts)));
        points.collect::<Vec<_>>()
    };
    way.line = corners(typical).join(" ");
    if let Some(worst) = worst {
        let back = corners(worst).into_iter().rev();
        way.band = corners(typical).into_iter().chain(back).collect::<Vec<_>>().join(" ");
    }
    let mut tick = bottom;
    while tick <= top + step / 2.0 {
        way.ticks.push((from_above(tick), format!("{tick:.digits$} V")));
        tick += step;
    }
    // Two lines that lie on each other need one word.
    for (volts, kind) in thresholds() {
        let words = format!("{kind} below {}", crate::power::number_of(Some(volts), "V"));
        way.thresholds.push((from_above(volts), words, kind));
    }
}
