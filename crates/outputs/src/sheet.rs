//! The test sheet as rows of words: what the guide prints, what `sheet.csv` holds, and what filled sheets are read against.

use analysis::meter::{self, Expect, Limits, Phase, Test, Unit};
use model::units::Amps;

use crate::View;
use crate::bom_csv::written;
use crate::site::{names, positions, shown};
use crate::summary::span;

/// The columns of `sheet.csv`, in their order.
pub const COLUMNS: [&str; 13] =
    ["id", "part", "what", "state", "red", "black", "wires", "expect", "low", "high", "unit", "reading", "guide"];

/// A line of the sheet.
pub struct Row {
    /// What it tests, and what is known of it.
    pub test: Test,
    /// The wire's tag, the load, or what lies between the probes.
    pub what: String,
    /// Red and black probe.
    pub probes: Option<[String; 2]>,
    /// Tags of the wires on its way.
    pub wires: String,
    /// What stands otherwise than at rest.
    pub state: String,
    /// What must be seen.
    pub expect: String,
    /// The device whose name may be written down instead of volts: what goes dark.
    pub goes_dark: Option<String>,
}

impl Row {
    /// Least and most, as the sheet prints them; empty where nothing binds. `None`: not verified.
    pub fn limits(&self) -> Option<[String; 2]> {
        let Limits { low, high } = self.test.limits()?;
        Some([low, high].map(|end| end.map_or(String::new(), number)))
    }

    /// `ohm`, `V`, `A`.
    pub fn unit(&self) -> &'static str {
        match self.test.unit() {
            Unit::Ohms => "ohm",
            Unit::Volts => "V",
            Unit::Amperes => "A",
        }
    }
}

/// To three decimals, without needless zeros.
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `pi-1u 2`: what a filled sheet says it belongs to.
pub fn guide(view: View<'_>) -> String {
    let meta = &view.build.meta;
    format!("{} {}", meta.name, meta.version).trim_end().to_owned()
}

/// All rows, in the order in which they are made.
pub fn rows(view: View<'_>) -> Vec<Row> {
    let positions = positions(view.build);
    let shown = |terminal| shown(view.build, &positions, terminal);
    meter::compute(view.build, view.facts).into_iter().map(|test| row(view, &shown, test)).collect()
}

fn row(view: View<'_>, shown: &dyn Fn(model::Terminal) -> String, test: Test) -> Row {
    let (build, facts) = (view.build, view.facts);
    let name = |id: model::DeviceId| build.device(id).name.clone();
    let kind = test.id.split_once(':').map_or("", |(kind, _)| kind);
    let own = test.id.split_once(':').map_or("", |(_, name)| name);
    let what = match (kind, &test.run, &test.feed, test.load) {
        (_, Some(run), _, _) => build.tag(*run),
        (_, _, Some((feed, scenario)), _) => format!("{}, {scenario}", build.feeds[*feed].name),
        ("contact", ..) => own.split('@').next().unwrap_or_default().to_owned(),
        ("fuse" | "ohms", ..) => own.to_owned(),
        ("apart", ..) => "neighbours".to_owned(),
        (_, _, _, Some(load)) => name(load),
        _ => "supply".to_owned(),
    };
    let mut state = match &test.state[..] {
        [] => "at rest".to_owned(),
        moved => {
            let numbers = moved.iter().filter_map(|variable| facts.circuit.number(*variable));
            let told =
                |number| format!("{} {}", facts.circuit.name(build, number), facts.circuit.stands(build, number, true));
            numbers.map(told).collect::<Vec<_>>().join(", ")
        }
    };
    if test.lifted {
        state.push_str(", one end lifted");
    }
    let wires = test.on.iter().map(|run| build.tag(*run)).collect::<Vec<_>>().join(" ");
    let goes_dark = test.load.filter(|_| test.phase == Phase::Cycle).map(name);
    let probes = test.probes.map(|probes| probes.map(shown));
    Row { what, probes, wires, state, expect: expected(view, &test.expect), goes_dark, test }
}

/// What must be seen, in words.
fn expected(view: View<'_>, expect: &Expect) -> String {
    match expect {
        Expect::Open => format!("open: above {}", meter::OPEN),
        Expect::Joined(Some(band)) => format!("joined: {} of its own", milliohms([band.lo.0, band.hi.0])),
        Expect::Joined(None) => "not verified: joined, and how well is not known".to_owned(),
        Expect::Ohms(band) => format!("{band} of the part itself"),
        Expect::NotVerified(why) => format!("not verified: {why}"),
        Expect::Volts { limits: [Some(low), typical, Some(high)], floor } => {
            let about = typical.map_or(String::new(), |typical| format!("about {typical:.2} V, "));
            match floor.filter(|floor| floor.0 > *low) {
                Some(floor) => {
                    format!("{about}and at least {floor}; {low:.2} to {high:.2} V can come of the wiring")
                }
                None => format!("{about}{low:.2} to {high:.2} V"),
            }
        }
        Expect::Volts { .. } => "not verified: a number on its way is missing".to_owned(),
        Expect::Amperes { drawn, allowed, measured, partial } => {
            let computed = if *partial { format!("at least {}", drawn.lo) } else { span(*drawn) };
            let earlier = measured.map_or(String::new(), |band| format!("; measured before: {}", span(band)));
            let most = allowed.map_or(String::new(), |most: Amps| format!("; at most {most}"));
            format!("computed {computed}{earlier}{most}")
        }
        Expect::Dark(others) => {
            let also = names(others.iter().map(|device| view.build.device(*device).name.as_str()));
            let also = if also.is_empty() { "nothing else".to_owned() } else { also };
            format!("dark: below {}, and with it goes {also}", meter::DARK)
        }
    }
}

fn milliohms([low, high]: [f64; 2]) -> String {
    format!("{:.1} to {:.1} mohm", low * 1e3, high * 1e3)
}

/// `cold`, `no-load`, `loaded`, `cycle`, `feed`.
pub fn part(phase: Phase) -> &'static str {
    match phase {
        Phase::Cold => "cold",
        Phase::NoLoad => "no-load",
        Phase::Loaded => "loaded",
        Phase::Cycle => "cycle",
        Phase::Feed => "feed",
    }
}

/// `sheet.csv`: the sheet with an empty column for what the meter showed.
pub fn table(view: View<'_>) -> String {
    table_of(view, &rows(view))
}

/// The same, of rows that are known.
pub(crate) fn table_of(view: View<'_>, rows: &[Row]) -> String {
    let guide = guide(view);
    let mut table = vec![COLUMNS.map(str::to_owned).to_vec()];
    for row in rows {
        let [low, high] = row.limits().unwrap_or_default();
        let [red, black] = row.probes.clone().unwrap_or_default();
        let (id, part) = (row.test.id.clone(), part(row.test.phase).to_owned());
        let [what, state, wires, expect] = [&row.what, &row.state, &row.wires, &row.expect].map(Clone::clone);
        let (unit, reading) = (row.unit().to_owned(), String::new());
        table.push(vec![id, part, what, state, red, black, wires, expect, low, high, unit, reading, guide.clone()]);
    }
    written(table)
}
