//! Each clean has a certificate that the separate checker accepts, and nothing else has one.

#[path = "brute/generate.rs"]
mod generate;

use generate::{Random, network};
use switching::{
    Effort, Network, certify, shorts,
    synthetic::{Extras, blocked_grid, chain, detours, ladder, rack, random_grid, three_sat},
};

#[test]
fn a_certificate_is_there_exactly_where_no_state_is_a_short() {
    let (mut clean, mut cuts, mut derived) = (0, 0, 0);
    for seed in 20_001..23_000 {
        let network = network(&mut Random(seed));
        let found = shorts(&network, Effort::default()).found;
        match certify(&network, Effort::default()) {
            Ok(text) => {
                assert!(found.is_empty(), "seed {seed}: certified\n{network:#?}\n{found:#?}\n{text}");
                let verified = verify::verify(&text).unwrap_or_else(|why| panic!("seed {seed}: {why:?}\n{text}"));
                clean += 1;
                cuts += verified.cuts;
                derived += verified.derived;
            }
            Err(failed) => {
                assert!(!found.is_empty(), "seed {seed}: {failed:?}\n{network:#?}");
                assert!(failed.open.is_empty() && !failed.joined.is_empty(), "seed {seed}: {failed:?}");
            }
        }
    }
    assert!(clean > 300 && cuts > 300 && derived > 300, "{clean} {cuts} {derived}");
}

#[test]
fn hard_shapes_are_certified() {
    for (name, network) in [
        ("rack", rack(500, Extras { decoys: true, supplies: true, ..Extras::default() })),
        ("chain", chain(2_000, true)),
        ("detours", detours(300, true)),
        ("ladder", ladder(300)),
        ("blocked grid", blocked_grid(12)),
        ("grid", random_grid(8, 12, 2, 1)),
        ("3-sat", three_sat(60, 255, 1)),
    ] {
        let text = certify(&network, Effort::default()).unwrap_or_else(|failed| panic!("{name}: {failed:?}"));
        verify::verify(&text).unwrap_or_else(|why| panic!("{name}: {why:?}"));
    }
}

#[test]
fn a_short_has_no_certificate_and_little_effort_says_so() {
    let joined = |network: &Network| certify(network, Effort::default()).unwrap_err().joined;
    assert_eq!(joined(&chain(20, false)), [[0, 1]]);
    assert_eq!(joined(&rack(18, Extras { planted: 1, ..Extras::default() })).len(), 1);
    let failed = certify(&three_sat(60, 255, 1), Effort { rounds: 2, ..Effort::default() }).unwrap_err();
    assert_eq!((failed.joined.len(), failed.open.len()), (0, 1));
    assert_eq!((failed.open[0].contacts, failed.open[0].variables), (765, 60));
}
