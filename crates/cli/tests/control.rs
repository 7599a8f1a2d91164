//! Who can cut and restore whom, in the repository's own builds and in edits of them.

mod memory;

use std::fmt::Write as _;

use analysis::control::{Act, CoilRef, Control, LockOut, Remedy, Verdict};
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
    write!(told, "dark: {}; stuck: {}", names(checked, &found.dark), names(checked, &found.stuck))
        .expect("it takes it");
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
        ["pi[5] k8.k[2] pi[2]", "pi[5] k8.k[3] pi[3]", "pi[5] k8.k[4] pi[4]", "pi[1] k1.k pi[5]", "pi[2] k2.k pi[1]",]
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
    assert_eq!(names(&checked, &control.safe_at_rest), "pi[1] pi[2] pi[3] pi[4] pi[5] sw");
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
    assert_eq!(
        care,
        [
            "pi[2]: feeds pi[2], needs pi[1]",
            "pi[3]: feeds nobody, needs nobody",
            "pi[4]: feeds nobody, needs nobody",
            "pi[5]: feeds pi[5], needs pi[2]",
            "pi[1]: feeds pi[1], needs pi[5]",
        ],
        "the rescuer of the one that cuts has to answer, where the load is a link of the ring"
    );
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
            "pi[1] energises k1.k (pi[5] off); pi[1] hangs; dark: pi[5]; stuck: pi[1]; \
             watchdog pi[1]; k8.k[1] by pi[2]; k8.k[1] by pi[3]; k8.k[1] by pi[4]; leave k1.k",
            "pi[5] energises k8.k[1] (pi[1] off); pi[5] hangs; dark: pi[1]; stuck: pi[5]; \
             watchdog pi[5]; k8.k[1] by pi[2]; k8.k[1] by pi[3]; k8.k[1] by pi[4]; leave k8.k[1]",
        ],
        "the driver that it finds is the ring of revision 2"
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
        let waits =
            start.waits_for.iter().map(|(of, by)| format!("{} by {}", coil(&checked, *of), name(&checked, *by)));
        format!("{}: {}", name(&checked, start.load), waits.collect::<Vec<_>>().join(", "))
    };
    let dead: Vec<String> = control(&checked).dead_starts.iter().map(dead).collect();
    assert_eq!(
        dead,
        [
            "pi[1]: k8.k[1] by pi[5]",
            "pi[2]: k8.k[2] by pi[5]",
            "pi[3]: k8.k[3] by pi[5]",
            "pi[4]: k8.k[4] by pi[5]",
            "pi[5]: k1.k by pi[1]",
        ]
    );
}

#[test]
fn a_lone_controller_is_safe_with_a_watchdog_and_else_is_not() {
    let mut workspace = Workspace::example("minimal");
    let wiring = workspace.files.get_mut("wiring/build.toml").expect("it is there");
    *wiring = wiring.replace("\"dtparam=watchdog=on\", ", "");
    let checked = workspace.check();
    assert_eq!(
        stories(&checked, &control(&checked).lock_outs),
        ["pi energises k1.k (sw off); pi hangs; dark: sw; stuck: pi; watchdog pi"]
    );
    assert_eq!(names(&checked, &control(&checked).nobody), "pi");
    let wiring = workspace.files.get_mut("wiring/build.toml").expect("it is there");
    *wiring = wiring.replace("[\"gpio=18", "[\"dtparam=watchdog=on\", \"gpio=18");
    let checked = workspace.check();
    assert!(matches!(control(&checked).single_hang, Verdict::Free { .. }));
    assert!(control(&checked).lock_outs.is_empty() && control(&checked).nobody.is_empty());
}

/// The bench with these devices and wires; boards are fed over their relays as the runs say.
fn bench(devices: &str, wires: &str) -> Checked {
    let mut workspace = Workspace::bench();
    workspace.files.insert("wiring/devices.toml".to_owned(), format!("[device]\n{devices}"));
    let runs = wires.trim().lines().map(str::trim).collect::<Vec<_>>().join(",\n");
    let wires = format!("[wire.all]\nstock = \"lead\"\nrun = [\n{runs}\n]\n");
    workspace.files.insert("wiring/wires.toml".to_owned(), wires);
    workspace.check()
}

#[test]
fn a_link_of_the_ring_that_the_wrong_board_drives_is_mended_by_another_driver() {
    let checked = bench(
        "psu = { part = \"bus-supply\" }\nboard = { part = \"toy-board\", count = 3 }\nrelay = { part = \"toy-relay\", count = 3 }",
        r#"
        "psu.plus[1..3] -> relay[1..3].nc"
        "relay[1..3].com -> board[2,3,1].plus"
        "board[1..3].minus -> psu.minus[1..3]"
        "board[1].pin4 -> relay[1].plus"
        "board[2].pin4 -> each relay[2..3].plus"
        "relay[1].minus -> board[1].pin14"
        "each relay[2..3].minus -> board[2].pin14"
        "board[1].gpio17 -> relay[1].in"
        "board[2].gpio[17..18] -> relay[2..3].in"
        "#,
    );
    assert_eq!(
        stories(&checked, &control(&checked).lock_outs),
        [
            "board[1] energises relay[1].k (board[2] off); board[1] hangs; dark: board[2]; stuck: board[1]; \
             watchdog board[1]; relay[3].k by board[3]; leave relay[1].k",
            "board[2] energises relay[3].k (board[1] off); board[2] hangs; dark: board[1]; stuck: board[2]; \
             watchdog board[2]; relay[3].k by board[3]; leave relay[3].k",
        ]
    );
}

#[test]
fn what_keeps_the_other_up_can_cut_itself_round_the_other() {
    let checked = bench(
        "psu = { part = \"bus-supply\" }\nboard = { part = \"toy-board\", count = 2 }\nrelay = { part = \"toy-relay\", count = 3 }",
        r#"
        "psu.plus[1] -> relay[1].nc"
        "relay[1].com -> board[2].plus"
        "psu.plus[2] -> relay[2].no"
        "psu.plus[3] -> relay[3].nc"
        "relay[2].com -> board[1].plus"
        "relay[3].com -> board[1].plus"
        "board[1..2].minus -> psu.minus[1..2]"
        "board[1].pin4 -> relay[1].plus"
        "board[2].pin4 -> each relay[2..3].plus"
        "relay[1].minus -> board[1].pin14"
        "each relay[2..3].minus -> board[2].pin14"
        "board[1].gpio17 -> relay[1].in"
        "board[2].gpio[17..18] -> relay[2..3].in"
        "#,
    );
    assert!(control(&checked).self_cuts.is_empty(), "in service board[1] hangs on the closed contact");
    let checked = bench(
        "psu = { part = \"bus-supply\" }\nboard = { part = \"toy-board\", count = 2 }\nrelay = { part = \"toy-relay\", count = 2 }",
        r#"
        "psu.plus[1] -> relay[1].nc"
        "relay[1].com -> board[2].plus"
        "psu.plus[2] -> relay[2].no"
        "relay[2].com -> board[1].plus"
        "board[1..2].minus -> psu.minus[1..2]"
        "board[1..2].pin4 -> relay[1..2].plus"
        "relay[1..2].minus -> board[1..2].pin14"
        "board[1..2].gpio17 -> relay[1..2].in"
        "#,
    );
    let cuts = control(&checked).self_cuts.iter().map(|cut| {
        assert!(!cut.for_good && !cut.releases);
        format!("{} {} {}", name(&checked, cut.controller), coils(&checked, &cut.coils), coils(&checked, &cut.around))
    });
    assert_eq!(cuts.collect::<Vec<_>>(), ["board[1] relay[1].k relay[2].k"]);
}

#[test]
fn two_contacts_side_by_side_need_two_mistakes() {
    let checked = bench(
        "psu = { part = \"bus-supply\" }\nhub = { part = \"toy-hub\" }\nboard = { part = \"toy-board\" }\nrelay = { part = \"toy-relay\", count = 2 }",
        r#"
        "psu.plus[1..2] -> relay[1..2].nc"
        "each relay[1..2].com -> hub.plus"
        "hub.minus -> psu.minus[1]"
        "psu.plus[3] -> board.plus"
        "board.minus -> psu.minus[3]"
        "each relay[1..2].minus -> board.pin14"
        "board.pin4 -> each relay[1..2].plus"
        "board.gpio[17,18] -> relay[1..2].in"
        "#,
    );
    let control = control(&checked);
    assert!(control.mistakes.iter().all(|mistake| mistake.dark.is_empty() && !mistake.for_good));
    let [double] = control.double_mistakes[..] else { panic!("{:?}", control.double_mistakes) };
    assert_eq!(coils(&checked, &double.coils), "relay[1].k relay[2].k");
    assert_eq!(name(&checked, double.dark), "hub");
    assert_eq!(
        stories(&checked, &control.lock_outs),
        [
            "board energises relay[1].k; board energises relay[2].k (hub off); board hangs; dark: hub; stuck: board; watchdog board"
        ]
    );
}

/// Boards, relays and hubs on a supply that bears them all.
fn large(boards: usize, relays: usize, hubs: usize) -> Workspace {
    let mut workspace = Workspace::bench();
    let part = r#"
like = "bus-supply"
name = "Bus bar"
source.out = { plus = "plus", minus = "minus", volts = "5 V", limit = "50000 A" }
"#;
    workspace.files.insert("bom/parts/bar.toml".to_owned(), part.trim_start().to_owned());
    let devices = format!(
        "[device]\npsu = {{ part = \"bar\" }}\nboard = {{ part = \"toy-board\", count = {boards} }}\n\
         hub = {{ part = \"toy-hub\", count = {hubs} }}\nrelay = {{ part = \"toy-relay\", count = {relays} }}\n"
    );
    workspace.files.insert("wiring/devices.toml".to_owned(), devices);
    workspace
}

/// One ring of so many boards, each of which cuts the next.
fn ring(count: usize) -> Checked {
    let mut workspace = large(count, count, 2);
    let wires = format!(
        "[wire.all]\nstock = \"lead\"\nrun = [\"psu.plus[1] -> each relay[*].nc, hub[*].plus\", \
         \"each board[*].minus, hub[*].minus -> psu.minus[1]\", \"relay[*].com -> board[2..{count}].plus, board[1].plus\", \
         \"board[*].pin4 -> relay[*].plus\", \"relay[*].minus -> board[*].pin14\", \"board[*].gpio17 -> relay[*].in\"]\n"
    );
    workspace.files.insert("wiring/wires.toml".to_owned(), wires);
    workspace.check()
}

#[test]
fn a_ring_too_large_to_explore_is_proved_by_its_rescuers() {
    for count in [16, 40] {
        let checked = ring(count);
        let controllers = u32::try_from(count).expect("it is small");
        assert!(
            matches!(control(&checked).single_hang, Verdict::Free { controllers: of, .. } if of == controllers),
            "{count}: {:?}",
            control(&checked).single_hang
        );
    }
}

/// Racks of three boards in a ring, each with two hubs besides.
fn racks(count: usize) -> Checked {
    let (boards, hubs, relays) = (3 * count, 2 * count, 5 * count);
    let mut workspace = large(boards, relays, hubs);
    let mut wires = String::from("[wire.all]\nstock = \"lead\"\nrun = [\n");
    wires.push_str("\"psu.plus[1] -> each relay[*].nc\", \"each board[*].minus, hub[*].minus -> psu.minus[1]\",\n");
    for rack in 0..count {
        let (board, hub, relay) = (3 * rack, 2 * rack, 5 * rack);
        let of = |base: usize, numbers: &[usize]| {
            numbers.iter().map(|number| (base + number).to_string()).collect::<Vec<_>>().join(",")
        };
        let (first, third, last) = (relay + 1, relay + 3, relay + 5);
        let (cut, hubs) = (of(board, &[2, 3, 1]), of(hub, &[1, 2]));
        let (one, two, three) = (board + 1, board + 2, board + 3);
        writeln!(
            wires,
            "\"relay[{first}..{last}].com -> board[{cut}].plus, hub[{hubs}].plus\", \
             \"board[{one}..{two}].pin4 -> relay[{first}..{}].plus\", \"board[{three}].pin4 -> each relay[{third}..{last}].plus\", \
             \"relay[{first}..{}].minus -> board[{one}..{two}].pin14\", \"each relay[{third}..{last}].minus -> board[{three}].pin14\", \
             \"board[{one}..{two}].gpio17 -> relay[{first}..{}].in\", \"board[{three}].gpio[17..19] -> relay[{third}..{last}].in\",",
            relay + 2, relay + 2, relay + 2
        )
        .expect("it takes it");
    }
    wires.push_str("]\n");
    workspace.files.insert("wiring/wires.toml".to_owned(), wires);
    workspace.check()
}

#[test]
fn racks_built_alike_are_explored_once() {
    let (one, many) = (racks(1), racks(60));
    let Verdict::Free { controllers: 3, states } = control(&one).single_hang else {
        panic!("{:?}", control(&one).single_hang)
    };
    assert_eq!(control(&many).single_hang, Verdict::Free { controllers: 180, states });
    assert_eq!((control(&one).beyond.len(), control(&many).beyond.len()), (1, 60));
    assert_eq!(control(&many).grips.len(), 300);
}
