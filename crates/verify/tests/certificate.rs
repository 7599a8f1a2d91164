//! The checker against brute force over all states: what is clean is proved, what is not cannot be, and no damage to a file passes.

mod plain;

use std::fmt::Write;

use plain::{Dice, fault, random, table};
use verify::{Refusal, Verified, network, verify, verify_within};

/// The example of the format's page.
fn example() -> &'static str {
    let page = include_str!("../../../docs/certificate.md");
    let (_, rest) = page.split_once("```text\n").expect("the page has an example");
    rest.split_once("```").expect("the example ends").0
}

/// Two supplies with returns of their own. `k1` moves the load's minus from one to the other and opens the load's plus from the
/// first; `k2` and `k3` together tie the load's plus to the second, and `k2` has its coil behind a NO of `k1`.
const TWO_SUPPLIES: &str = "\
wireloom-certificate 1
nodes 8
variable 0 1
variable 0 1
variable 0 1
conductor 7 2
contact 4 0 -1
contact 4 2 +2 +3
contact 5 1 -1
contact 5 3 +1
contact 6 7 +1
reference 1
reference 3
rail 0 0 1 1 0
rail 1 0 0 0 0
rail 2 1 1 1 0
rail 3 1 0 0 0
supply +2 : 6 7
name 4 load.plus
name 6 k2.coil
";

/// One pole breaks before it makes.
const BY_RETURNS: &str = "prove 0 2 in 4 refs 0 1\napart -1 : 1\napart +1 : 3\nrup\n";

/// `k2` pulls in only behind `k1`, which has opened the other contact.
const BY_SUPPLY: &str = "prove 2 0 in 6 refs 1 0\ncut -1 : 0\ncut +c1 : 2 6\nneed 0 -2 +1 : 6\nrup +1\nrup\n";

#[track_caller]
fn accepted(text: &str) -> Verified {
    verify(text).unwrap_or_else(|refusal| panic!("{refusal}\n{text}"))
}

#[track_caller]
fn refused(text: &str, why: &str) -> Refusal {
    let refusal = verify(text).err().unwrap_or_else(|| panic!("accepted:\n{text}"));
    assert!(refusal.to_string().contains(why), "{refusal}\n{text}");
    refusal
}

#[test]
fn the_example_of_the_page_is_accepted_and_without_its_interlock_refused() {
    let verified = accepted(example());
    assert_eq!((verified.questions, verified.cuts, verified.derived, verified.rest), (1, 2, 1, true));
    refused(&example().replace("clause -1 -2\n", ""), "does not lead to a contradiction");
}

#[test]
fn two_supplies_are_kept_apart_by_their_returns_or_by_what_a_coil_needs() {
    for proof in [BY_RETURNS, BY_SUPPLY] {
        assert_eq!(accepted(&format!("{TWO_SUPPLIES}{proof}")).questions, 1);
    }
    let twice = format!("{TWO_SUPPLIES}{BY_RETURNS}{BY_SUPPLY}");
    assert_eq!(refused(&twice, "this is proved above").line, twice.lines().count() - 5);
    refused(TWO_SUPPLIES, "nothing proves that node 0 and node 2 stay apart in the island of node 0 while references");
}

#[test]
fn damage_is_named_with_its_line() {
    let cases = [
        ("cut -1 : 0", "cut : 0", "contact 0 between nodes 4 and 0 crosses, and is not covered"),
        ("cut -1 : 0", "cut -1 : 4", "the nodes do not part the two rails"),
        ("cut +c1 : 2 6", "cut -c1 : 2 6", "contact 1 between nodes 4 and 2 crosses"),
        ("cut +c1 : 2 6", "cut +c1 : 2", "contact 4 between nodes 6 and 7 crosses"),
        ("cut +c1 : 2 6", "cut +c0 : 2 6", "contact 0 has not two literals"),
        ("need 0 -2 +1 : 6", "need 0 +1 : 6", "the opposite of what the supply is for"),
        ("need 0 -2 +1 : 6", "need 0 -2 : 6", "contact 4 between nodes 6 and 7 crosses"),
        ("need 0 -2 +1 : 6", "need 0 -2 +1 : 6 2", "the nodes part no pair"),
        ("need 0 -2 +1 : 6", "need 0 -2 +1", "the supply has 1 lists"),
        ("need 0 -2 +1 : 6", "need 1 -2 +1 : 6", "`1` is no number below 1"),
        ("need 0 -2 +1 : 6\nrup +1\n", "", "does not lead to a contradiction"),
        ("need 0 -2 +1 : 6", "apart -2 +1 : 6", "the nodes part no pair"),
        ("need 0 -2 +1 : 6\nrup +1\n", "rup +1\nrup\n", "does not lead to a contradiction"),
        ("rup\n", "", "a proof ends with `rup` and no literal"),
        ("rup\n", "rup\nrup\n", "the proof above is at its end"),
        ("refs 1 0", "", "nobody asks for"),
        ("in 6", "in 5", "nobody asks for"),
        ("in 6", "direct", "nobody asks for"),
        ("contact 6 7 +1", "contact 6 7", "the nodes part no pair"),
        ("contact 6 7 +1", "contact 6 7 -1", "contact 4 between nodes 6 and 7 crosses"),
        ("contact 4 0 -1", "contact 4 1 -1", "nobody asks for"),
        ("conductor 7 2", "conductor 7 0", "contact 4 between nodes 6 and 7 crosses"),
        ("conductor 7 2", "conductor 0 1", "conflicting rails stand on the net of node 0"),
        ("conductor 7 2\n", "", "nobody asks for"),
        ("nodes 8", "nodes 8000001", "`8000001` is no number below"),
        ("nodes 8\n", "", "is no number below 0"),
        ("nodes 8", "nodes 8\nnodes 9", "`nodes` is nothing that can stand here"),
        ("certificate 1", "certificate 2", "the first line is not"),
        ("rail 3 1 0 0 0", "rail 3 2 0 0 0", "`2` is no number below 2"),
        ("rail 3 1 0 0 0", "rail 3 1 0 0", "a number is missing"),
        ("rail 3 1 0 0 0", "rail 3 1 0 0 0 0", "`0` is one too many"),
        ("variable 0 1\n", "", "`3` is no number below 3"),
        ("supply +2 : 6 7", "supply +2 : 6", "a number is missing"),
        ("supply +2 : 6 7", "supply +2 3 : 6 7", "`3` is one too many"),
        ("supply +2 : 6 7", "clause", "a clause without a literal"),
        ("rup\n", "\nrup\n", "an empty line"),
    ];
    let whole = format!("{TWO_SUPPLIES}{BY_SUPPLY}");
    for (from, to, why) in cases {
        assert!(whole.contains(from), "{from}");
        let at = match from.starts_with("rup\n") {
            true => whole.len() - from.len(),
            false => whole.find(from).expect("asserted above"),
        };
        let text = format!("{}{to}{}", &whole[..at], &whole[at + from.len()..]);
        refused(&text, why);
    }
    assert_eq!(refused(&whole.replace("cut -1 : 0", "cut : 0"), "crosses").line, 22);
}

#[test]
fn work_has_a_limit() {
    let whole = format!("{TWO_SUPPLIES}{BY_SUPPLY}");
    let steps = accepted(&whole).steps;
    assert_eq!(verify_within(&whole, steps).map(|verified| verified.steps), Ok(steps));
    for less in [0, 1, steps / 2, steps - 1] {
        let refusal = verify_within(&whole, less).expect_err("fewer steps than it takes");
        assert!(refusal.why.contains("more steps"), "{refusal}");
    }
}

#[test]
fn questions_without_number_are_refused_before_they_are_counted_out() {
    let mut text = "wireloom-certificate 1\nnodes 3001\nvariable 0 1\nreference 0\n".to_owned();
    for node in 1..=3000 {
        let _ = write!(text, "rail {node} 0 {node} 0 0\ncontact 0 {node} +1\n");
    }
    refused(&text, "far more questions than proofs");
}

#[test]
fn a_chain_of_a_hundred_thousand_contacts_is_cut_in_its_middle() {
    let count = 100_000;
    let mut text = format!("wireloom-certificate 1\nnodes {}\nvariable 0 1\nreference 0\n", count + 1);
    for node in 0..count {
        let sign = if node == count / 2 { "+1 -1" } else { "+1" };
        let _ = writeln!(text, "contact {node} {} {sign}", node + 1);
    }
    let _ = write!(text, "contact {} {} -1\nrail 0 0 0 0 0\nrail {count} 0 1 1 0\n", count / 2, count / 2 + 1);
    let _ = write!(text, "prove 0 {count} in 1\ncut +1 : 0\ncut -1 :");
    for node in 0..=count / 2 {
        let _ = write!(text, " {node}");
    }
    text.push_str("\nrup\n");
    assert_eq!(accepted(&text).questions, 1);
    refused(&text.replace("cut +1 : 0\n", ""), "does not lead to a contradiction");
}

#[test]
fn what_is_clean_is_proved_and_what_is_not_cannot_be() {
    let (mut clean, mut faulty, mut by_reference, mut needs) = (0, 0, 0, 0);
    for seed in 1..=12_000 {
        let mut dice = Dice::new(seed);
        let head = random(&mut dice);
        let network = network(&head).expect("the dice write a network");
        if table::on_one_net(&network) {
            refused(&head, "on the net of");
            continue;
        }
        match (fault(&network), table::proofs(&network, &mut dice, false)) {
            (None, Some((proofs, questions))) => {
                let verified = accepted(&format!("{head}{proofs}"));
                assert_eq!(verified.questions, questions, "seed {seed}");
                clean += u32::from(questions > 0);
                by_reference += u32::from(proofs.contains("refs"));
                needs += u32::from(proofs.contains("need"));
            }
            (Some(_), None) => {
                faulty += 1;
                if let Some((proofs, _)) = table::proofs(&network, &mut dice, true) {
                    refused(&format!("{head}{proofs}"), "does not lead to a contradiction");
                }
            }
            (fault, proofs) => panic!("seed {seed}: {fault:?}, {}\n{head}", proofs.is_some()),
        }
    }
    assert!(clean > 500 && faulty > 500 && by_reference > 50 && needs > 50, "{clean} {faulty} {by_reference} {needs}");
}
