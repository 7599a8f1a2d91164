//! Certificates: a build without a short has one that the checker accepts, and a build with a short has none.

use switching::{Effort, certify};

use crate::case::Case;

/// Whether there is a certificate.
pub fn compare(case: &Case) -> bool {
    let network = &case.checked.facts.circuit.network;
    let Ok(text) = certify(network, Effort::default()) else { return false };
    let verified = verify::verify(&text).unwrap_or_else(|refusal| panic!("{refusal}\n{text}\n{case}"));
    let spoken = verify::network(&text).unwrap_or_else(|refusal| panic!("{refusal}\n{text}\n{case}"));
    assert_eq!(spoken.contacts.len(), network.contacts.len(), "{case}");
    assert_eq!(spoken.supplies.len(), network.supplies.len(), "{case}");
    assert!(verified.rest || !case.checked.facts.states.rest_admissible, "{case}");
    true
}
