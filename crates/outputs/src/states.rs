//! States of the build for people: the table of those that matter, one of them at length, and what a change does.

pub mod phrase;

mod risk;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use analysis::circuit::{Switch, Variable};
use analysis::what_if::{self, Change, World};
use model::DeviceId;
use serde_json::{Value, json};

use crate::View;
use crate::explain::Sheet;

pub use told::names;

/// The table of the states that matter: no power, standby, service, and each coil and lever by itself.
///
/// Coils and levers that change nothing stand together in the last lines.
pub fn table(view: View<'_>) -> String {
    let mut text = String::new();
    let rows = rows(view);
    let wide = rows.iter().map(|row| row.state.chars().count()).max().unwrap_or(0).clamp(5, 30);
    text.push_str(&format!("{:wide$}  what it does\n", "state"));
    for row in &rows {
        let mut lines = crate::terminal::wrapped(&row.words(), 80 - wide - 2, 0);
        let mut states = crate::terminal::wrapped(&row.state, wide, 0);
        let height = lines.lines().count().max(states.lines().count());
        lines.push_str(&"\n".repeat(height - lines.lines().count().min(height)));
        states.push_str(&"\n".repeat(height - states.lines().count().min(height)));
        for (state, words) in states.lines().zip(lines.lines()) {
            text.push_str(format!("{state:wide$}  {words}").trim_end());
            text.push('\n');
        }
    }
    text
}

/// The rows of that table: a state, and what it does.
pub fn lines(view: View<'_>) -> Vec<(String, String)> {
    rows(view).into_iter().map(|row| (row.state.clone(), row.words())).collect()
}

/// The same table as JSON: a list of `{ state, dark, meets }`.
pub fn json(view: View<'_>) -> String {
    let rows: Vec<Value> = rows(view)
        .into_iter()
        .map(|row| json!({ "state": row.state, "dark": row.dark, "meets": row.meets, "same": row.same }))
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({ "schema": 1, "states": rows })).expect("plain values");
    text.push('\n');
    text
}

/// A line of the table.
struct Row {
    state: String,
    /// Devices without power that have it in service.
    dark: Vec<String>,
    /// Potentials that meet.
    meets: Vec<String>,
    /// Nothing changes.
    same: bool,
    all: bool,
}

impl Row {
    fn words(&self) -> String {
        let dark = match (self.all, self.dark.is_empty()) {
            (true, _) => "everything is dark".to_owned(),
            (false, true) if self.meets.is_empty() && self.same => "nothing changes".to_owned(),
            (false, true) if self.meets.is_empty() => "everything that can have power has it".to_owned(),
            (false, true) => String::new(),
            (false, false) => format!("dark: {}", self.dark.join(", ")),
        };
        let meets = if self.meets.is_empty() { String::new() } else { format!("meets: {}", self.meets.join("; ")) };
        [dark, meets].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

fn rows(view: View<'_>) -> Vec<Row> {
    let (build, circuit) = (view.build, &view.facts.circuit);
    let service = what_if::world(build, view.facts, &Change::default());
    let lit: BTreeSet<DeviceId> = service.powered().into_iter().collect();
    let row = |state: String, world: &World| {
        let dark: Vec<DeviceId> = world.dark().into_iter().filter(|device| lit.contains(device)).collect();
        let meets: Vec<String> = world.meets.iter().map(|meeting| told::meeting(view, world, *meeting)).collect();
        let all = dark.len() == lit.len() && !lit.is_empty();
        let same = dark.is_empty() && meets.len() == service.meets.len();
        Row { state, dark: names(build, &dark), meets, same, all }
    };
    let mut rows = Vec::new();
    let changed =
        |set: BTreeMap<Variable, bool>| what_if::world(build, view.facts, &Change { set, ..Change::default() });
    rows.push(row(
        "no mains".to_owned(),
        &what_if::world(build, view.facts, &Change { dark: true, ..Change::default() }),
    ));
    let (before, switch) = what_if::service(build, circuit);
    let rest = circuit.network.rest();
    if before != rest && switch == Switch::AsWired {
        let set = circuit.variables.iter().copied().zip(rest.iter().copied()).collect();
        rows.push(row("standby, levers at rest".to_owned(), &changed(set)));
    }
    let levers: Vec<String> = (0..)
        .zip(before.iter().zip(&rest))
        .filter(|(_, (now, rest))| now != rest)
        .map(|(number, (now, _))| format!("{} {}", circuit.name(build, number), circuit.stands(build, number, *now)))
        .collect();
    let levers = if levers.is_empty() { String::new() } else { format!(" ({})", levers.join(", ")) };
    let dark = names(build, &service.dark());
    rows.push(Row { same: false, dark, ..row(format!("in service{levers}"), &service) });
    let mut idle: BTreeMap<String, Vec<(u32, bool)>> = BTreeMap::new();
    for (number, variable) in (0..).zip(&circuit.variables) {
        let value = !before[number as usize];
        if matches!(variable, Variable::Position(..)) && !value {
            continue;
        }
        let world = changed(BTreeMap::from([(*variable, value)]));
        let name = format!("{} {}", circuit.name(build, number), circuit.stands(build, number, value));
        let row = row(name, &world);
        if row.same {
            idle.entry(circuit.stands(build, number, value)).or_default().push((number, value));
        } else {
            rows.push(row);
        }
    }
    for (stands, numbers) in idle {
        let all: Vec<String> = numbers.iter().map(|(number, _)| circuit.name(build, *number)).collect();
        let state = format!("{} {stands}", told::ranges(&all).join(", "));
        rows.push(Row { state, dark: Vec::new(), meets: Vec::new(), same: true, all: false });
    }
    rows
}

/// One state at length: what is live, what is dark, what meets, and what one more event would bring about.
///
/// # Errors
/// A sentence that says which word names nothing.
pub fn state(view: View<'_>, words: &[String]) -> Result<String, String> {
    let mut change = Change::default();
    for word in words {
        phrase::setting(view, word, &mut change)?;
    }
    let world = what_if::world(view.build, view.facts, &change);
    let actuated = view.facts.circuit.told(view.build, &world.actuated()).join(", ");
    let heading =
        if actuated.is_empty() { "State: everything at rest".to_owned() } else { format!("State: {actuated}") };
    let mut sheet = Sheet::new(&heading);
    let none = |names: Vec<String>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    sheet.say("powered", &none(names(view.build, &world.powered())));
    sheet.say("dark", &none(names(view.build, &world.dark())));
    let meets = world.meets.iter().map(|meeting| told::meeting_at_length(view, &world, *meeting));
    sheet.list("meets", meets, 20);
    if world.meets.is_empty() {
        sheet.say("meets", "no potentials that must stay apart");
    }
    let open = view.facts.circuit.network.supplies.iter().filter(|need| {
        let holds = need.when.holds(&world.state);
        holds && !need.any_of.iter().any(|pairs| pairs.iter().all(|[a, b]| world.joined(*a, *b)))
    });
    let coils: BTreeSet<u32> = open.map(|need| need.when.variable()).collect();
    let coils = coils.into_iter().map(|coil| {
        let name = view.facts.circuit.name(view.build, coil);
        format!("{name} has no supply for its coil or its input in this state, and so cannot stay energised")
    });
    sheet.list("cannot be", coils, 20);
    risk::tell(view, &change, &world, &mut sheet);
    Ok(sheet.text())
}

/// What a change does, against the build in service: `remove wire relay-feed/3`, `weld k1`, `pi[5] dead`.
///
/// # Errors
/// A sentence that says which word names nothing, or what can be said.
pub fn what_if(view: View<'_>, words: &str) -> Result<String, String> {
    let change = phrase::change(view, words)?;
    let before = what_if::world(view.build, view.facts, &Change::default());
    let after = what_if::world(view.build, view.facts, &change);
    let mut sheet = Sheet::new(&format!("What if: {words}"));
    let lit: BTreeSet<DeviceId> = before.powered().into_iter().collect();
    let dark: Vec<DeviceId> = after.dark().into_iter().filter(|device| lit.contains(device)).collect();
    let was: BTreeSet<DeviceId> = before.dark().into_iter().collect();
    let fresh: Vec<DeviceId> = after.powered().into_iter().filter(|device| was.contains(device)).collect();
    let none = |names: Vec<String>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    sheet.say("goes dark", &none(names(view.build, &dark)));
    if !fresh.is_empty() {
        sheet.say("gets power", &names(view.build, &fresh).join(", "));
    }
    for &device in &change.hung {
        sheet.list("hung", told::hang(view, &change, device), 40);
    }
    sheet.list("no longer", told::lost_grips(view, &change, &dark), 40);
    let old: BTreeSet<_> = before.meets.iter().map(|(rails, _)| *rails).collect();
    let met = after.meets.iter().filter(|(rails, _)| !old.contains(rails));
    sheet.list("meets", met.map(|meeting| told::meeting_at_length(view, &after, *meeting)), 20);
    Ok(sheet.text())
}
