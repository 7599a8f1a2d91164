//! The bill, what the build says of itself, where it could live, roads not taken.

use rust_decimal::Decimal;
use source::{Span, Text, value::Date};

use crate::device::DeviceId;
use crate::part::{Link, Offer, PartId, Spec};
use crate::units::{Amps, BitRate, Bytes, Metres, Money, Number, Quantity, RackUnits, Volts};

/// One line of the bill.
#[derive(Clone, Debug)]
pub struct Line {
    /// What.
    pub part: PartId,
    /// Packs bought.
    pub packs: u32,
    /// Where.
    pub span: Span,
}

/// What one unit of a currency was worth on a day.
#[derive(Clone, Debug)]
pub struct Rate {
    /// What it is worth.
    pub worth: Money,
    /// When.
    pub seen: Date,
    /// Where.
    pub span: Span,
}

/// Pieces to keep in the drawer, of each part of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Spares {
    /// So many for the whole order, however many boxes it is for.
    Pieces(u32),
    /// So many hundredths of what all boxes need, rounded up.
    Percent(u32),
}

/// What cutting takes beyond the length of a wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cutting {
    /// Share of the length, for the way it lies; 0.05 is 5 %.
    pub slack: f64,
    /// Bared at each end.
    pub strip: Metres,
}

/// A public statement and the expression that it must equal.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Id.
    pub id: Text,
    /// What people read.
    pub text: Text,
    /// The number in it.
    pub says: Promise,
    /// The expression.
    pub is: Text,
    /// Other readings to try.
    pub also: Vec<Text>,
    /// Where.
    pub span: Span,
}

/// The number that a claim promises.
#[derive(Clone, Debug)]
pub enum Promise {
    /// A bare count.
    Count(i64, Span),
    /// `>= 7`.
    AtLeast(i64, Span),
    /// `5.4`, `~20`: a number without a unit.
    Number {
        /// As written.
        number: Decimal,
        /// How far from it still holds.
        slack: Decimal,
        /// `~`, `about` or `within` says so.
        about: bool,
        /// Where.
        span: Span,
    },
    /// Whether something is so.
    Flag(bool, Span),
    /// A quantity.
    Quantity(Quantity),
}

/// What the box takes of a place besides its feed, and what money does outside the bill.
#[derive(Clone, Debug, Default)]
pub struct Upkeep {
    /// Public addresses, and where that stands.
    pub addresses: Option<(u32, Span)>,
    /// The devices that take one each, where that is what was said.
    pub addressed: Vec<DeviceId>,
    /// What a kilowatt-hour costs at one's own outlet, and when.
    pub kwh: Option<(Money, Date)>,
    /// Share of its price that hardware brings when it is sold, 0 to 1, and when that was seen.
    pub resale: Option<(Decimal, Date)>,
}

/// A place where the box could live.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Provider {
    pub id: Text,
    pub name: Text,
    pub url: Option<Text>,
    /// `None`: unstated.
    pub monthly: Option<(Money, Span)>,
    pub feed: Number<Amps>,
    pub feed_volts: Number<Volts>,
    /// Height that the price is for.
    pub height: Number<RackUnits>,
    pub place: Option<String>,
    pub port: Number<BitRate>,
    /// What may flow all month without being counted.
    pub rate: Number<BitRate>,
    /// What may flow in a month.
    pub transfer: Number<Bytes>,
    pub protection: Option<String>,
    pub addresses: Option<u32>,
    /// A price for more, and how many there are then in all.
    pub more_addresses: Option<(Money, u32)>,
    pub ports: Option<u32>,
    pub plugs: Option<u32>,
    /// A day on which it was seen to have closed.
    pub closed: Option<Date>,
    pub note: Option<String>,
    pub span: Span,
}

/// A road not taken.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Alternative {
    pub id: Text,
    pub group: Option<String>,
    pub name: Text,
    pub instead_of: Option<PartId>,
    pub offers: Vec<Offer>,
    pub pro: Option<String>,
    pub con: Option<String>,
    pub status: Option<String>,
    pub note: Option<String>,
    pub spec: Vec<(Text, Spec)>,
    pub links: Vec<Link>,
    pub span: Span,
}

/// A cloud or server to compare with.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Yardstick {
    pub id: Text,
    pub name: Text,
    pub kind: Option<String>,
    pub price: Option<(Money, Span)>,
    pub monthly: Option<(Money, Span)>,
    pub draw: Option<Quantity>,
    pub height: Number<RackUnits>,
    /// How many of it; price, draw and spec are those of one.
    pub count: u32,
    pub spec: Vec<(Text, Spec)>,
    pub note: Option<String>,
    pub span: Span,
}

/// Somebody else's build.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Similar {
    pub id: Text,
    pub name: Text,
    pub url: Option<Text>,
    pub note: Option<String>,
}
