//! Stories of simulated machines.

use super::*;
use proptest::prelude::*;

/// Two outlets as the daemon's document has them: `pi[2]` on an NC contact, `pi[3]` on an NO contact.
fn config() -> RelayConfig {
    let outlet = |n: u32, contact: &str, rest: &str| {
        format!(
            "[[outlet]]\nname = \"pi[{n}]\"\nslug = \"pi-{n}\"\nchip = \"c\"\nline = \"GPIO{n}\"\noffset = {n}\nactive = \"low\"\nsafe = \"high\"\n\
             contact = \"{contact}\"\nat-rest = \"{rest}\"\noff-ms = 1000\non-min-ms = 0\noff-min-ms = 0\ntakes-down = [\"pi[{n}]\"]\n\
             feeds-host = false\nfeeds-rescuer = false\nwatch = false\n"
        )
    };
    let head = "schema = 1\ncontroller = \"pi[5]\"\nslug = \"pi-5\"\nstagger-ms = 0\nconfig-txt = []\n[build]\nname = \"b\"\nversion = \"1\"\n";
    let text = format!("{head}[[chip]]\nlabel = \"c\"\n{}{}", outlet(2, "nc", "on"), outlet(3, "no", "off"));
    RelayConfig::parse(&text).unwrap()
}

fn sim() -> Sim {
    Sim::new(&config(), Habits { relay_ms: 10, boot_ms: 1000, heartbeat_ms: 300 }, 0)
}

#[test]
fn a_cycle_makes_a_machine_dark_then_boot_then_live() {
    let mut sim = sim();
    assert_eq!((sim.machine(0), sim.machine(1)), (Machine::Lives, Machine::Dark));
    assert_eq!(sim.advance(700), [(300, "pi[2]".to_owned()), (600, "pi[2]".to_owned())]);
    sim.set(0, Level::Low).unwrap();
    sim.advance(709);
    assert_eq!(sim.power(0), Power::On, "the contact takes its time");
    sim.advance(710);
    assert_eq!((sim.power(0), sim.machine(0)), (Power::Off, Machine::Dark));
    sim.advance(5000);
    sim.set(0, Level::High).unwrap();
    assert_eq!(sim.advance(6009), []);
    assert_eq!(sim.machine(0), Machine::Boots(6010));
    assert_eq!(sim.advance(6310), [(6010, "pi[2]".to_owned()), (6310, "pi[2]".to_owned())]);
}

#[test]
fn a_normally_open_contact_gives_power_when_energised() {
    let mut sim = sim();
    sim.set(1, Level::Low).unwrap();
    sim.advance(10);
    assert_eq!(sim.power(1), Power::On);
    assert_eq!(sim.levels().unwrap(), [Level::High, Level::Low]);
}

#[test]
fn faults_do_what_they_say() {
    let cycle = |fault: Fault| {
        let mut sim = sim();
        sim.spoil(0, fault);
        let set = sim.set(0, Level::Low);
        sim.advance(100);
        let off = sim.power(0);
        let _ = sim.set(0, Level::High);
        sim.advance(1500);
        (set.is_ok(), off, sim.machine(0))
    };
    assert_eq!(cycle(Fault::StuckContact), (true, Power::On, Machine::Lives));
    assert_eq!(cycle(Fault::Welded), (true, Power::On, Machine::Lives));
    assert_eq!(cycle(Fault::Hang), (true, Power::Off, Machine::Lives));
    assert_eq!(cycle(Fault::HangsAlways), (true, Power::Off, Machine::Hangs));
    assert_eq!(cycle(Fault::SlowBoot(3)), (true, Power::Off, Machine::Boots(3110)));
    assert_eq!(cycle(Fault::LineError), (false, Power::On, Machine::Lives));
}

#[test]
fn a_hung_machine_stays_so_until_its_power_was_cut_and_a_mended_contact_follows_its_coil() {
    let mut sim = sim();
    sim.spoil(0, Fault::Hang);
    sim.advance(100_000);
    assert!(!sim.answers(0) && sim.power(0) == Power::On);
    sim.spoil(0, Fault::StuckContact);
    sim.set(0, Level::Low).unwrap();
    sim.advance(100_100);
    assert_eq!(sim.power(0), Power::On);
    sim.mend(0);
    sim.advance(100_200);
    assert_eq!(sim.power(0), Power::Off);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// However often somebody looks, the same thing happens at the same time.
    #[test]
    fn looking_more_often_changes_nothing(
        acts in proptest::collection::vec((0_u64..2000, 0_usize..2, any::<bool>()), 0..12),
        looks in proptest::collection::vec(1_u64..400, 1..40),
    ) {
        let (mut one, mut other) = (sim(), sim());
        let (mut beats, mut more) = (Vec::new(), Vec::new());
        let mut at = 0;
        for (pause, line, low) in acts {
            at += pause;
            for step in &looks {
                let next = (other.now_ms + step).min(at);
                more.extend(other.advance(next));
            }
            beats.extend(one.advance(at));
            more.extend(other.advance(at));
            let level = if low { Level::Low } else { Level::High };
            one.set(line, level).unwrap();
            other.set(line, level).unwrap();
        }
        beats.sort();
        more.sort();
        prop_assert_eq!(beats, more);
        prop_assert_eq!(format!("{:?}", one.nodes), format!("{:?}", other.nodes));
    }
}
