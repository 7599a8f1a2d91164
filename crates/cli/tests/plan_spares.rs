//! Spares: the least number that lasts, what it costs beyond what is left over, and what is said where no rate is known.
//!
//! `cargo xtask docs` rewrites the snapshots.

mod memory;

use analysis::plan::spares::pieces_for;
use cli::Checked;
use memory::Workspace;
use outputs::plan::spares::{asked, json, page};

fn shown(checked: &Checked, rates: &[&str], years: u32) -> String {
    let rates: Vec<String> = rates.iter().map(|rate| (*rate).to_owned()).collect();
    page(checked.view(), &asked(&checked.build, &rates, years, "95%").expect("it is understood"))
}

#[test]
fn the_spares_of_revision_2() {
    let checked = Workspace::real().check();
    insta::assert_snapshot!(shown(&checked, &[], 3));
}

#[test]
fn the_spares_of_revision_2_at_rates_that_were_asked() {
    let checked = Workspace::real().check();
    insta::assert_snapshot!(shown(&checked, &["pi-4b=2%", "psu-200w=3%", "blade-2a=1%", "sd-32=5%"], 5));
}

#[test]
fn the_spares_of_the_published_build() {
    let checked = Workspace::example("as-published").check();
    insta::assert_snapshot!(shown(&checked, &["pi-4b=2%"], 3));
}

#[test]
fn the_least_number_that_a_poisson_variable_stays_within() {
    // Tables of the distribution: P(N <= 2) is 0.9197 at mean 1 and P(N <= 3) is 0.9810; P(N <= 15) is 0.9513 at mean 10.
    assert_eq!(pieces_for(1.0, 0.9196), Some(2));
    assert_eq!(pieces_for(1.0, 0.9198), Some(3));
    assert_eq!(pieces_for(10.0, 0.95), Some(15));
    assert_eq!(pieces_for(10.0, 0.952), Some(16));
    // P(N = 0) is 0.9512 at mean 0.05.
    assert_eq!(pieces_for(0.05, 0.95), Some(0));
    assert_eq!(pieces_for(0.05, 0.952), Some(1));
    assert_eq!(pieces_for(0.0, 0.9999), Some(0));
    assert_eq!(pieces_for(f64::NAN, 0.9), None);
    assert_eq!(pieces_for(-1.0, 0.9), None);
    assert_eq!(pieces_for(1e9, 0.9), None);
    // Far out the distribution is normal: mean and 1.645 deviations.
    let many = pieces_for(10_000.0, 0.95).expect("it is counted");
    assert!((10_160..=10_170).contains(&many), "{many}");
    let mut last = 0;
    for mean in 1..200 {
        let pieces = pieces_for(f64::from(mean) / 4.0, 0.95).expect("it is counted");
        assert!(pieces >= last, "more failures never need fewer spares");
        last = pieces;
    }
}

#[test]
fn a_part_says_how_often_it_fails() {
    let with = |fails: &str| {
        let mut bench = Workspace::bench();
        let lamp = bench.files.get_mut("bom/parts/lamp.toml").expect("the bench has a lamp");
        *lamp = format!("fails = {fails}\n{lamp}");
        let checked = bench.check();
        let text = json(checked.view(), &asked(&checked.build, &[], 10, "95%").expect("it is understood"));
        let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        let lamp = json["spares"].as_array().and_then(|all| all.iter().find(|row| row["part"] == "lamp").cloned());
        let found: Vec<String> = checked.findings.iter().map(memory::name).collect();
        (lamp.map_or(serde_json::Value::Null, |lamp| lamp["keep"].clone()), found)
    };
    assert_eq!(with("{ yearly = \"10%\" }").0, 3, "one failure in ten years on average: P(N <= 3) is 0.98");
    assert_eq!(with("{ mtbf = \"87660 h\" }").0, 3, "the same");
    assert_eq!(with("{ yearly = \"unstated\" }"), (serde_json::Value::Null, Vec::new()));
    for bad in
        ["{ yearly = \"-1%\" }", "{ mtbf = \"0 h\" }", "{ often = \"1%\" }", "{}", "\"2%\"", "{ yearly = \"2 A\" }"]
    {
        assert!(!with(bad).1.is_empty(), "{bad}");
    }
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let checked = Workspace::real().check();
    let wrong = |rate: &str, confidence: &str| {
        asked(&checked.build, &[rate.to_owned()], 3, confidence).expect_err("it is not understood")
    };
    assert_eq!(wrong("pi-4c=2%", "95%"), "`pi-4c` is no part of this build; `pi-4b` is");
    assert!(wrong("pi-4b", "95%").contains("part=2%"));
    for rate in ["pi-4b=-2%", "pi-4b=2", "pi-4b=NaN%", "pi-4b=inf%"] {
        assert!(wrong(rate, "95%").contains("is not a share"), "{rate}");
    }
    assert!(wrong("pi-4b=2%", "100%").contains("99.9999%"));
}
