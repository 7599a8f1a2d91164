//! Ranges and arrows.

/// `a.b[1..2].c[3]` as `a.b[1].c[3]`, `a.b[2].c[3]`: the left range is the outer one. Also whether there was a range at all.
pub fn expanded(text: &str) -> Result<(Vec<String>, bool), String> {
    let mut names = vec![String::new()];
    let mut rest = text.trim();
    let mut ranged = false;
    while let Some((head, tail)) = rest.split_once('[') {
        let (inside, after) = tail.split_once(']').ok_or_else(|| format!("`{text}`: a bracket stays open"))?;
        ranged = true;
        let mut numbers = Vec::new();
        for piece in inside.split(',') {
            let (first, last) = piece.split_once("..").unwrap_or((piece, piece));
            let bound =
                |text: &str| text.trim().parse::<u32>().map_err(|_| format!("`{piece}` is no range that is read here"));
            let (first, last) = (bound(first)?, bound(last)?);
            if last < first || last - first > 10_000 {
                return Err(format!("`{piece}` runs backwards or too far"));
            }
            numbers.extend(first..=last);
        }
        names =
            names.iter().flat_map(|name| numbers.iter().map(move |number| format!("{name}{head}[{number}]"))).collect();
        rest = after;
    }
    names.iter_mut().for_each(|name| name.push_str(rest));
    Ok((names, ranged))
}

/// Pieces between commas that stand outside brackets.
pub fn pieces(text: &str) -> Vec<&str> {
    let (mut deep, mut start, mut pieces) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '[' => deep += 1,
            ']' => deep -= 1,
            ',' if deep == 0 => {
                pieces.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(text[start..].trim());
    pieces
}

/// The pairs of an arrow: `a[1..2] -> b[1..2]`, `a -- b`, `a -> each b[1..3]`.
pub fn arrow(text: &str) -> Result<Vec<[String; 2]>, String> {
    let (left, right) =
        text.split_once(" -> ").or_else(|| text.split_once(" -- ")).ok_or_else(|| format!("`{text}` has no arrow"))?;
    let side = |text: &str| -> Result<(bool, Vec<String>), String> {
        let text = text.trim();
        let (each, text) = text.strip_prefix("each ").map_or((false, text), |rest| (true, rest));
        let mut names = Vec::new();
        for piece in pieces(text) {
            names.extend(expanded(piece)?.0);
        }
        Ok((each, names))
    };
    let ((each_left, left), (each_right, right)) = (side(left)?, side(right)?);
    let pairs: Vec<[String; 2]> = if each_right && left.len() == 1 {
        right.into_iter().map(|name| [left[0].clone(), name]).collect()
    } else if each_left && right.len() == 1 {
        left.into_iter().map(|name| [name, right[0].clone()]).collect()
    } else if left.len() == right.len() {
        left.into_iter().zip(right).map(|(left, right)| [left, right]).collect()
    } else {
        return Err(format!("`{text}` has {} ends on one side and {} on the other", left.len(), right.len()));
    };
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_multiply_and_zip() {
        let (names, ranged) = expanded("k[1..2].no[3,5]").unwrap();
        assert_eq!((names.join(" "), ranged), ("k[1].no[3] k[1].no[5] k[2].no[3] k[2].no[5]".to_owned(), true));
        assert_eq!(arrow("a[1..2], b -> c[4..6]").unwrap()[2], ["b".to_owned(), "c[6]".to_owned()]);
        assert_eq!(arrow("a -> each b[1..2]").unwrap()[1], ["a".to_owned(), "b[2]".to_owned()]);
        assert!(arrow("a[1..2] -> b").is_err() && arrow("a b").is_err() && expanded("a[*]").is_err());
    }
}
