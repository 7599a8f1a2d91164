//! What each relay input does between the return of the power and the first word of software, and what that takes down.

use std::collections::BTreeMap;

use analysis::drives::Verdict3;
use analysis::startup::{Channel, Moment, Startup};
use model::{Build, DeviceId};

use crate::View;
use crate::control::{coil_name, name};
use crate::site::text::{count, names};

/// Inputs and loads that the page lists.
const MOST: usize = 40;

/// A relay input on the way up.
pub struct Input {
    /// `k8.k[3]`.
    pub input: String,
    /// `pi[5].gpio[5]`.
    pub line: String,
    /// A word and its class for each moment, that of the feed that comes first included.
    pub stands: Vec<(&'static str, &'static str)>,
}

/// Loads that lose their power for an instant.
pub struct Flicker {
    /// Which.
    pub loads: String,
    /// By which channel.
    pub input: String,
    /// The moment, as the table of inputs calls it.
    pub when: &'static str,
    /// Surely or perhaps.
    pub is: &'static str,
}

/// Everything about the way up.
pub struct PowerUp {
    /// Channels in use that a line drives: the first of them.
    pub inputs: Vec<Input>,
    /// How many there are.
    pub channels: usize,
    /// The sentence on top: what is known of all of them.
    pub verdict: String,
    /// The first of them, a row each.
    pub flickers: Vec<Flicker>,
    /// Of both tables, what is not shown.
    pub more: usize,
    /// What is dark meanwhile, by moment: the moment, surely, perhaps.
    pub dark: Vec<(&'static str, String, String)>,
    /// What stays dark once the power is back, each with its reason.
    pub stays: Vec<String>,
}

/// Tells it.
pub fn tell(view: View<'_>) -> PowerUp {
    let (build, startup) = (view.build, &view.facts.startup);
    let flickers = flickers(build, startup);
    let more = startup.channels.len().saturating_sub(MOST) + flickers.len().saturating_sub(MOST);
    PowerUp {
        inputs: startup.channels.iter().take(MOST).map(|channel| input(build, channel)).collect(),
        channels: startup.channels.len(),
        verdict: verdict(startup),
        flickers: flickers.into_iter().take(MOST).collect(),
        more,
        dark: dark(build, startup),
        stays: stays(view),
    }
}

fn verdict(startup: &Startup) -> String {
    let all = count(startup.channels.len(), "relay input", "relay inputs");
    if startup.channels.is_empty() {
        return "No line drives a relay in use: nothing here can move while controllers come up.".to_owned();
    }
    let of = |is: &dyn Fn(&Channel) -> bool| startup.channels.iter().filter(|channel| is(channel)).count();
    let sure = of(&|channel| channel.asserted.contains(&Verdict3::Yes));
    let perhaps = of(&|channel| {
        !channel.asserted.contains(&Verdict3::Yes)
            && (channel.feed_first || channel.asserted.contains(&Verdict3::Unknown))
    });
    if sure + perhaps == 0 {
        return format!("Proved: of {all} that a line drives, none is asserted before software asks for it.");
    }
    let never = startup.channels.len() - sure - perhaps;
    let parts = [(sure, "asserted for a while"), (perhaps, "perhaps asserted for an instant"), (never, "never")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(many, _)| *many > 0).map(|(many, words)| format!("{many} {words}")).collect();
    format!("Before software asks for it, of {all} that a line drives: {}.", parts.join(", "))
}

fn input(build: &Build, channel: &Channel) -> Input {
    let word = |is: Verdict3| match is {
        Verdict3::Yes => ("asserted", "no"),
        Verdict3::Unknown => ("perhaps", "open"),
        Verdict3::No => ("at rest", "yes"),
    };
    let [unpowered, reset, configured, started] = channel.asserted;
    let first = if channel.feed_first { Verdict3::Unknown } else { unpowered };
    let line = &build.part_of(channel.line.0).lines[channel.line.1 as usize].name;
    Input {
        input: input_name(build, channel),
        line: format!("{}.{line}", name(build, channel.line.0)),
        stands: [unpowered, first, reset, configured, started].map(word).to_vec(),
    }
}

fn input_name(build: &Build, channel: &Channel) -> String {
    let (device, index) = channel.input;
    format!("{}.{}", name(build, device), build.part_of(device).inputs[index as usize].name)
}

fn flickers(build: &Build, startup: &Startup) -> Vec<Flicker> {
    let mut loads: BTreeMap<(u32, Option<Moment>, bool), Vec<DeviceId>> = BTreeMap::new();
    for flicker in &startup.flickers {
        loads.entry((flicker.channel, flicker.at, flicker.is == Verdict3::Yes)).or_default().push(flicker.load);
    }
    let told = loads.into_iter().map(|((channel, at, sure), loads)| Flicker {
        loads: names(loads.iter().map(|load| name(build, *load))),
        input: input_name(build, &startup.channels[channel as usize]),
        when: match at {
            None => "feed first",
            Some(Moment::Unpowered) => "no power",
            Some(Moment::Reset) => "reset pulls",
            Some(Moment::Configured) => "config.txt",
            Some(Moment::Started) => "started",
        },
        is: if sure { "surely" } else { "perhaps" },
    });
    told.collect()
}

fn dark(build: &Build, startup: &Startup) -> Vec<(&'static str, String, String)> {
    let words = ["No power", "Reset pulls", "config.txt", "Started"];
    let row = |(word, dark): (&'static str, &Vec<analysis::startup::Dark>)| {
        let of = |wanted: Verdict3| {
            let mut devices: Vec<DeviceId> =
                dark.iter().filter(|dark| dark.is == wanted).map(|dark| dark.load.0).collect();
            devices.dedup();
            names(devices.iter().map(|device| name(build, *device)))
        };
        (word, of(Verdict3::Yes), of(Verdict3::Unknown))
    };
    let rows = words.into_iter().zip(&startup.dark).filter(|(_, dark)| !dark.is_empty());
    rows.map(row).collect()
}

fn stays(view: View<'_>) -> Vec<String> {
    let (build, facts) = (view.build, view.facts);
    let mut told: Vec<String> = Vec::new();
    for start in &facts.control.dead_starts {
        let waits: Vec<String> = start
            .waits_for
            .iter()
            .map(|(coil, who)| format!("{} by {}", coil_name(build, *coil), name(build, *who)))
            .collect();
        told.push(format!("{} stays dark: it waits for {}", name(build, start.load), waits.join(", ")));
    }
    for wake in &facts.startup.asleep {
        let contacts: Vec<String> = wake
            .through
            .iter()
            .map(|throw| {
                let (device, index) = throw.contact;
                format!("{}.{}", name(build, device), build.part_of(device).contacts[index as usize].name)
            })
            .collect();
        let load = name(build, wake.load.0);
        told.push(match contacts.as_slice() {
            [] => format!("{load} is dark with every coil at rest, and no position of any contact feeds it"),
            some => format!("{load} is dark with every coil at rest, until {} moves", some.join(", ")),
        });
    }
    told
}
