//! Names of outlets, and ranges of them as far as they were typed: `pi[1..4]`, `pi[1-4]`, `pi[1,3]`, lists with commas, slugs.

/// An outlet: its name, `pi[2]`, and the name that addresses have, `pi-2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Outlet {
    /// As in the build.
    pub name: String,
    /// As in addresses.
    pub slug: String,
}

/// What could be typed where `typed` is, each as a whole with what was typed before it; slugs only where no name begins so.
pub fn offered(typed: &str, outlets: &[Outlet]) -> Vec<String> {
    let mut depth = 0_i32;
    let begins = typed.char_indices().filter(|&(_, letter)| {
        depth += i32::from(letter == '[') - i32::from(letter == ']');
        letter == ',' && depth == 0
    });
    let (before, part) = typed.split_at(begins.last().map_or(0, |(at, _)| at + 1));
    if let Some((stem, list)) = part.split_once('[')
        && !list.contains(']')
    {
        return ranges(stem, list, outlets).into_iter().map(|range| format!("{before}{stem}[{range}]")).collect();
    }
    if part.ends_with(']') {
        return vec![typed.to_owned()];
    }
    let named = |pick: fn(&Outlet) -> &String| -> Vec<String> {
        let words = outlets.iter().map(pick).filter(|word| word.starts_with(part));
        words.map(|word| format!("{before}{word}")).collect()
    };
    let names = named(|outlet| &outlet.name);
    if names.is_empty() { named(|outlet| &outlet.slug) } else { names }
}

/// What could stand between the brackets after `stem`, of which `list` was typed.
fn ranges(stem: &str, list: &str, outlets: &[Outlet]) -> Vec<String> {
    let of_name = |outlet: &Outlet| outlet.name.strip_prefix(stem)?.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let of_slug = |outlet: &Outlet| stem.ends_with('-').then(|| outlet.slug.strip_prefix(stem)?.parse().ok())?;
    let mut numbers: Vec<u32> =
        outlets.iter().filter_map(|outlet| of_name(outlet).or_else(|| of_slug(outlet))).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let (before, item) = list.split_at(list.rfind(',').map_or(0, |at| at + 1));
    let taken: Vec<&str> = before.split(',').collect();
    let is_last_of_run = |number: u32| numbers.binary_search(&number.saturating_add(1)).is_err();
    let mut words = Vec::new();
    let sign = if item.contains('.') { ".." } else { "-" };
    if let Some((from, until)) = item.split_once('-').or_else(|| item.split_once('.')) {
        let until = until.trim_start_matches('.');
        let from = from.parse::<u32>().ok().and_then(|from| numbers.binary_search(&from).ok());
        // No outlet may be missing between the two.
        for at in from.into_iter().flat_map(|from| from + 1..numbers.len()) {
            if is_last_of_run(numbers[at - 1]) {
                break;
            }
            if numbers[at].to_string().starts_with(until) {
                words.push(format!("{before}{}{sign}{}", &item[..item.find(['-', '.']).unwrap_or(0)], numbers[at]));
            }
        }
        return words;
    }
    for &number in &numbers {
        let digits = number.to_string();
        if digits.starts_with(item) && !taken.contains(&digits.as_str()) {
            words.push(format!("{before}{digits}"));
        }
    }
    // Where no number is typed yet, each row without a gap as a range besides. Later it would keep `pi[2` from being completed.
    for (at, &from) in numbers.iter().enumerate().filter(|_| list.is_empty()) {
        let is_first = at == 0 || is_last_of_run(numbers[at - 1]);
        let until = numbers[at..].iter().find(|number| is_last_of_run(**number));
        if let Some(until) = until.filter(|until| is_first && from < **until) {
            words.push(format!("{from}..{until}"));
        }
    }
    words
}
