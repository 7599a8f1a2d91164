//! Taking, keeping and giving back lines of a chip that stands in memory; every edge that a pin would see is counted.

use std::fs::File;

use super::super::fake::{Fake, Request};
use super::*;

fn want(offset: u32, safe: Level) -> Wanted {
    let (outlet, line) = (format!("pi[{offset}]"), format!("GPIO{offset}"));
    Wanted { outlet, chip: "pinctrl".to_owned(), line, offset, safe }
}

fn words<T>(result: Result<T, Vec<LineError>>) -> Vec<String> {
    result.err().unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn inputs_are_taken_in_one_request_at_their_safe_levels() {
    let fake = Fake::with("pinctrl", 54);
    let wanted = [want(4, Level::High), want(18, Level::Low), want(5, Level::High)];
    let lines = Gpio::take(fake.clone(), &wanted, Vec::new()).unwrap().lines;
    assert_eq!(fake.0.borrow().calls, ["output"]);
    assert_eq!(fake.edges(), [(4, true), (18, false), (5, true)]);
    assert_eq!(lines.found(), [Found::Input; 3]);
    assert_eq!(lines.levels().unwrap(), [Level::High, Level::Low, Level::High]);
    assert_eq!(lines.store()[0].0, "pinctrl=4,18,5");
}

#[test]
fn an_output_is_taken_over_at_its_level_without_an_edge() {
    let fake = Fake::with("pinctrl", 54);
    // The firmware holds one at rest; the other one was left energised.
    fake.pin(4, |pin| (pin.high, pin.info.output) = (true, true));
    fake.pin(5, |pin| (pin.high, pin.info.output) = (false, true));
    let wanted = [want(4, Level::High), want(5, Level::High), want(6, Level::High)];
    let mut lines = Gpio::take(fake.clone(), &wanted, Vec::new()).unwrap().lines;
    assert_eq!(fake.edges(), [(6, true)]);
    assert_eq!(lines.found(), [Found::Output(Level::High), Found::Output(Level::Low), Found::Input]);
    lines.set(1, Level::High).unwrap();
    assert_eq!(fake.edges(), [(5, true)]);
    assert_eq!(lines.levels().unwrap(), [Level::High; 3]);
}

#[test]
fn kept_lines_go_on_without_an_edge_and_only_what_is_missing_is_taken() {
    let fake = Fake::with("pinctrl", 54);
    let before = [want(4, Level::High), want(5, Level::High)];
    let mut lines = Gpio::take(fake.clone(), &before, Vec::new()).unwrap().lines;
    lines.set(1, Level::Low).unwrap();
    fake.edges();
    let Held { name, request, .. } = lines.held.pop().unwrap();
    // A line less, a line more, another order.
    let after = [want(6, Level::High), want(5, Level::High)];
    let taken = Gpio::take(fake.clone(), &after, vec![Kept { name, request }]).unwrap();
    assert_eq!(fake.edges(), [(6, true)]);
    assert_eq!(taken.lines.found(), [Found::Input, Found::Kept(Level::Low)]);
    assert_eq!(taken.lines.levels().unwrap(), [Level::High, Level::Low]);
    assert_eq!(taken.unwanted, Vec::<String>::new());
    assert_eq!(taken.lines.store().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["pinctrl=6"]);
    assert!(fake.0.borrow().chips[0].1[4].info.used, "a line that no config names is not let go of in passing");
}

#[test]
fn what_the_store_holds_beyond_that_is_named() {
    let fake = Fake::with("pinctrl", 54);
    let request =
        |owner| Request { fake: fake.clone(), chip: 0, offsets: vec![9], owner, fd: File::open("/dev/null").unwrap() };
    let kept = ["nonsense", "pinctrl=9", "pinctrl=9,10", "pinctrl=x", "other=4"];
    let kept = kept.map(|name| Kept { name: name.to_owned(), request: request(false) });
    let taken = Gpio::take(fake.clone(), &[want(4, Level::High)], kept.into()).unwrap();
    assert_eq!(taken.unwanted.len(), 5);
    assert_eq!(taken.lines.found(), [Found::Input]);
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_nothing_is_touched() {
    let fake = Fake::with("pinctrl", 10);
    fake.add("twice", 4);
    fake.add("twice", 4);
    fake.pin(5, |pin| (pin.info.used, pin.info.consumer) = (true, "spi0 CS1".to_owned()));
    fake.pin(6, |pin| pin.info.name = "FAN".to_owned());
    let elsewhere = |label: &str, offset| Wanted { chip: label.to_owned(), ..want(offset, Level::Low) };
    let wanted = [
        want(4, Level::High),
        want(5, Level::High),
        want(6, Level::High),
        Wanted { line: "GPIO7".to_owned(), ..want(8, Level::Low) },
        want(18, Level::High),
        elsewhere("absent", 1),
        elsewhere("absent", 2),
        elsewhere("twice", 3),
    ];
    let exist = "`pinctrl` (/dev/gpiochip0), `twice` (/dev/gpiochip1), `twice` (/dev/gpiochip2)";
    assert_eq!(
        words(Gpio::take(fake.clone(), &wanted, Vec::new())),
        [
            "outlet `pi[5]`: line `GPIO5` is held by `spi0 CS1`",
            "outlet `pi[6]`: line 6 is `FAN`, and the config calls it `GPIO6`",
            "outlet `pi[8]`: line 8 is `GPIO8`, and the config calls it `GPIO7`, which is line 7",
            "outlet `pi[18]`: `pinctrl` has 10 lines, and none with the number 18",
            &format!("no GPIO chip has the label `absent`; there are {exist}"),
            "/dev/gpiochip1, /dev/gpiochip2 all have the label `twice`",
        ]
    );
    assert!(fake.edges().is_empty() && fake.0.borrow().calls.is_empty());
}

#[test]
fn lines_are_given_back_when_they_are_dropped() {
    let fake = Fake::with("pinctrl", 10);
    drop(Gpio::take(fake.clone(), &[want(4, Level::High)], Vec::new()).unwrap());
    assert!(!fake.0.borrow().chips[0].1[4].info.used);
}

#[test]
fn more_lines_than_a_request_holds_take_two() {
    let fake = Fake::with("pinctrl", 100);
    let wanted: Vec<Wanted> = (0..100).map(|n| want(n, if n % 3 == 0 { Level::High } else { Level::Low })).collect();
    let lines = Gpio::take(fake.clone(), &wanted, Vec::new()).unwrap().lines;
    let numbers = |range: std::ops::Range<u32>| range.map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let names = [format!("pinctrl={}", numbers(0..64)), format!("pinctrl={}", numbers(64..100))];
    assert_eq!(lines.store().into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    assert!(lines.levels().unwrap().iter().zip(&wanted).all(|(level, wanted)| *level == wanted.safe));
}
