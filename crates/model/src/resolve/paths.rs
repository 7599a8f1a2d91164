//! The grammar of paths, ranges and arrows; nothing here knows a build.

use source::Span;

/// Most paths that one string may mean.
pub const MOST: usize = 1_000_000;

/// `name`, `name[1..4]`, `name[*]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment<'a> {
    /// Without brackets.
    pub name: &'a str,
    /// What stands in the brackets.
    pub index: Index,
}

/// What brackets say.
#[derive(Clone, Debug, PartialEq)]
pub enum Index {
    /// No brackets.
    None,
    /// `[*]`.
    All,
    /// Ranges, inclusive, in written order; multiplied out only by [`Index::numbers`].
    Ranges(Vec<(u32, u32)>),
}

impl Index {
    /// How many numbers (0 for none and `[*]`).
    pub fn count(&self) -> usize {
        match self {
            Self::Ranges(ranges) => ranges.iter().map(|&(a, b)| (b - a) as usize + 1).fold(0, usize::saturating_add),
            _ => 0,
        }
    }

    /// The numbers, in written order.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        let ranges: &[(u32, u32)] = match self {
            Self::Ranges(ranges) => ranges,
            _ => &[],
        };
        ranges.iter().flat_map(|&(a, b)| a..=b)
    }
}

/// A path that is no path: the bytes at fault and what is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    /// Bytes within the string.
    pub at: (usize, usize),
    /// A few words.
    pub what: String,
}

fn slip<T>(at: (usize, usize), what: impl Into<String>) -> Result<T, Slip> {
    Err(Slip { at, what: what.into() })
}

/// Splits `k8.nc[1..4]` into segments. `gpio18` is `gpio[18]` and `pin12` is `pin[12]`.
pub fn segments(path: &str) -> Result<Vec<Segment<'_>>, Slip> {
    // Nearly always a device and its terminal.
    let mut all = Vec::with_capacity(2);
    let mut at = 0;
    loop {
        let rest = &path[at..];
        let end = rest.bytes().position(|byte| matches!(byte, b'.' | b'[')).unwrap_or(rest.len());
        let name = &rest[..end];
        if !has_good_bytes(name) {
            let what =
                if name.is_empty() { "a name is missing here" } else { "a name has letters, digits and hyphens" };
            return slip((at, (at + end).max(at + 1)), what);
        }
        let mut next = at + end;
        let mut index = Index::None;
        if path[next..].starts_with('[') {
            let Some(close) = path[next..].find(']') else {
                return slip((next, path.len()), "the bracket is not closed");
            };
            index = ranges(&path[next + 1..next + close], next + 1)?;
            next += close + 1;
        }
        all.push(shorthand(name, index));
        match path[next..].bytes().next() {
            None => return Ok(all),
            Some(b'.') => at = next + 1,
            Some(_) => return slip((next, path.len()), "a dot belongs here"),
        }
    }
}

/// Whether a path is one name without brackets that stands for itself.
pub fn is_name(path: &str) -> bool {
    has_good_bytes(path) && shorthand(path, Index::None).index == Index::None
}

/// Whether it is made of what names are made of, and not empty.
fn has_good_bytes(name: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'+' | b'#');
    !name.is_empty() && name.bytes().all(good)
}

/// `nc[3]`.
pub fn indexed(name: &str, number: u32) -> String {
    let mut unit = 10u32.pow(number.checked_ilog10().unwrap_or(0));
    let mut path = String::with_capacity(name.len() + 2 + 10);
    path.push_str(name);
    path.push('[');
    while unit > 0 {
        let digit = u8::try_from(number / unit % 10).expect("a digit is below ten");
        path.push(char::from(b'0' + digit));
        unit /= 10;
    }
    path.push(']');
    path
}

/// `nc` of `nc[3]`.
pub fn base(name: &str) -> Option<&str> {
    let inner = name.strip_suffix(']')?;
    let open = inner.bytes().rposition(|byte| byte == b'[')?;
    Some(&inner[..open])
}

/// `main.5v`; the second name alone if the first is empty.
pub fn dotted(name: &str, inner: &str) -> String {
    match name {
        "" => inner.to_owned(),
        name => [name, ".", inner].concat(),
    }
}

fn shorthand(name: &str, index: Index) -> Segment<'_> {
    if index == Index::None {
        for head in ["gpio", "pin"] {
            if let Some(number) = name.strip_prefix(head).and_then(|digits| digits.parse().ok()) {
                return Segment { name: head, index: Index::Ranges(vec![(number, number)]) };
            }
        }
    }
    Segment { name, index }
}

/// What stands between brackets: `1..4`, `4,6,21..23`, `*`.
pub fn ranges(text: &str, offset: usize) -> Result<Index, Slip> {
    if text.trim() == "*" {
        return Ok(Index::All);
    }
    // Nearly always one number or one range, without a blank.
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    if let (Some(first), Some(last)) = (short_number(first), short_number(last))
        && first <= last
    {
        return Ok(Index::Ranges(vec![(first, last)]));
    }
    let mut all = Vec::new();
    let mut at = offset;
    for piece in text.split(',') {
        let whole = (at, at + piece.len());
        let trimmed = piece.trim();
        let (first, last) = trimmed.split_once("..").unwrap_or((trimmed, trimmed));
        match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
            (Ok(first), Ok(last)) if first <= last => all.push((first, last)),
            (Ok(_), Ok(_)) => return slip(whole, "the range runs backwards"),
            _ => return slip(whole, "brackets hold numbers: `[1..4]`, `[4,6,21..23]`, `[*]`"),
        }
        at += piece.len() + 1;
    }
    Ok(Index::Ranges(all))
}

/// A number of a few digits and nothing else.
fn short_number(digits: &str) -> Option<u32> {
    let few = (1..9).contains(&digits.len());
    let add = |sum: u32, byte: u8| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0'));
    if few { digits.bytes().try_fold(0, add) } else { None }
}

/// One end of an arrow: its paths, each with its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Side<'a> {
    /// `each` stands in front.
    pub each: bool,
    /// Path and where it starts.
    pub paths: Vec<(&'a str, usize)>,
}

/// An arrow string, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow<'a> {
    /// Left and right.
    pub sides: [Side<'a>; 2],
    /// `->`, not `--`.
    pub directed: bool,
}

/// Takes `"a.x -> b.y"` apart.
pub fn arrow(text: &str) -> Result<Arrow<'_>, Slip> {
    let found = place(text, b" -> ").map(|at| (at, true)).or_else(|| place(text, b" -- ").map(|at| (at, false)));
    let Some((at, directed)) = found else {
        return slip((0, text.len()), "a run is `from -> to` or `from -- to`, with spaces around the arrow");
    };
    let rest = &text[at + 4..];
    if let Some(more) = place(rest, b" -> ").or_else(|| place(rest, b" -- ")) {
        return slip((at + 4 + more, at + 8 + more), "a run has one arrow");
    }
    Ok(Arrow { sides: [side(&text[..at], 0)?, side(rest, at + 4)?], directed })
}

/// Where these bytes stand first.
fn place(text: &str, mark: &[u8; 4]) -> Option<usize> {
    text.as_bytes().windows(4).position(|four| four == mark)
}

/// Splits a list of paths at the commas outside brackets.
pub fn side(text: &str, offset: usize) -> Result<Side<'_>, Slip> {
    let blank = text.len() - text.trim_start().len();
    let (each, text, offset) = match text.trim_start().strip_prefix("each ") {
        Some(rest) => (true, rest, offset + blank + 5),
        None => (false, text, offset),
    };
    let mut paths = Vec::new();
    let (mut start, mut deep) = (0, 0i32);
    for (at, byte) in text.bytes().chain([b',']).enumerate() {
        match byte {
            b'[' => deep += 1,
            b']' => deep -= 1,
            b',' if deep <= 0 || at == text.len() => {
                let piece = &text[start..at];
                let lead = piece.len() - piece.trim_start().len();
                let path = piece.trim();
                if path.is_empty() {
                    return slip((offset + start, offset + at.max(start + 1)), "a path is missing here");
                }
                paths.push((path, offset + start + lead));
                start = at + 1;
            }
            _ => {}
        }
    }
    Ok(Side { each, paths })
}

/// The bytes of a slip as a span of the string's contents.
pub fn slip_span(span: Span, at: (usize, usize)) -> Span {
    span.part(at.0, at.1.max(at.0 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_segments_and_ranges_in_brackets_only() {
        let all = segments("psu.main.5v[1,3..4]").expect("a path");
        assert_eq!(all.len(), 3);
        assert_eq!(all[2].index.numbers().collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(segments("pi[1].gpio18").expect("a path")[1].index, Index::Ranges(vec![(18, 18)]));
        assert!(segments("pi[1.gpio18").is_err());
        assert!(segments("pi..x").is_err());
        assert!(segments("pi[4..1]").is_err());
    }

    #[test]
    fn names_are_put_together_as_they_are_written() {
        for (number, path) in [(0, "k[0]"), (7, "k[7]"), (10, "k[10]"), (4_294_967_295, "k[4294967295]")] {
            assert_eq!(indexed("k", number), path);
        }
        assert_eq!((dotted("", "5v"), dotted("main", "5v")), ("5v".to_owned(), "main.5v".to_owned()));
        for (path, whole) in
            [("k1", true), ("com", true), ("pin12", false), ("a.b", false), ("a[1]", false), ("é", false)]
        {
            assert_eq!(is_name(path), whole, "{path}");
        }
    }

    #[test]
    fn an_arrow_has_two_sides_and_each_side_a_list() {
        let arrow = arrow("k8.com[1,2], k1.com -> each t.plus").expect("an arrow");
        assert_eq!(arrow.sides[0].paths, [("k8.com[1,2]", 0), ("k1.com", 13)]);
        assert!(arrow.sides[1].each && arrow.directed);
        assert_eq!(arrow.sides[1].paths, [("t.plus", 28)]);
    }

    #[test]
    fn huge_ranges_are_counted_and_not_expanded() {
        assert_eq!(ranges("1..4294967295", 0).expect("a range").count(), 4_294_967_295);
    }
}
