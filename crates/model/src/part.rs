//! What can be bought or built in: terminals, and the elements between them.

mod element;

pub use element::*;

use source::{Span, Text, value::Date};

use crate::units::{Amps, Awg, Metres, Money, Number, Ohms, OhmsPerMetre, Quantity, Seconds, Share};

/// Index of a [`Part`] in [`crate::Build::parts`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartId(pub u32);

/// Index of a terminal within its part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Local(pub u32);

/// One end of an element: the terminals that it means (several are tied together); never empty.
pub type End = Vec<Local>;

/// A part; elements name terminals by [`Local`] and each other by their index in the part's lists.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The file's stem.
    pub id: String,
    /// The file's first bytes, or the mention that brought it in.
    pub span: Option<Span>,
    /// What it is, for people.
    pub name: String,
    /// One word: `computer`, `relay-board`, …
    pub kind: String,
    /// Heading in the bill.
    pub section: Option<String>,
    /// Who makes it.
    pub maker: Option<String>,
    /// Maker's number.
    pub mpn: Option<String>,
    /// Why this one.
    pub note: Option<String>,
    /// Why the bill may do without it.
    pub optional: Option<String>,
    /// Counted by steps, not by devices.
    pub consumable: bool,
    /// Where it stands in its maker's life of it; `None` is unknown.
    pub lifecycle: Option<Lifecycle>,
    /// The part whose place it could take (`wireloom bom --with`).
    pub instead_of: Option<Text>,
    /// Addresses.
    pub links: Vec<Link>,
    /// Where it is sold.
    pub offers: Vec<Offer>,
    /// What arrives inside: name, part, how many.
    pub includes: Vec<(Text, PartId, u32)>,
    /// Facts for claims and tables.
    pub spec: Vec<(Text, Spec)>,
    /// Millimetres: length, width, height, as written; absent where unknown.
    pub body: Option<Body>,
    /// For a box: the room inside, lid closed.
    pub inside: Option<Body>,
    /// Room that plugs and the bend of their cables take beyond each side, by [`Side`] in its order.
    pub keep_out: [Number<Metres>; 4],
    /// How often it fails; `None` where nobody says.
    pub fails: Option<Fails>,
    /// A wire on a spool, or a lead of a fixed length.
    pub stock: Option<Stock>,
    /// Default cite of its numbers.
    pub cite: Option<Text>,

    /// Terminals, in the order in which elements made them.
    pub terminals: Vec<PartTerminal>,
    /// Pieces of metal, or resistances of wiring inside.
    pub joins: Vec<Join>,
    /// Contacts, one a pole.
    pub contacts: Vec<Contact>,
    /// Coils.
    pub coils: Vec<Coil>,
    /// Mechanical interlocks.
    pub guards: Vec<Guard>,
    /// Control inputs.
    pub inputs: Vec<Input>,
    /// Levers, jumpers.
    pub levers: Vec<Lever>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Bounds that sources share.
    pub limits: Vec<Limit>,
    /// Loads.
    pub loads: Vec<Load>,
    /// Resistors.
    pub resistors: Vec<Resistor>,
    /// Diodes and LEDs.
    pub diodes: Vec<Diode>,
    /// Fuses.
    pub fuses: Vec<Fuse>,
    /// Pins that software may set.
    pub lines: Vec<Line>,
    /// Connectors.
    pub ports: Vec<Port>,
    /// The GPIO chip behind its header.
    pub soc: Option<Soc>,
    /// How its terminals stand, as far as anybody says.
    pub rows: Vec<Row>,
}

/// Terminals that stand beside each other.
#[derive(Clone, Debug)]
pub struct Row {
    /// For people: `outputs`.
    pub name: String,
    /// The edge of the board, seen from the side of the components; `None` where only the order is known.
    pub side: Option<Side>,
    /// In physical order: left to right along `top` and `bottom`, downwards along `left` and `right`; `None` is a place
    /// without a terminal of its own.
    pub of: Vec<Option<Local>>,
    /// Where it is written.
    pub span: Span,
}

/// An edge of a board.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Side {
    Left,
    Right,
    Top,
    Bottom,
}

/// An address with its words.
#[derive(Clone, Debug)]
pub struct Link {
    /// Words, or the address again.
    pub title: String,
    /// Address.
    pub url: Text,
}

/// A place that sells it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Vendor id.
    pub at: Option<Text>,
    /// Vendor's number.
    pub sku: Option<Text>,
    /// Price of a pack; `None` is unknown, never zero.
    pub price: Option<(Money, Span)>,
    /// Pieces in a pack.
    pub pack: u32,
    /// Fewest packs that are sold at once, from 1.
    pub minimum: u32,
    /// Prices of a pack from so many packs on, upwards by count; never dearer than what stands before.
    pub breaks: Vec<(u32, Money)>,
    /// When the price was seen (the build's `prices-seen` if the offer has none).
    pub seen: Option<Date>,
    /// Address, made from the vendor's template where none is written.
    pub url: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// Whether its maker still makes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Lifecycle {
    Announced,
    Active,
    NotForNewDesigns,
    EndOfLife,
    Discontinued,
}

impl Lifecycle {
    /// All of them, and how each is written.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Announced, "announced"),
        (Self::Active, "active"),
        (Self::NotForNewDesigns, "not-for-new-designs"),
        (Self::EndOfLife, "end-of-life"),
        (Self::Discontinued, "discontinued"),
    ];

    /// How it is written.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }
}

/// A fact of a `spec` table.
#[derive(Clone, Debug)]
pub enum Spec {
    /// A count.
    Count(i64, Span),
    /// A quantity.
    Quantity(Quantity),
    /// Words.
    Words(Text),
    /// Yes or no.
    Flag(bool, Span),
}

/// Outer measures; each may be unknown.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// Metres.
    pub length: Number<Metres>,
    /// Metres.
    pub width: Number<Metres>,
    /// Metres.
    pub height: Number<Metres>,
}

/// How often a part fails.
#[derive(Clone, Debug)]
pub struct Fails {
    /// Failures that one piece has in a year of service, on average.
    pub yearly: Number<Share>,
    /// Where the number comes from.
    pub cite: Option<Text>,
    /// Where it stands.
    pub span: Span,
}

/// Wire by the metre.
#[derive(Clone, Debug)]
pub struct Stock {
    /// Gauge of one conductor.
    pub gauge: Number<Awg>,
    /// Colours it can be had in.
    pub colours: Vec<String>,
    /// Length of one pack's spool (or of each lead).
    pub length: Number<Metres>,
    /// Resistance of one conductor.
    pub resistance: Number<OhmsPerMetre>,
    /// Ampacity.
    pub max: Number<Amps>,
    /// Conductors.
    pub cores: u32,
    /// A lead of fixed length (`length` is each piece's): pieces are counted, not metres.
    pub lead: bool,
    /// Where it stands.
    pub span: Span,
}

/// What a terminal is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub enum Role {
    Supply,
    Return,
    Earth,
    Load,
    Contact,
    Input,
    Output,
    Io,
    #[default]
    Passive,
}

/// A terminal of a part.
#[derive(Clone, Debug)]
pub struct PartTerminal {
    /// `nc[3]`, `main.5v[2]`, `gpio[18]`.
    pub name: String,
    /// For a header pin: `pin[12]`, the other name that it answers to.
    pub alias: Option<String>,
    /// What it is for.
    pub role: Role,
    /// The port that it is a pin of: index in [`Part::ports`], position from 0.
    pub pin: Option<(u32, u32)>,
    /// `screw`, `lever`, `header`, `faston`, `solder`; `None` for pins of plugs.
    pub clamp: Option<String>,
    /// Thickest and thinnest conductor.
    pub wire: Number<Awg>,
    /// Conductors that it takes.
    pub wires: u32,
    /// Whether its metal can be touched.
    pub bare: bool,
    /// What is printed beside it.
    pub silk: Option<String>,
    /// Ampacity.
    pub max: Number<Amps>,
    /// Resistance between a conductor and this terminal; absent where there is no joint.
    pub ohms: Number<Ohms>,
    /// Where it is first named.
    pub span: Span,
}

/// Where something is written, for crates that carry places without looking at them.
pub type Written = Span;

/// How long something takes.
pub type Duration = Number<Seconds>;
