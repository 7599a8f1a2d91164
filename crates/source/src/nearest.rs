//! Did you mean: the nearest of a few names.

/// Names compared at most, so that a wrong name in a huge build costs no more than in a small one.
const MOST: usize = 200;

/// The candidate nearest to `wrong`, if one is near enough to be worth saying.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let short: String = wrong.chars().take(64).collect();
    let allowed = (short.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .take(MOST)
        .filter(|candidate| candidate.len() <= 256)
        .map(|candidate| (strsim::damerau_levenshtein(&short, candidate), candidate))
        .filter(|&(distance, _)| distance <= allowed)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_mended_and_a_stranger_is_not() {
        assert_eq!(nearest("colur", ["length", "colour"]), Some("colour"));
        assert_eq!(nearest("zebra", ["length", "colour"]), None);
    }
}
