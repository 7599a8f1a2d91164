//! The elements between a part's terminals: joins, contacts, coils, inputs, sources, loads and the rest.

use source::{Span, Text};

use super::{End, Local};
use crate::units::{Amps, Band, Number, Ohms, Quantity, Share, Volts, Watts};

/// Metal between terminals.
#[derive(Clone, Debug)]
pub struct Join {
    /// Terminals that are one piece (two or more).
    pub of: Vec<Local>,
    /// Resistance end to end, if it is not a piece of metal.
    pub ohms: Number<Ohms>,
    /// Where.
    pub span: Span,
}

/// What moves a contact: indices in the part's lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Mover {
    Coil(u32),
    Lever(u32),
}

/// A pole: `com` meets `nc` at rest and `no` when moved.
#[derive(Clone, Debug)]
pub struct Contact {
    /// `k[3]`.
    pub name: String,
    /// Its mover; `None` if the part's text gave none that exists.
    pub by: Option<Mover>,
    /// What moves it back, if it stays where it was put (a latching relay: no rest, and it survives loss of power).
    pub back: Option<Mover>,
    /// Closes the other throw before it opens the first: for an instant all three are joined.
    pub make_first: bool,
    /// Common.
    pub com: End,
    /// Closed at rest.
    pub nc: Option<End>,
    /// Closed when moved.
    pub no: Option<End>,
    /// For a lever of several positions: the throws in their order.
    pub to: Vec<End>,
    /// Ratings, all of which hold.
    pub rated: Vec<Quantity>,
    /// Closed resistance.
    pub closed: Number<Ohms>,
    /// Where.
    pub span: Span,
}

/// What moves contacts by electricity.
#[derive(Clone, Debug)]
pub struct Coil {
    /// `k[3]`.
    pub name: String,
    /// `winding`, `led`, `gate`.
    pub kind: String,
    /// Positive end.
    pub plus: Option<End>,
    /// Negative end.
    pub minus: Option<End>,
    /// Winding resistance.
    pub ohms: Number<Ohms>,
    /// Current, where it is stated instead.
    pub draws: Number<Amps>,
    /// Rated volts.
    pub rated: Number<Volts>,
    /// Volts at which it surely pulls in.
    pub pull_in: Number<Volts>,
    /// Volts at which it surely drops out.
    pub drop_out: Number<Volts>,
    /// What its transistor takes.
    pub drop: Number<Volts>,
    /// Its input: index in [`super::Part::inputs`].
    pub input: Option<u32>,
    /// Where.
    pub span: Span,
}

/// Coils that metal keeps from being pulled in together.
#[derive(Clone, Debug)]
pub struct Guard {
    /// `reverse`.
    pub name: String,
    /// Indices in [`super::Part::coils`].
    pub coils: Vec<u32>,
    /// Where.
    pub span: Span,
}

/// A control input, as the circuit that it is.
#[derive(Clone, Debug)]
pub struct Input {
    /// `k[3]`.
    pub name: String,
    /// Variants; the first whose `when` holds counts.
    pub variants: Vec<InputVariant>,
    /// Where.
    pub span: Span,
}

/// An input under one jumper setting.
#[derive(Clone, Debug)]
pub struct InputVariant {
    /// Lever index and position, all must hold.
    pub when: Vec<(u32, String)>,
    /// Current enters here when asserted.
    pub from: End,
    /// And leaves here.
    pub to: End,
    /// Series resistance.
    pub ohms: Number<Ohms>,
    /// Forward volts of what is in series.
    pub forward: Number<Volts>,
    /// Asserted at or beyond: volts across or amperes through.
    pub energises: Threshold,
    /// Released at or below.
    pub releases: Threshold,
    /// Current when asserted.
    pub draws: Number<Amps>,
    /// Where.
    pub span: Span,
}

/// A limit between asserted and released.
#[derive(Clone, Copy, Debug, Default)]
pub enum Threshold {
    /// Volts across, from `from` to `to`.
    Volts(Band<Volts>, Span),
    /// Amperes through.
    Amps(Band<Amps>, Span),
    /// `unstated` or `choice`.
    Unknown(Span),
    /// No such key.
    #[default]
    Absent,
}

/// A lever, jumper or world-moved switch.
#[derive(Clone, Debug)]
pub struct Lever {
    /// `trigger`.
    pub name: String,
    /// `hand`, `world`, `build`.
    pub by: String,
    /// Positions; empty means `off`, `on`.
    pub positions: Vec<String>,
    /// Position at rest.
    pub rest: Option<String>,
    /// Position as shipped.
    pub shipped: Option<String>,
    /// Where.
    pub span: Span,
}

/// Where electricity comes from.
#[derive(Clone, Debug)]
pub struct Source {
    /// `5v`.
    pub name: String,
    /// Positive end (mains: line).
    pub plus: End,
    /// Negative end (mains: neutral).
    pub minus: End,
    /// Alternating.
    pub ac: bool,
    /// Volts between the ends.
    pub volts: Number<Volts>,
    /// Most current.
    pub limit: Number<Amps>,
    /// Most power, where that is stated instead.
    pub limit_watts: Number<Watts>,
    /// Series resistance.
    pub ohms: Number<Ohms>,
    /// Fewest amperes that it must give to stay within its volts.
    pub least: Number<Amps>,
    /// The input that switches it on: index in [`super::Part::inputs`].
    pub on: Option<u32>,
    /// What feeds it.
    pub from: Option<Feeder>,
    /// Where.
    pub span: Span,
}

/// The terminals that feed a source.
#[derive(Clone, Debug)]
pub struct Feeder {
    /// Positive end or line.
    pub plus: End,
    /// Negative end or neutral.
    pub minus: End,
    /// Mains.
    pub ac: bool,
    /// Volts it needs.
    pub volts: Number<Volts>,
    /// Efficiency.
    pub efficiency: Number<Share>,
    /// Power factor.
    pub power_factor: Number<Share>,
    /// Where.
    pub span: Span,
}

/// A bound that several sources share.
#[derive(Clone, Debug)]
pub struct Limit {
    /// `low`.
    pub name: String,
    /// Indices in [`super::Part::sources`].
    pub sources: Vec<u32>,
    /// Indices in [`super::Part::ports`]: what leaves through them together.
    pub ports: Vec<u32>,
    /// Most power.
    pub watts: Number<Watts>,
    /// Most current, where that is stated instead.
    pub amps: Number<Amps>,
    /// Where.
    pub span: Span,
}

/// What uses electricity.
#[derive(Clone, Debug)]
pub struct Load {
    /// `board`.
    pub name: String,
    /// Positive end.
    pub plus: End,
    /// Negative end.
    pub minus: End,
    /// Alternating.
    pub ac: bool,
    /// Volts that it accepts.
    pub volts: Number<Volts>,
    /// Profiles in written order: `idle`, `load`, `boot`, `worst`, others.
    pub profile: Vec<(Text, Draw)>,
    /// Current when switched on.
    pub inrush: Number<Amps>,
    /// Warns below these volts.
    pub warns_below: Number<Volts>,
    /// Fails below these volts.
    pub fails_below: Number<Volts>,
    /// Parts whose draw is in it already.
    pub covers: Vec<Text>,
    /// Where.
    pub span: Span,
}

/// A draw: current at volts, power, or unknown.
#[derive(Clone, Copy, Debug, Default)]
pub enum Draw {
    /// Current, at the load's own volts.
    Amps(Band<Amps>, Span),
    /// Power.
    Watts(Band<Watts>, Span),
    /// `unstated`.
    Unknown(Span),
    /// Not written.
    #[default]
    Absent,
}

/// A resistor.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Resistor {
    pub name: String,
    pub ends: [End; 2],
    pub ohms: Number<Ohms>,
    pub watts: Number<Watts>,
    pub span: Span,
}

/// A diode or LED.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Diode {
    pub name: String,
    pub anode: End,
    pub cathode: End,
    pub forward: Number<Volts>,
    pub max: Number<Amps>,
    pub span: Span,
}

/// A fuse, or a holder for one.
#[derive(Clone, Debug)]
pub struct Fuse {
    /// `f`.
    pub name: String,
    /// Its ends; empty for a bare insert.
    pub ends: Option<[End; 2]>,
    /// Rating; of a holder: absent, see the device's setting.
    pub rated: Number<Amps>,
    /// A holder: its insert is a device setting.
    pub holder: Option<Span>,
    /// Cold resistance.
    pub ohms: Number<Ohms>,
    /// Amperes at which it surely opens in a stated time.
    pub opens: Number<Amps>,
    /// Most volts.
    pub volts: Number<Volts>,
    /// Where.
    pub span: Span,
}

/// A pin that software may set.
#[derive(Clone, Debug)]
pub struct Line {
    /// `gpio[18]`.
    pub name: String,
    /// Its terminal, if it has one.
    pub at: Option<End>,
    /// Line number at the chip (a GPIO's BCM number).
    pub offset: Option<u32>,
    /// Pull at reset.
    pub reset: Pull,
    /// Functions by ALT number, for a GPIO.
    pub functions: Vec<String>,
    /// Why it is not free.
    pub reserved: Option<String>,
    /// Where.
    pub span: Span,
}

/// What holds a pin before software acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[allow(missing_docs)]
pub enum Pull {
    Up,
    Down,
    #[default]
    Float,
}

/// A connector of a part.
#[derive(Clone, Debug)]
pub struct Port {
    /// `main`, `usb3[1]`.
    pub name: String,
    /// Connector id.
    pub kind: String,
    /// `Some(true)` plug, `Some(false)` socket.
    pub plug: Option<bool>,
    /// Plugs of other kinds that this socket takes.
    pub accepts: Vec<String>,
    /// Its pins, by position.
    pub pins: Vec<Local>,
    /// Ampacity of one contact.
    pub contact_max: Number<Amps>,
    /// Resistance of one mated contact (with its own lead, if the part says so); absent: its kind's.
    pub ohms: Number<Ohms>,
    /// Resistance of one mated contact of its kind.
    pub kind_ohms: Number<Ohms>,
    /// Where.
    pub span: Span,
}

/// The chip behind a GPIO header: levels and limits.
#[derive(Clone, Debug)]
pub struct Soc {
    /// `bcm2711`.
    pub id: String,
    /// gpiochip label: `pinctrl-bcm2711`.
    pub chip: String,
    /// Highest level that it drives low, at most.
    pub low_max: Number<Volts>,
    /// Lowest level that it drives high, at least.
    pub high_min: Number<Volts>,
    /// Highest level that it surely reads as low.
    pub in_low: Number<Volts>,
    /// Lowest level that it surely reads as high.
    pub in_high: Number<Volts>,
    /// Most volts on a pin.
    pub max: Number<Volts>,
    /// Its pulls.
    pub pull: Number<Ohms>,
    /// Most current a pin.
    pub per_pin: Number<Amps>,
    /// Most current of all pins together.
    pub total: Number<Amps>,
    /// What drives high comes from: the source named `3v3`, index in [`super::Part::sources`].
    pub rail: Option<u32>,
    /// Where.
    pub span: Span,
}
