//! How it is put together and set up.

use std::collections::BTreeMap;

use source::{Span, Text, value::Date};

use crate::device::{DeviceId, Terminal};
use crate::part::{Link, PartId};
use crate::wire::RunId;

/// A hardware step.
#[derive(Clone, Debug)]
pub struct Step {
    /// Id.
    pub id: Text,
    /// Heading that it stands under.
    pub group: Option<String>,
    /// Its own heading (the id in words, if none is written).
    pub title: String,
    /// What to do: Markdown.
    pub action: Option<Text>,
    /// Devices put in.
    pub fits: Vec<(DeviceId, Span)>,
    /// Parts that ride along put in: whose, which.
    pub fits_with: Vec<(DeviceId, PartId, Span)>,
    /// Consumables.
    pub uses: Vec<(PartId, Span)>,
    /// Tools.
    pub tools: Vec<Text>,
    /// Cut and landed at both ends.
    pub wires: Vec<(RunId, Span)>,
    /// Cut.
    pub cut: Vec<(RunId, Span)>,
    /// One end landed for good: run, end 0 or 1.
    pub land: Vec<(RunId, u8, Span)>,
    /// One end landed for a while: run, end, where.
    pub park: Vec<(RunId, u8, Terminal, Span)>,
    /// A parked end landed for good.
    pub moved: Vec<(RunId, u8, Span)>,
    /// Levers set: device, lever index, position.
    pub sets: Vec<(DeviceId, u32, Text)>,
    /// Bare metal covered from here on.
    pub insulates: Vec<(Terminal, Span)>,
    /// Feeds that are on during this step.
    pub live: Vec<(DeviceId, Span)>,
    /// May hurt or kill.
    pub danger: Vec<Text>,
    /// May break things.
    pub warning: Vec<Text>,
    /// Good to know.
    pub note: Vec<Text>,
    /// What you should have now.
    pub have: Option<String>,
    /// Meter checks: measure, expect.
    pub checks: Vec<(String, String)>,
    /// Photographs.
    pub photos: Vec<Photo>,
    /// Addresses.
    pub links: Vec<Link>,
    /// Where.
    pub span: Span,
}

/// A picture somewhere else.
#[derive(Clone, Debug)]
pub struct Photo {
    /// Whole address, or a path.
    pub url: String,
    /// What it shows.
    pub alt: String,
    /// Whose it is.
    pub credit: Option<String>,
}

/// A software step.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Setup {
    pub id: Text,
    pub title: String,
    pub action: Option<Text>,
    /// `desk`, `each`, or a device.
    pub on: Option<Text>,
    pub run: Vec<String>,
    pub menu: Option<String>,
    pub file: Option<String>,
    pub lines: Vec<String>,
    pub repeat: Vec<String>,
    pub if_error: BTreeMap<String, String>,
    pub warning: Vec<Text>,
    pub note: Vec<Text>,
    pub links: Vec<Link>,
    pub span: Span,
}

/// What one version of the build changed.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The version.
    pub id: Text,
    /// When it was written.
    pub date: Option<Date>,
    /// Why: Markdown.
    pub summary: Option<String>,
    /// `parts`, `wires`, `steps` and `software`, each with a text a change: Markdown.
    pub lists: [(&'static str, Vec<Text>); 4],
}

/// A weak spot that the build itself names.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Weak {
    pub id: Text,
    pub what: Vec<(DeviceId, Span)>,
    pub why: String,
    pub span: Span,
}

/// A question nobody has answered.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Question {
    pub id: Text,
    pub ask: Text,
    pub place: Option<String>,
    pub hint: Option<String>,
    pub span: Span,
}

/// A finding accepted.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Waiver {
    pub id: Text,
    pub rule: Text,
    pub subject: Text,
    pub reason: Text,
    pub span: Span,
}
