//! The bill, what the build says of itself, where it could live, roads not taken.

use source::{Span, Text, value::Date};

use crate::part::{Link, Offer, PartId, Spec};
use crate::units::{Amps, Metres, Money, Number, Quantity, Volts};

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
    /// A quantity.
    Quantity(Quantity),
}

/// A place where the box could live.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Provider {
    pub id: Text,
    pub name: Text,
    pub url: Option<Text>,
    pub monthly: Option<Money>,
    pub feed: Number<Amps>,
    pub feed_volts: Number<Volts>,
    pub place: Option<String>,
    pub port: Option<String>,
    pub rate: Option<String>,
    pub transfer: Option<String>,
    pub protection: Option<String>,
    pub addresses: Option<i64>,
    pub more_addresses: Option<(Money, i64)>,
    pub ports: Option<i64>,
    pub plugs: Option<i64>,
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
    pub price: Option<Money>,
    pub monthly: Option<Money>,
    pub draw: Option<Quantity>,
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
