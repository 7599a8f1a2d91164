//! The 40-pin header of every Pi: pin order, reset pulls, reserved lines.

use toml::{Table, Value};

const PIS: [(&str, &str); 5] =
    [("pi-3b", "bcm2837"), ("pi-3b-plus", "bcm2837"), ("pi-4b", "bcm2711"), ("pi-5", "rp1"), ("pi-zero-2w", "bcm2837")];

/// What stands at pins 1, 3, 5 … 39 and 2, 4, 6 … 40: a GPIO's number, or a supply.
const ODD: [&str; 20] = [
    "3v3", "2", "3", "4", "gnd", "17", "27", "22", "3v3", "10", "9", "11", "gnd", "0", "5", "6", "13", "19", "26",
    "gnd",
];
const EVEN: [&str; 20] = [
    "5v", "5v", "gnd", "14", "15", "18", "gnd", "23", "24", "gnd", "25", "8", "7", "1", "gnd", "12", "gnd", "16", "20",
    "21",
];

fn parse(text: &str) -> Table {
    text.parse().expect("the library is TOML")
}

fn soc_of(part: &str) -> String {
    let part = parse(library::part(part).expect("the part is listed").text);
    assert_eq!(part["port"]["header"]["kind"].as_str(), Some("rpi-40"));
    part["port"]["header"]["soc"].as_str().expect("a soc is named").to_owned()
}

fn pins() -> Vec<String> {
    let connectors = parse(library::CONNECTORS);
    let pins = connectors["connector"]["rpi-40"]["pins"].as_array().expect("pins are a list");
    pins.iter().map(|pin| pin.as_str().expect("a pin is named").to_owned()).collect()
}

#[test]
fn the_header_has_the_published_order() {
    let pins = pins();
    assert_eq!(pins.len(), 40);
    let mut seen = std::collections::BTreeMap::new();
    for (at, pin) in pins.iter().enumerate() {
        let what = if at % 2 == 0 { ODD[at / 2] } else { EVEN[at / 2] };
        let expected = if what.parse::<u32>().is_ok() {
            format!("gpio[{what}]")
        } else {
            let nth = seen.entry(what).or_insert(0);
            *nth += 1;
            format!("{what}[{nth}]")
        };
        assert_eq!(*pin, expected, "pin {}", at + 1);
    }
    assert_eq!((seen["3v3"], seen["5v"], seen["gnd"]), (2, 2, 8));
}

#[test]
fn every_pi_has_28_gpios_with_their_pulls() {
    let mut counted = 0;
    for (part, soc) in PIS {
        assert_eq!(soc_of(part), soc, "{part}");
        let table = parse(library::soc(soc).expect("the soc is listed").text);
        let gpios = table["gpio"].as_table().expect("gpio is a table");
        for number in 0..28 {
            let gpio = &gpios[&number.to_string()];
            let pull = if number <= 8 { "up" } else { "down" };
            assert_eq!(gpio["pull"].as_str(), Some(pull), "{soc} GPIO{number}");
            assert_eq!(gpio.get("reserved").is_some(), number <= 1, "{soc} GPIO{number}");
            assert_eq!(gpio.get("fixed-pull").is_some(), number == 2 || number == 3, "{soc} GPIO{number}");
            let functions = gpio["functions"].as_array().map_or(0, Vec::len);
            assert_eq!(functions, if soc == "rp1" { 9 } else { 6 }, "{soc} GPIO{number}");
            counted += 1;
        }
        assert_eq!(gpios.len(), 28, "{soc}");
    }
    assert_eq!(counted, 28 * 5);
}

#[test]
fn functions_stand_at_their_numbers() {
    let function = |soc: &str, gpio: &str, number: usize| {
        let table = parse(library::soc(soc).expect("the soc is listed").text);
        table["gpio"][gpio]["functions"][number].as_str().expect("a function is a string").to_owned()
    };
    assert_eq!(function("bcm2837", "14", 0), "TXD0");
    assert_eq!(function("bcm2711", "14", 0), "TXD0");
    assert_eq!(function("rp1", "14", 4), "TXD0");
    assert_eq!(function("bcm2837", "18", 5), "PWM0");
    assert_eq!(function("bcm2711", "18", 5), "PWM0_0");
    assert_eq!(function("bcm2711", "0", 3), "SPI3_CE0_N");
    assert_eq!(function("bcm2837", "17", 0), "FL1");
}

#[test]
fn claims_name_header_gpios() {
    let overlays = parse(library::OVERLAYS);
    let claims = overlays["claim"].as_table().expect("claims are tables");
    assert!(claims.len() >= 70);
    for (name, claim) in claims {
        let gpios = claim["gpios"].as_array().expect("gpios are a list");
        assert!(gpios.iter().filter_map(Value::as_integer).all(|gpio| (0..28).contains(&gpio)), "{name}");
        if let Some(of) = claim.get("of") {
            assert!(claims.contains_key(of.as_str().expect("an alias names a claim")), "{name}");
        }
    }
}
