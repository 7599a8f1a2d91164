//! What a bundle or a run says of its wires: stock, colour, gauge, lengths, ends.

use source::fields::Fields;
use source::value::Value;
use source::{Span, Spanned};

use super::Reader;
use crate::part::PartId;
use crate::resolve::{colour, quantity, unknown_colour};
use crate::units::{Dimension, Metres, Number};
use crate::wire::Attributes;

/// What a bundle or a run says of its wires.
#[derive(Clone, Default)]
pub(super) struct Style {
    pub attributes: Attributes,
    pub lengths: Vec<Number<Metres>>,
    pub inline: Option<(PartId, Span)>,
}

impl Reader<'_> {
    pub(super) fn style(&self, fields: &mut Fields<'_>, base: &Style) -> Style {
        let mut style = base.clone();
        let subject = self.name;
        if let Some(stock) = fields.text("stock") {
            style.attributes.own = stock.value == "own";
            style.attributes.stock = None;
            if !style.attributes.own
                && let Some(part) = self.names.part(&stock, subject, self.log)
            {
                style.attributes.stock = Some((part, stock.span));
                if let Some(info) = &self.build.part(part).stock {
                    if style.attributes.gauge.is_absent() {
                        style.attributes.gauge = info.gauge;
                    }
                    if let (None, [only]) = (&style.attributes.colour, info.colours.as_slice()) {
                        style.attributes.colour = Some(Spanned::new(only.clone(), stock.span));
                    }
                }
            }
        }
        if let Some(text) = fields.text("colour") {
            match colour::code(&text.value) {
                Some(code) => style.attributes.colour = Some(Spanned::new(code, text.span)),
                None => self.log.push(unknown_colour::finding(subject, &text)),
            }
        }
        let gauge = quantity::number(fields, "gauge", Dimension::Gauge);
        if !gauge.is_absent() {
            style.attributes.gauge = gauge;
        }
        if fields.key_span("length").is_some() {
            let values = fields.list("length");
            let read = |value: &&Value| quantity::value_number(subject, "length", value, Dimension::Length, self.log);
            style.lengths = values.iter().map(read).collect();
            style.attributes.length = style.lengths.first().copied().unwrap_or_default();
            if style.lengths.len() == 1 {
                style.lengths.clear();
            }
        }
        let ends: Vec<Option<PartId>> = fields
            .texts("ends")
            .iter()
            .map(|id| if id.value.is_empty() { None } else { self.names.part(id, subject, self.log) })
            .collect();
        match ends.as_slice() {
            [] => {}
            [both] => style.attributes.ends = [*both; 2],
            [from, to, ..] => style.attributes.ends = [*from, *to],
        }
        if let Some(inline) = fields.text("inline") {
            style.inline = self.names.part(&inline, subject, self.log).map(|part| (part, inline.span));
        }
        style
    }
}
