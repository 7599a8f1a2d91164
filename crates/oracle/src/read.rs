//! A workspace's files as one [`Build`].

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::names::{arrow, expanded, pieces};
use crate::parts::{self, Contact, Part};
use crate::states::joined;
use crate::{Build, Coil, Conductor, Device, End, Kind, Line, Load, MOST_STATES, Piece, Source, Throw, Variable};

type Read<T> = Result<T, String>;

/// Reads the files of a workspace: path from its root and text of each.
///
/// # Errors
/// What is no TOML, names what is not there, or lies outside the language of the crate's page; more states than are tried.
pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Read<Build> {
    let mut library = BTreeMap::new();
    let mut wiring = Vec::new();
    for (path, text) in files {
        let table = || text.parse::<Table>().map_err(|why| format!("{path}: {why}"));
        if let Some(id) = path.strip_prefix("bom/parts/").and_then(|name| name.strip_suffix(".toml")) {
            let table = table()?;
            if !table.contains_key("stock") {
                library.insert(id.to_owned(), parts::read(id, &table)?);
            }
        } else if path.starts_with("wiring/") {
            wiring.push((path, table()?));
        }
    }
    wiring.sort_by_key(|(path, _)| path.to_owned());
    let mut reader = Reader { build: Build::default(), moves: BTreeMap::new() };
    for (name, value) in section(&wiring, "device") {
        reader.device(name, value, &library).map_err(|why| format!("device `{name}`: {why}"))?;
    }
    for (name, value) in section(&wiring, "wire") {
        reader.wire(name, value).map_err(|why| format!("wire `{name}`: {why}"))?;
    }
    let known = ["device", "wire", "rule", "control", "watch", "role", "gpio"];
    if let Some(other) = wiring.iter().flat_map(|(_, table)| table.keys()).find(|key| !known.contains(&key.as_str())) {
        return Err(format!("`{other}` is not read here"));
    }
    reader.join_metal();
    reader.share_parallel_coils();
    for (name, value) in section(&wiring, "rule") {
        reader.rule(value).map_err(|why| format!("rule `{name}`: {why}"))?;
    }
    reader.needs();
    reader.told(&wiring)?;
    let build = reader.build;
    if build.states() > MOST_STATES {
        return Err(format!("{} states", build.states()));
    }
    Ok(build)
}

/// The entries of one table in all files.
fn section<'a>(wiring: &'a [(&str, Table)], name: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    wiring.iter().filter_map(move |(_, table)| table.get(name)?.as_table()).flatten()
}

struct Reader {
    build: Build,
    /// Coil (and kind) or lever, by name → variable.
    moves: BTreeMap<(Kind, String), usize>,
}

impl Reader {
    fn device(&mut self, name: &str, value: &Value, library: &BTreeMap<String, Part>) -> Read<()> {
        let table = value.as_table().ok_or("no table")?;
        if let Some(other) = table.keys().find(|key| !["part", "count", "set", "note"].contains(&key.as_str())) {
            return Err(format!("`{other}` is not read here"));
        }
        let id = table.get("part").and_then(Value::as_str).ok_or("no part")?;
        let part = library.get(id).ok_or_else(|| format!("no part `{id}`"))?;
        let set = table.get("set").and_then(Value::as_table).cloned().unwrap_or_default();
        match table.get("count").map(|count| count.as_integer().ok_or("a count is a number")).transpose()? {
            None => self.one(name, part, &set),
            Some(count) => (1..=count).try_for_each(|at| self.one(&format!("{name}[{at}]"), part, &set)),
        }
    }

    fn one(&mut self, device: &str, part: &Part, set: &Table) -> Read<()> {
        let element = |name: &str| format!("{device}.{name}");
        for terminal in &part.terminals {
            let index = self.build.terminals.len();
            self.build.index.insert(element(terminal), index);
            self.build.terminals.push(element(terminal));
        }
        let index = self.build.index.clone();
        let at = |terminal: &String| index[&element(terminal)];
        let both = |ends: &[String; 2]| [at(&ends[0]), at(&ends[1])];
        for pair in &part.metal {
            let known =
                |name: &String| index.get(&element(name)).copied().ok_or_else(|| format!("no terminal `{name}`"));
            self.build.conductors.push(Conductor { piece: None, ends: [known(&pair[0])?, known(&pair[1])?] });
        }
        for source in &part.sources {
            let (name, ends) = (element(&source.name), both(&source.ends));
            for (plus, terminal) in [(true, ends[0]), (false, ends[1])] {
                self.build.ends.push(End { source: name.clone(), plus, terminal });
            }
            let from = source.from.as_ref().map(both);
            self.build.sources.push(Source { name, ends, volts: source.volts, mains: source.mains, from });
        }
        let kind = part.kind.clone();
        self.build.devices.push(Device { name: device.to_owned(), kind, watchdog: false, essential: false });
        for (name, terminal) in &part.lines {
            let (device, name) = (self.build.devices.len() - 1, element(name));
            self.build.lines.push(Line { name, device, terminal: at(terminal) });
        }
        for (name, ends) in &part.loads {
            self.build.loads.push(Load { name: element(name), ends: both(ends) });
        }
        let stands = |name: &String| set.get(name).and_then(Value::as_str).map(str::to_owned);
        for coil in &part.coils {
            let shape = coil.input.as_ref().and_then(|input| {
                let shapes = part.inputs.get(input)?;
                let as_set = |lever: &String| {
                    let shipped = part.levers.iter().find(|of| of.name == *lever).and_then(|of| of.shipped.clone());
                    stands(lever).or(shipped)
                };
                let fits =
                    |when: &[(String, String)]| when.iter().all(|(lever, to)| as_set(lever).as_ref() == Some(to));
                shapes.iter().find(|shape| fits(&shape.when))
            });
            let driven = |end: &str| end.rsplit('.').next().is_some_and(|name| name.starts_with("in"));
            let feed = shape.filter(|shape| driven(&shape.to) && !driven(&shape.from)).map(|shape| at(&shape.from));
            let ends = [0, 1].map(|end| coil.ends[end].as_ref().map(at));
            let [from, to] = shape.map_or([None, None], |shape| [Some(&shape.from), Some(&shape.to)]);
            let driven = from.filter(|from| driven(from)).or(to).map(at);
            let back = part.contacts.iter().find(|contact| contact.by == coil.name).and_then(|of| of.back.as_ref());
            let back = back.map(|back| element(back));
            let has_input = coil.input.is_some();
            self.build.coils.push(Coil {
                name: element(&coil.name),
                ends,
                feed,
                driven,
                has_input,
                variable: None,
                back,
            });
        }
        for contact in &part.contacts {
            self.contact(device, part, contact, &at, &stands)?;
        }
        for coils in &part.interlocks {
            let variables = coils.iter().filter_map(|coil| self.moved(&element(coil))).collect();
            self.build.limits.push((true, variables));
        }
        Ok(())
    }

    /// The variable of a coil, if it moves anything.
    fn moved(&self, coil: &str) -> Option<usize> {
        let of = |kind| self.moves.get(&(kind, coil.to_owned())).copied();
        of(Kind::Coil).or_else(|| of(Kind::Latch))
    }

    fn variable(&mut self, kind: Kind, name: String, values: u8, start: u8) -> usize {
        let next = self.build.variables.len();
        let number = *self.moves.entry((kind, name.clone())).or_insert(next);
        if number == next {
            self.build.variables.push(Variable { name, kind, values, start });
        }
        number
    }

    fn contact(
        &mut self,
        device: &str,
        part: &Part,
        contact: &Contact,
        at: &impl Fn(&String) -> usize,
        stands: &impl Fn(&String) -> Option<String>,
    ) -> Read<()> {
        let by = format!("{device}.{}", contact.by);
        let lever = part.levers.iter().find(|lever| lever.name == contact.by);
        let place = |positions: &[String], name: &Option<String>| {
            name.as_ref().and_then(|name| positions.iter().position(|position| position == name))
        };
        let (mover, values, rest) = match lever {
            Some(lever) => {
                let set = stands(&lever.name);
                let rest = place(&lever.positions, &lever.rest).unwrap_or(0) as u8;
                let values = u8::try_from(lever.positions.len()).map_err(|_| "a lever of too many positions")?.max(2);
                if lever.by == "build" {
                    let set = place(&lever.positions, &set.or(lever.shipped.clone()));
                    self.jumper(device, contact, set, rest, at);
                    return Ok(());
                }
                let start = place(&lever.positions, &set).map_or(rest, |at| at as u8);
                (self.variable(Kind::Lever, by.clone(), values, start), values, rest)
            }
            None if part.coils.iter().any(|coil| coil.name == contact.by) => {
                let kind = if contact.back.is_some() { Kind::Latch } else { Kind::Coil };
                (self.variable(kind, by.clone(), 2, 0), 2, 0)
            }
            None => return Err(format!("nothing is called `{}`", contact.by)),
        };
        let travel = contact.make_first.then(|| self.variable(Kind::Travel, by, 2, 0));
        for (side, end) in &contact.throws {
            let closed = (0..values).filter(|&value| closes(side, value, rest)).collect();
            self.build.throws.push(Throw {
                contact: format!("{device}.{}", contact.name),
                side: side.clone(),
                ends: [at(&contact.com), at(end)],
                by: (mover, closed),
                travel,
            });
        }
        Ok(())
    }

    /// A jumper is metal, as it stands.
    fn jumper(
        &mut self,
        device: &str,
        contact: &Contact,
        stands: Option<usize>,
        rest: u8,
        at: &impl Fn(&String) -> usize,
    ) {
        let Some(stands) = stands else { return };
        for (side, end) in contact.throws.iter().filter(|(side, _)| closes(side, stands as u8, rest)) {
            let piece = Piece::Throw(format!("{device}.{}", contact.name), side.clone());
            self.build.conductors.push(Conductor { piece: Some(piece), ends: [at(&contact.com), at(end)] });
        }
    }

    fn wire(&mut self, name: &str, value: &Value) -> Read<()> {
        let table = value.as_table().ok_or("no table")?;
        let plain = ["run", "stock", "colour", "gauge", "length", "ends", "note", "cut"];
        if let Some(other) = table.keys().find(|key| !plain.contains(&key.as_str())) {
            return Err(format!("`{other}` is not read here"));
        }
        let mut number = 0;
        for run in table.get("run").and_then(Value::as_array).ok_or("no run")? {
            let text = run.as_str().or_else(|| run.get("run")?.as_str()).ok_or("a run is an arrow")?;
            for pair in arrow(text)? {
                number += 1;
                let at =
                    |end: &String| self.build.index.get(end).copied().ok_or_else(|| format!("no terminal `{end}`"));
                let ends = [at(&pair[0])?, at(&pair[1])?];
                self.build.conductors.push(Conductor { piece: Some(Piece::Wire(format!("{name}/{number}"))), ends });
            }
        }
        Ok(())
    }

    /// `never-together`: coils of which software energises at most one.
    fn rule(&mut self, value: &Value) -> Read<()> {
        let table = value.as_table().ok_or("no table")?;
        if let Some(other) = table.keys().find(|key| !["never-together", "note"].contains(&key.as_str())) {
            return Err(format!("`{other}` is not read here"));
        }
        let mut coils = BTreeSet::new();
        for item in table.get("never-together").and_then(Value::as_array).ok_or("no list")? {
            for piece in pieces(item.as_str().ok_or("no text")?) {
                coils.extend(expanded(piece)?.0);
            }
        }
        // Coils in parallel are two of one variable: never together means never.
        let variables = coils.iter().filter_map(|coil| self.moved(coil)).collect();
        self.build.limits.push((false, variables));
        Ok(())
    }

    fn join_metal(&mut self) {
        let ends = self.build.conductors.iter().map(|conductor| conductor.ends);
        let labels = joined(self.build.terminals.len(), ends);
        let mut number = BTreeMap::new();
        self.build.net = labels
            .iter()
            .map(|&label| {
                let next = number.len();
                *number.entry(label).or_insert(next)
            })
            .collect();
        self.build.nets = number.len();
    }

    fn share_parallel_coils(&mut self) {
        let net = &self.build.net;
        let mut first: BTreeMap<[usize; 2], usize> = BTreeMap::new();
        for coil in self.build.coils.iter().filter(|coil| !coil.has_input) {
            let (Some(plus), Some(minus)) = (coil.ends[0], coil.ends[1]) else { continue };
            let Some(&mine) = self.moves.get(&(Kind::Coil, coil.name.clone())) else { continue };
            let leader = *first.entry([net[plus], net[minus]]).or_insert(mine);
            if leader != mine {
                self.moves.insert((Kind::Coil, coil.name.clone()), leader);
                self.build.throws.iter_mut().filter(|throw| throw.by.0 == mine).for_each(|throw| throw.by.0 = leader);
                for (_, limit) in &mut self.build.limits {
                    limit.iter_mut().filter(|variable| **variable == mine).for_each(|variable| *variable = leader);
                }
                // It keeps its number, and stands still.
                self.build.variables[mine].values = 1;
            }
        }
    }

    fn needs(&mut self) {
        let build = &self.build;
        let all = build.throws.iter().map(|throw| throw.ends.map(|end| build.net[end]));
        let reach = joined(build.nets, all);
        let may = |a: usize, b: usize| reach[build.net[a]] == reach[build.net[b]];
        let mut needs = Vec::new();
        for coil in &self.build.coils {
            let Some(&variable) = self.moves.get(&(Kind::Coil, coil.name.clone())) else { continue };
            if let [Some(plus), Some(minus)] = coil.ends {
                let near =
                    build.sources.iter().filter(|source| may(plus, source.ends[0]) && may(minus, source.ends[1]));
                let ways: Vec<_> = near.map(|source| vec![[plus, source.ends[0]], [minus, source.ends[1]]]).collect();
                needs.push((variable, ways));
            }
            if let Some(feed) = coil.feed {
                let near = build.sources.iter().filter(|source| may(feed, source.ends[0]));
                needs.push((variable, near.map(|source| vec![[feed, source.ends[0]]]).collect()));
            }
        }
        needs.retain(|(_, ways)| !ways.is_empty());
        self.build.needs = needs;
        for coil in &mut self.build.coils {
            let of = |kind| self.moves.get(&(kind, coil.name.clone())).copied();
            coil.variable = of(Kind::Coil).or_else(|| of(Kind::Latch));
        }
    }

    /// Who counts, who watches whom, who restarts by itself: names of devices, each in full.
    fn told(&mut self, wiring: &[(&str, Table)]) -> Read<()> {
        let place = |build: &Build, name: &str| {
            let at = build.devices.iter().position(|device| device.name == name);
            at.ok_or_else(|| format!("no device `{name}`"))
        };
        for (key, value) in section(wiring, "control") {
            for name in value.as_array().into_iter().flatten().filter(|_| key == "essential") {
                let at = place(&self.build, name.as_str().unwrap_or_default())?;
                self.build.devices[at].essential = true;
            }
        }
        for (watched, watcher) in section(wiring, "watch") {
            let pair = [place(&self.build, watched)?, place(&self.build, watcher.as_str().unwrap_or_default())?];
            self.build.watches.push(pair);
        }
        for (name, value) in section(wiring, "gpio") {
            let at = place(&self.build, name)?;
            let mut firmware = value.get("firmware").and_then(Value::as_array).into_iter().flatten();
            self.build.devices[at].watchdog = firmware.any(|line| line.as_str() == Some("dtparam=watchdog=on"));
        }
        Ok(())
    }
}

/// Whether a throw is closed while its mover stands so.
fn closes(side: &str, value: u8, rest: u8) -> bool {
    match side {
        "nc" => value == rest,
        "no" => value != rest,
        _ => side == format!("to[{}]", value + 1),
    }
}
