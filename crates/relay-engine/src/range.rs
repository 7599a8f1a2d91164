//! Names of several outlets in one: `pi[1..4]` as in the language, `pi[1-4]` as in other tools, slugs, lists and `*`.

use relay_config::RelayConfig;

/// Most numbers that one range may name.
const MOST: u32 = 1_000;

/// Why words name no outlets: a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoOutlets(pub String);

/// The outlets that words name, each once, in the order in which they are named.
///
/// `*` is all; `pi[*]` all of that name; `pi[1..4,6]` and `pi[1-4,6]` numbers; `pi-[1..4]` the same by slug; a comma outside of brackets ends a name.
///
/// # Errors
/// [`NoOutlets`] where a name or a number has no outlet, or a range is none.
pub fn expand(words: &str, config: &RelayConfig) -> Result<Vec<String>, NoOutlets> {
    let mut found: Vec<String> = Vec::new();
    let mut depth = 0_i32;
    let split = |letter: char| {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        letter == ',' && depth == 0
    };
    for name in words.split(split).map(str::trim) {
        for outlet in one(name, config)? {
            if !found.contains(&outlet) {
                found.push(outlet);
            }
        }
    }
    Ok(found)
}

fn one(name: &str, config: &RelayConfig) -> Result<Vec<String>, NoOutlets> {
    let outlets = &config.outlets;
    if name == "*" {
        return Ok(outlets.iter().map(|outlet| outlet.name.clone()).collect());
    }
    let find = |words: &str| {
        let by_name = outlets.iter().find(|outlet| outlet.name == words);
        by_name.or_else(|| outlets.iter().find(|outlet| outlet.slug == words)).map(|outlet| outlet.name.clone())
    };
    if let Some(outlet) = find(name) {
        return Ok(vec![outlet]);
    }
    let unknown = || NoOutlets(format!("no outlet is called `{name}`"));
    let (stem, list) = name.strip_suffix(']').and_then(|rest| rest.split_once('[')).ok_or_else(unknown)?;
    let mut all = Vec::new();
    for item in list.split(',').map(str::trim) {
        if item == "*" {
            let of_stem = |words: &str| words.strip_prefix(stem).is_some_and(|rest| rest.starts_with('['));
            let by_slug = |words: &str| {
                stem.ends_with('-')
                    && words.strip_prefix(stem).is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
            };
            let those = outlets.iter().filter(|outlet| of_stem(&outlet.name) || by_slug(&outlet.slug));
            let before = all.len();
            all.extend(those.map(|outlet| outlet.name.clone()));
            if all.len() == before {
                return Err(unknown());
            }
            continue;
        }
        let (from, until) = item.split_once("..").or_else(|| item.split_once('-')).unwrap_or((item, item));
        let number = |words: &str| words.trim().parse::<u32>().ok();
        let range = number(from).zip(number(until)).filter(|(from, until)| from <= until && until - from < MOST);
        let Some((from, until)) = range else {
            return Err(NoOutlets(format!("`{item}` in `{name}` is no range such as `1..4`")));
        };
        for number in from..=until {
            let outlet = find(&format!("{stem}[{number}]")).or_else(|| find(&format!("{stem}{number}")));
            all.push(outlet.ok_or_else(|| NoOutlets(format!("`{name}`: no outlet has the number {number}")))?);
        }
    }
    Ok(all)
}
