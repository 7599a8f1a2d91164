//! Who can cut and restore whom, in the repository's own builds and in edits of them.

mod memory;

use std::fmt::Write as _;

use analysis::control::{Act, Control, CoilRef, LockOut, Remedy, Verdict};
use cli::Checked;
use memory::Workspace;
use model::DeviceId;

fn name(checked: &Checked, device: DeviceId) -> String {
    checked.build.device(device).name.clone()
}

fn names(checked: &Checked, devices: &[DeviceId]) -> String {
    devices.iter().map(|&device| name(checked, device)).collect::<Vec<_>>().join(" ")
}

fn coil(checked: &Checked, (device, index): CoilRef) -> String {
    format!("{}.{}", name(checked, device), checked.build.part_of(device).coils[index as usize].name)
}

fn coils(checked: &Checked, of: &[CoilRef]) -> String {
    of.iter().map(|&one| coil(checked, one)).collect::<Vec<_>>().join(" ")
}

/// A lock-out as a line: its events, what they do, and what helps.
fn story(checked: &Checked, found: &LockOut) -> String {
    let mut told = String::new();
    for step in &found.events {
        let act = match &step.act {
            Act::Energises(of) => format!("energises {}", coils(checked, of)),
            Act::Releases(of) => format!("releases {}", coils(checked, of)),
            Act::Hangs => "hangs".to_owned(),
        };
        let dark = if step.dark.is_empty() { String::new() } else { format!(" ({} off)", names(checked, &step.dark)) };
        write!(told, "{} {act}{dark}; ", name(checked, step.who)).expect("a string takes it");
    }
    write!(told, "dark: {}; stuck: {}", names(checked, &found.dark), names(checked, &found.stuck)).expect("it takes it");
    if !found.likewise.is_empty() {
        write!(told, "; likewise {}", coils(checked, &found.likewise)).expect("it takes it");
    }
    for remedy in &found.remedies {
        let words = match remedy {
            Remedy::Watchdog(device) => format!("watchdog {}", name(checked, *device)),
            Remedy::OtherDriver(of, device) => format!("{} by {}", coil(checked, *of), name(checked, *device)),
            Remedy::LeaveAtRest(of) => format!("leave {}", coil(checked, *of)),
        };
        write!(told, "; {words}").expect("it takes it");
    }
    told
}

fn stories(checked: &Checked, all: &[LockOut]) -> Vec<String> {
    all.iter().map(|found| story(checked, found)).collect()
}

fn control(checked: &Checked) -> &Control {
    &checked.facts.control
}

/// `controller coil load`, in order, with `?` where nothing is wired and `no` where the load sits on NO.
fn grips(checked: &Checked) -> Vec<String> {
    let told = |grip: &analysis::control::Grip| {
        format!(
            "{}{} {} {}{}",
            name(checked, grip.controller),
            if grip.wired { "" } else { "?" },
            coil(checked, grip.coil),
            name(checked, grip.load),
            if grip.throw_nc { "" } else { " no" }
        )
    };
    control(checked).grips.iter().map(told).collect()
}

#[test]
fn a_ring_of_three_is_proved_free_of_lock_outs_by_one_and_needs_two() {
    let checked = Workspace::real().check();
    assert_eq!(
        grips(&checked),
        [
            "pi[5] k8.k[2] pi[2]",
            "pi[5] k8.k[3] pi[3]",
            "pi[5] k8.k[4] pi[4]",
            "pi[1] k1.k pi[5]",
            "pi[2] k2.k pi[1]",
        ]
    );
    let control = control(&checked);
    let Verdict::Free { controllers: 3, states } = control.single_hang else { panic!("{:?}", control.single_hang) };
    assert!(states > 0, "it was explored");
    assert!(control.lock_outs.is_empty());
    let beyond = stories(&checked, &control.beyond);
    assert_eq!(
        beyond,
        ["pi[5] energises k8.k[2] (pi[2] off); pi[1] hangs; pi[5] hangs; dark: pi[2]; stuck: pi[1] pi[5]"],
        "two neighbours of the ring"
    );
    assert!(control.self_cuts.is_empty() && control.dead_starts.is_empty() && control.idle_watches.is_empty());
    assert_eq!(names(&checked, &control.nobody), "sw");
    assert_eq!(names(&checked, &control.safe_at_rest), "?");
    let care = |at: usize| {
        let (outlet, care) = (&checked.facts.outlets[at], &control.outlets[at]);
        let list = |of: &[DeviceId]| if of.is_empty() { "nobody".to_owned() } else { names(&checked, of) };
        assert!(!care.never_hold);
        format!(
            "{}: feeds {}, needs {}",
            name(&checked, outlet.load),
            list(&care.feeds_controller),
            list(&care.needs_alive)
        )
    };
    let care: Vec<String> = (0..control.outlets.len()).map(care).collect();
    assert_eq!(care, ["?"]);
}

#[test]
fn the_published_pair_locks_out_either_way() {
    let checked = Workspace::example("as-published").check();
    assert_eq!(
        grips(&checked),
        [
            "pi[5]? k8.k[1] pi[1]",
            "pi[5]? k8.k[2] pi[2]",
            "pi[5]? k8.k[3] pi[3]",
            "pi[5]? k8.k[4] pi[4]",
            "pi[1]? k1.k pi[5]",
        ]
    );
    let control = control(&checked);
    assert_eq!(
        stories(&checked, &control.lock_outs),
        [
            "pi[1] energises k1.k (pi[5] off); pi[1] hangs; dark: pi[5]; stuck: pi[1]; watchdog pi[1]; leave k1.k",
            "pi[5] energises k8.k[1] (pi[1] off); pi[5] hangs; dark: pi[1]; stuck: pi[5]; watchdog pi[5]; leave k8.k[1]",
        ]
    );
    assert_eq!(control.single_hang, Verdict::Found);
    assert_eq!(names(&checked, &control.nobody), "sw");
    assert!(control.dead_starts.is_empty(), "all loads sit on NC");
}

/// The published build with both relays of the pair turned round.
#[test]
fn with_both_on_no_neither_of_the_pair_ever_starts() {
    let mut workspace = Workspace::example("as-published");
    let wires = workspace.files.get_mut("wiring/wires.toml").expect("it is there");
    *wires = wires.replace("k8.nc[1..4]", "k8.no[1..4]").replace("k1.nc", "k1.no");
    let checked = workspace.check();
    let dead = |start: &analysis::control::DeadStart| {
        let waits = start.waits_for.iter().map(|(of, by)| format!("{} by {}", coil(&checked, *of), name(&checked, *by)));
        format!("{}: {}", name(&checked, start.load), waits.collect::<Vec<_>>().join(", "))
    };
    let dead: Vec<String> = control(&checked).dead_starts.iter().map(dead).collect();
    assert_eq!(dead, ["?"]);
}

#[test]
fn a_lone_controller_is_safe_with_a_watchdog_and_else_is_not() {
    let mut workspace = Workspace::example("minimal");
    let wiring = workspace.files.get_mut("wiring/build.toml").expect("it is there");
    *wiring = wiring.replace("\"dtparam=watchdog=on\", ", "");
    let checked = workspace.check();
    assert_eq!(stories(&checked, &control(&checked).lock_outs), ["?"]);
    assert_eq!(names(&checked, &control(&checked).nobody), "pi");
    let wiring = workspace.files.get_mut("wiring/build.toml").expect("it is there");
    *wiring = wiring.replace("[\"gpio=18", "[\"dtparam=watchdog=on\", \"gpio=18");
    let checked = workspace.check();
    assert!(matches!(control(&checked).single_hang, Verdict::Free { .. }));
    assert!(control(&checked).lock_outs.is_empty() && control(&checked).nobody.is_empty());
}
