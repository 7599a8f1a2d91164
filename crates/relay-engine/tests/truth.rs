//! The truth table, all of it, and against what a config says of itself.

use relay_config::{Contact, Level, Power, RelayConfig};
use relay_engine::truth::{Coil, coil, level_for, power, power_at};

const PAGE: &str = include_str!("../../../docs/relayd.md");

#[test]
fn all_eight_rows_hold_and_agree_with_the_config_s_own_cross_checks() {
    let fence = PAGE.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let mut outlet = RelayConfig::parse(fence).expect("the example is a config").outlets.remove(0);
    let table = include_str!("../src/truth.rs");
    let mut rows = 0;
    for active in [Level::Low, Level::High] {
        for contact in [Contact::Nc, Contact::No] {
            outlet.active = active;
            outlet.contact = contact;
            outlet.safe = active.other();
            outlet.at_rest = contact.at_rest();
            assert_eq!(coil(active, outlet.safe), Coil::Rest);
            assert_eq!(power(contact, Coil::Rest), outlet.at_rest);
            assert_ne!(power(contact, Coil::Energised), outlet.at_rest);
            for level in [Level::Low, Level::High] {
                let given = power_at(&outlet, level);
                assert_eq!(level_for(&outlet, given), level, "a level and a power are the same thing twice");
                let energised = if coil(active, level) == Coil::Energised { "energised" } else { "at rest" };
                let row =
                    format!("//! | {active:?} | {contact:?} | {level:?} | {energised} | {given:?} |").to_lowercase();
                assert!(table.contains(&row), "the table lacks {row}");
                rows += 1;
            }
            for wanted in [Power::On, Power::Off] {
                assert_eq!(power_at(&outlet, level_for(&outlet, wanted)), wanted);
            }
        }
    }
    assert_eq!(rows, table.lines().filter(|line| line.contains("| nc |") || line.contains("| no |")).count());
}
