//! A part's elements, by the names of its own terminals.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::names::{arrow, expanded};

/// A contact of one pole.
pub struct Contact {
    pub name: String,
    pub by: String,
    /// The coil that returns it, where it latches.
    pub back: Option<String>,
    pub make_first: bool,
    pub com: String,
    /// Side (`nc`, `no`, `to[1]`) and terminal.
    pub throws: Vec<(String, String)>,
}

/// A coil, with the input that energises it.
pub struct Coil {
    pub name: String,
    pub ends: [Option<String>; 2],
    pub input: Option<String>,
}

/// One shape of an input: the jumpers that make it so, where current enters and leaves.
pub struct Shape {
    pub when: Vec<(String, String)>,
    pub from: String,
    pub to: String,
}

/// A lever.
pub struct Lever {
    pub name: String,
    pub by: String,
    pub positions: Vec<String>,
    pub rest: Option<String>,
    pub shipped: Option<String>,
}

/// A source.
pub struct Source {
    pub name: String,
    pub ends: [String; 2],
    pub volts: Option<f64>,
    pub mains: bool,
    pub from: Option<[String; 2]>,
}

/// A part, read.
#[derive(Default)]
pub struct Part {
    pub terminals: BTreeSet<String>,
    pub metal: Vec<[String; 2]>,
    pub contacts: Vec<Contact>,
    pub coils: Vec<Coil>,
    pub inputs: BTreeMap<String, Vec<Shape>>,
    pub levers: Vec<Lever>,
    pub sources: Vec<Source>,
    pub loads: Vec<(String, [String; 2])>,
    pub interlocks: Vec<Vec<String>>,
    /// Name and terminal.
    pub lines: Vec<(String, String)>,
    pub kind: String,
}

/// Keys of a part that no state depends on.
const SILENT: &[&str] =
    &["name", "kind", "cite", "note", "reference", "mpn", "section", "offer", "links", "body", "row", "spec", "stock"];

/// Keys of an element that hold terminals.
const ENDS: &[&str] = &["plus", "minus", "com", "nc", "no", "to", "from", "of", "at"];

type Read<T> = Result<T, String>;

/// Reads one part.
pub fn read(id: &str, table: &Table) -> Read<Part> {
    let kind = text(table, "kind").unwrap_or_default().to_owned();
    let mut reader = Reader { part: Part { kind, ..Part::default() }, groups: BTreeMap::new() };
    for noun in table.values().filter_map(Value::as_table) {
        noun.values().for_each(|value| reader.announce(value));
    }
    for key in table.get("terminal").and_then(Value::as_table).into_iter().flat_map(Table::keys) {
        reader.announce_text(key);
        reader.ends(key)?;
    }
    for (noun, elements) in table {
        let known = ["terminal", "join", "contact", "coil", "input", "lever", "source", "load", "interlock", "line"];
        match elements.as_table() {
            _ if SILENT.contains(&noun.as_str()) => {}
            Some(elements) if known.contains(&noun.as_str()) => {
                for (name, value) in elements.iter().filter(|_| noun != "terminal") {
                    reader.element(noun, name, value).map_err(|why| format!("{id}: {noun}.{name}: {why}"))?;
                }
            }
            _ => return Err(format!("{id}: `{noun}` is not read here")),
        }
    }
    Ok(reader.part)
}

struct Reader {
    part: Part,
    /// `5v` → `5v[1]`, `5v[2]`: what the bare name means.
    groups: BTreeMap<String, Vec<String>>,
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Value::as_str)
}

/// `k` of one, `k[2]` of several.
fn numbered(name: &str, at: usize, count: usize) -> String {
    if count > 1 { format!("{name}[{}]", at + 1) } else { name.to_owned() }
}

impl Reader {
    fn announce_text(&mut self, text: &str) {
        let Ok((names, true)) = expanded(text) else { return };
        for name in names {
            if let Some(at) = name.rfind('[') {
                let group = self.groups.entry(name[..at].to_owned()).or_default();
                if !group.contains(&name) {
                    group.push(name);
                }
            }
        }
    }

    /// Takes note of every terminal that a range names, wherever it stands.
    fn announce(&mut self, value: &Value) {
        let table = match value {
            Value::Table(table) => table,
            Value::Array(list) => return list.iter().for_each(|value| self.announce(value)),
            Value::String(arrow) => {
                return arrow
                    .split(" -- ")
                    .flat_map(|side| side.split(" -> "))
                    .for_each(|side| self.announce_text(side));
            }
            _ => return,
        };
        for (key, value) in table.iter().filter(|(key, _)| ENDS.contains(&key.as_str()) || *key == "across") {
            match value {
                Value::String(text) => self.announce_text(text),
                Value::Array(list) => list.iter().filter_map(Value::as_str).for_each(|text| self.announce_text(text)),
                Value::Table(_) if key == "from" => self.announce(value),
                _ => {}
            }
        }
    }

    /// The terminals of an end, one an element; one alone is shared. A bare group is tied together.
    fn ends(&mut self, text: &str) -> Read<Vec<String>> {
        let (names, ranged) = expanded(text)?;
        if !ranged && let Some(group) = self.groups.get(&names[0]) {
            self.part.metal.extend(group.windows(2).map(|pair| [pair[0].clone(), pair[1].clone()]));
            self.part.terminals.extend(group.iter().cloned());
            return Ok(vec![group[0].clone()]);
        }
        self.part.terminals.extend(names.iter().cloned());
        Ok(names)
    }

    fn end(&mut self, table: &Table, key: &str) -> Read<Vec<String>> {
        match table.get(key) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => self.ends(text),
            Some(_) => Err(format!("`{key}` is no text")),
        }
    }

    /// `plus` and `minus`, or the two of `across` (mains).
    fn pair(&mut self, table: &Table) -> Read<(Vec<[String; 2]>, bool)> {
        let (plus, minus, mains) = match table.get("across").and_then(Value::as_array) {
            Some(list) => match list.iter().filter_map(Value::as_str).collect::<Vec<_>>()[..] {
                [line, neutral] => (self.ends(line)?, self.ends(neutral)?, true),
                _ => return Err("`across` has not two ends".into()),
            },
            None => (self.end(table, "plus")?, self.end(table, "minus")?, false),
        };
        if plus.is_empty() || minus.is_empty() {
            return Err("an end is missing".into());
        }
        let count = plus.len().max(minus.len());
        Ok(((0..count).map(|at| [nth(&plus, at), nth(&minus, at)]).collect(), mains))
    }

    fn element(&mut self, noun: &str, name: &str, value: &Value) -> Read<()> {
        if noun == "join" {
            return self.join(value);
        }
        if noun == "input" {
            return self.input(name, value);
        }
        let table = value.as_table().ok_or("no table")?;
        match noun {
            "contact" => self.contact(name, table)?,
            "coil" => {
                let (plus, minus) = (self.end(table, "plus")?, self.end(table, "minus")?);
                let inputs =
                    text(table, "input").map_or(Ok(Vec::new()), |text| expanded(text).map(|(names, _)| names))?;
                let count = plus.len().max(minus.len()).max(inputs.len()).max(1);
                for at in 0..count {
                    let some = |list: &Vec<String>| (!list.is_empty()).then(|| nth(list, at));
                    let (ends, input) = ([some(&plus), some(&minus)], some(&inputs));
                    self.part.coils.push(Coil { name: numbered(name, at, count), ends, input });
                }
            }
            "lever" => {
                let positions = table.get("positions").and_then(Value::as_array).into_iter().flatten();
                let mut positions: Vec<String> = positions.filter_map(Value::as_str).map(str::to_owned).collect();
                if positions.is_empty() {
                    positions = vec!["off".to_owned(), "on".to_owned()];
                }
                let by = text(table, "by").unwrap_or("hand").to_owned();
                let [rest, shipped] = ["rest", "shipped"].map(|key| text(table, key).map(str::to_owned));
                let shipped = shipped.filter(|text| text != "unstated");
                self.part.levers.push(Lever { name: name.to_owned(), by, positions, rest, shipped });
            }
            "source" => {
                let (pairs, mains) = self.pair(table)?;
                let volts = text(table, "volts").unwrap_or_default();
                let mains = mains || volts.contains(" ac");
                let volts = volts.split_once(' ').and_then(|(number, rest)| {
                    rest.starts_with('V').then(|| number.trim_start_matches('~').parse::<f64>().ok()).flatten()
                });
                let from = table.get("from").and_then(Value::as_table).map(|from| self.pair(from)).transpose()?;
                let from = from.map(|(pairs, _)| pairs[0].clone());
                let count = pairs.len();
                for (at, ends) in pairs.into_iter().enumerate() {
                    let (name, from) = (numbered(name, at, count), from.clone());
                    self.part.sources.push(Source { name, ends, volts, mains, from });
                }
            }
            "load" => {
                let (pairs, _) = self.pair(table)?;
                let count = pairs.len();
                let named = pairs.into_iter().enumerate().map(|(at, ends)| (numbered(name, at, count), ends));
                self.part.loads.extend(named);
            }
            "line" => {
                let at = self.end(table, "at")?;
                let count = at.len();
                let named = at.into_iter().enumerate().map(|(place, end)| (numbered(name, place, count), end));
                self.part.lines.extend(named);
            }
            _ => self.part.interlocks.push(expanded(text(table, "of").ok_or("no `of`")?)?.0),
        }
        Ok(())
    }

    fn join(&mut self, value: &Value) -> Read<()> {
        let list = match value {
            Value::Table(table) => table.get("of").and_then(Value::as_array),
            _ => value.as_array(),
        };
        let mut one_piece: Vec<String> = Vec::new();
        for item in list.ok_or("no list")? {
            let item = item.as_str().ok_or("no text")?;
            if item.contains(" -- ") || item.contains(" -> ") {
                for pair in arrow(item)? {
                    self.part.terminals.extend(pair.iter().cloned());
                    self.part.metal.push(pair);
                }
            } else {
                one_piece.extend(self.ends(item)?);
            }
        }
        self.part.metal.extend(one_piece.windows(2).map(|pair| [pair[0].clone(), pair[1].clone()]));
        Ok(())
    }

    fn input(&mut self, name: &str, value: &Value) -> Read<()> {
        let list = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
        for value in list {
            let table = value.as_table().ok_or("no table")?;
            let when = table.get("when").and_then(Value::as_table).into_iter().flatten();
            let when: Vec<(String, String)> =
                when.map(|(lever, at)| (lever.clone(), at.as_str().unwrap_or_default().to_owned())).collect();
            let (from, to) = (self.end(table, "from")?, self.end(table, "to")?);
            let count = from.len().max(to.len());
            for at in 0..count {
                let shape = Shape { when: when.clone(), from: nth(&from, at), to: nth(&to, at) };
                self.part.inputs.entry(numbered(name, at, count)).or_default().push(shape);
            }
        }
        Ok(())
    }

    fn contact(&mut self, name: &str, table: &Table) -> Read<()> {
        let com = self.end(table, "com")?;
        let (nc, no, to) = (self.end(table, "nc")?, self.end(table, "no")?, self.end(table, "to")?);
        let by = expanded(text(table, "by").ok_or("no `by`")?)?.0;
        let make_first = table.get("make-first").and_then(Value::as_bool).unwrap_or(false);
        let count = com.len().max(nc.len()).max(no.len());
        for at in 0..count {
            let mut throws = Vec::new();
            for (side, ends) in [("nc", &nc), ("no", &no)] {
                throws.extend((!ends.is_empty()).then(|| (side.to_owned(), nth(ends, at))));
            }
            throws.extend(to.iter().enumerate().map(|(place, end)| (format!("to[{}]", place + 1), end.clone())));
            self.part.contacts.push(Contact {
                name: numbered(name, at, count),
                by: nth(&by, at),
                back: text(table, "back").map(str::to_owned),
                make_first,
                com: nth(&com, at),
                throws,
            });
        }
        Ok(())
    }
}

/// Item `at`, or the one that all share.
fn nth(list: &[String], at: usize) -> String {
    list.get(at).or(list.first()).cloned().unwrap_or_default()
}
