//! Joins, resistors, diodes, fuses, lines, and what is said of single terminals.

use source::fields::Fields;
use source::value::{Datum, Value};
use source::{Span, Text, Word, Words};

use super::{Bench, numbered};
use crate::part::{Diode, Fuse, Join, Line, Pull, Resistor, Role};
use crate::resolve::quantity;
use crate::resolve::terminals::Ends;
use crate::units::{Dimension, Number};

impl Bench<'_> {
    pub(super) fn join(&mut self, subject: &Words<'_>, name: &str, value: &Value, span: Span) {
        let mut ohms = Number::Absent;
        let list: Vec<&Value> = match &value.value {
            Datum::Table(table) => {
                let mut fields = Fields::new(table, subject.clone(), ["`join.", name, "`"], self.log);
                ohms = quantity::number(&mut fields, "ohms", Dimension::Resistance);
                let of = fields.list("of");
                let _ = (fields.take("cite"), fields.take("note"));
                fields.finish();
                of
            }
            Datum::List(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut together = Vec::new();
        for item in list {
            let Datum::Text(text) = &item.value else { continue };
            let spaced = text.contains(' ');
            let arrow = if spaced { text.find(" -- ").or_else(|| text.find(" -> ")) } else { None };
            let Some(at) = arrow else {
                if let Some(ends) = self.terminals.ends(subject, text, item.span, self.log) {
                    together.extend(ends.flat());
                }
                continue;
            };
            let mut side = |from: usize, to: usize| {
                self.terminals.ends(subject, text[from..to].trim(), item.span.part(from, to), self.log)
            };
            let (Some(a), Some(b)) = (side(0, at), side(at + 4, text.len())) else {
                continue;
            };
            if a.count() != b.count() {
                self.log.push(super::super::unequal_ends::of_part(subject, a.count(), b.count(), item.span));
                continue;
            }
            for n in 0..a.count() {
                let of: Vec<_> = a.at(n).into_iter().chain(b.at(n)).flatten().collect();
                self.part.joins.push(Join { of, ohms, span: item.span });
            }
        }
        if together.len() > 1 {
            self.part.joins.push(Join { of: together, ohms, span });
        }
    }

    pub(super) fn resistor(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.across(fields);
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let watts = quantity::number(fields, "watts", Dimension::Power);
        let Some(ends) = ends else { return };
        let ends = ends.map(Ends::flat);
        self.part.resistors.push(Resistor { name: name.to_owned(), ends, ohms, watts, span });
    }

    pub(super) fn diode(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let (anode, cathode) = (self.required(fields, "anode"), self.required(fields, "cathode"));
        let forward = quantity::number(fields, "forward", Dimension::Voltage);
        let max = quantity::number(fields, "max", Dimension::Current);
        let _ = fields.take("rated");
        let (Some(anode), Some(cathode)) = (anode, cathode) else {
            return;
        };
        let (anode, cathode) = (anode.flat(), cathode.flat());
        self.part.diodes.push(Diode { name: name.to_owned(), anode, cathode, forward, max, span });
    }

    pub(super) fn fuse(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let ends = self.across(fields);
        let rated = quantity::number(fields, "rated", Dimension::Current);
        let holder = fields.take("insert").map(|value| value.span);
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let volts = quantity::number(fields, "volts", Dimension::Voltage);
        let opens = quantity::number(fields, "opens", Dimension::Current);
        for key in ["kind", "max", "breaking", "melting"] {
            let _ = fields.take(key);
        }
        let Some(ends) = ends else {
            self.part.fuses.push(Fuse { name: name.to_owned(), ends: None, rated, holder, ohms, opens, volts, span });
            return;
        };
        let count = ends[0].count().max(ends[1].count());
        for n in 0..count {
            let (Some(a), Some(b)) = (ends[0].at(n), ends[1].at(n)) else {
                continue;
            };
            let name = numbered(name, n, count);
            self.part.fuses.push(Fuse { name, ends: Some([a, b]), rated, holder, ohms, opens, volts, span });
        }
    }

    pub(super) fn line(&mut self, fields: &mut Fields<'_>, name: &str, span: Span) {
        let at = self.ends(fields, "at");
        let reset = match fields.text("reset").as_ref().map(Text::as_str) {
            Some("up") => Pull::Up,
            Some("down") => Pull::Down,
            _ => Pull::Float,
        };
        for key in ["over", "levels", "drive", "limit"] {
            let _ = fields.take(key);
        }
        let count = at.as_ref().map_or(1, Ends::count);
        for n in 0..count {
            let at = at.as_ref().and_then(|ends| ends.at(n));
            let offset = u32::try_from(self.part.lines.len()).ok();
            let name = numbered(name, n, count);
            self.part.lines.push(Line { name, at, offset, reset, functions: Vec::new(), reserved: None, span });
        }
    }

    pub(super) fn terminal(&mut self, fields: &mut Fields<'_>, key: &Word) {
        let role = fields.text("role");
        let clamp = fields.text("clamp").map(|text| text.value);
        let wire = quantity::number(fields, "wire", Dimension::Gauge);
        let wires = fields.count("wires", 1, 1000);
        let bare = fields.flag("bare");
        let silk = fields.text("silk").map(|text| text.value);
        let max = quantity::number(fields, "max", Dimension::Current);
        let ohms = quantity::number(fields, "ohms", Dimension::Resistance);
        let _ = (fields.take("drive"), fields.take("torque"), fields.take("strip"));
        let Some(ends) = self.terminals.ends(&fields.subject, &key.value, key.span, self.log) else {
            return;
        };
        let role = role.map(|text| match text.value.as_str() {
            "supply" => Role::Supply,
            "return" => Role::Return,
            "earth" => Role::Earth,
            "load" => Role::Load,
            "contact" => Role::Contact,
            "input" => Role::Input,
            "output" => Role::Output,
            "io" => Role::Io,
            _ => Role::Passive,
        });
        for local in ends.flat() {
            let terminal = &mut self.terminals.all[local.0 as usize];
            if let Some(role) = role {
                terminal.role = role;
            }
            if let Some(clamp) = &clamp {
                terminal.bare = clamp != "lever";
                terminal.clamp = Some(clamp.clone());
            }
            if let Some(bare) = &bare {
                terminal.bare = bare.value;
            }
            if let Some(wires) = &wires {
                terminal.wires = wires.value;
            }
            if !wire.is_absent() {
                terminal.wire = wire;
            }
            if !max.is_absent() {
                terminal.max = max;
            }
            if !ohms.is_absent() {
                terminal.ohms = ohms;
            }
            if silk.is_some() {
                terminal.silk.clone_from(&silk);
            }
        }
    }
}
