//! The file as lines and words, and the network that it opens with.

use crate::Refusal;

/// Most nodes of a network.
const NODES: u32 = 8_000_000;

/// A connection that some states close. Literals: variable + 1, negative where the demand is *false*; 0 for none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Contact {
    /// Its nodes.
    pub ends: [u32; 2],
    /// It is closed while they hold; equal ones count once, and a single one stands first.
    pub literals: [i32; 2],
}

/// One end of a source.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Rail {
    /// Where.
    pub node: u32,
    /// Index in [`Network::references`].
    pub reference: u32,
    /// Equal within a reference: equal volts.
    pub level: u32,
    /// The plus of a source.
    pub gives: bool,
    /// Of mains.
    pub mains: bool,
}

/// What a literal needs: while it holds, all pairs of at least one list are joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supply {
    /// Signed, as in [`Contact::literals`].
    pub when: i32,
    /// Lists of pairs of nodes.
    pub any_of: Vec<Vec<[u32; 2]>>,
}

/// The network that a certificate speaks about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// Nodes are `0..nodes`.
    pub nodes: u32,
    /// The value at rest, and what the other one costs.
    pub variables: Vec<(bool, u32)>,
    /// Pairs that are always joined.
    pub conductors: Vec<[u32; 2]>,
    /// Pairs that some states join.
    pub contacts: Vec<Contact>,
    /// By reference: its node.
    pub references: Vec<u32>,
    /// Ends of sources.
    pub rails: Vec<Rail>,
    /// Hard clauses, literals signed as in [`Contact::literals`].
    pub clauses: Vec<Vec<i32>>,
    /// What literals need.
    pub supplies: Vec<Supply>,
    /// Names of nodes, for people.
    pub names: Vec<(u32, String)>,
}

/// A line and its number, from 1.
pub(crate) type Numbered<'a> = (usize, &'a str);

pub(crate) fn lines(text: &str) -> impl Iterator<Item = Numbered<'_>> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(' ').filter(|word| !word.is_empty())
}

/// A number below a bound; digits alone.
pub(crate) fn number(word: Option<&str>, below: usize) -> Result<u32, String> {
    let word = word.ok_or("a number is missing")?;
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let value = word.parse::<u32>().ok().filter(|&value| digits && (value as usize) < below);
    value.ok_or_else(|| format!("`{word}` is no number below {below}"))
}

/// A sign and the rest.
pub(crate) fn signed(word: &str) -> Result<(bool, &str), String> {
    let rest = word.strip_prefix(['+', '-']).ok_or_else(|| format!("`{word}` has no sign"))?;
    Ok((word.starts_with('+'), rest))
}

impl Network {
    fn literal(&self, word: &str) -> Result<i32, String> {
        let (positive, rest) = signed(word)?;
        let variable = number(Some(rest), self.variables.len().min(i32::MAX as usize - 1) + 1)? as i32;
        match variable {
            0 => Err("variables are counted from 1".into()),
            _ => Ok(if positive { variable } else { -variable }),
        }
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        let mut words = words(line);
        let verb = words.next().ok_or("an empty line")?;
        let nodes = self.nodes as usize;
        match verb {
            "nodes" if nodes == 0 => self.nodes = number(words.next(), NODES as usize + 1)?,
            "variable" => {
                self.variables.push((number(words.next(), 2)? == 1, number(words.next(), u32::MAX as usize)?));
            }
            "conductor" => self.conductors.push([number(words.next(), nodes)?, number(words.next(), nodes)?]),
            "contact" => {
                let ends = [number(words.next(), nodes)?, number(words.next(), nodes)?];
                let first = words.next().map_or(Ok(0), |word| self.literal(word))?;
                let second = words.next().map_or(Ok(0), |word| self.literal(word))?;
                let literals = [first, if second == first { 0 } else { second }];
                self.contacts.push(Contact { ends, literals });
            }
            "reference" => self.references.push(number(words.next(), nodes)?),
            "rail" => self.rails.push(Rail {
                node: number(words.next(), nodes)?,
                reference: number(words.next(), self.references.len())?,
                level: number(words.next(), u32::MAX as usize)?,
                gives: number(words.next(), 2)? == 1,
                mains: number(words.next(), 2)? == 1,
            }),
            "clause" => {
                let literals = words.by_ref().map(|word| self.literal(word)).collect::<Result<Vec<i32>, String>>()?;
                if literals.is_empty() {
                    return Err("a clause without a literal".into());
                }
                self.clauses.push(literals);
            }
            "supply" => {
                let mut lists = line.split(':');
                let mut head = lists.next().map(self::words).expect("a split has a first piece").skip(1);
                let when = self.literal(head.next().ok_or("a literal is missing")?)?;
                if let Some(word) = head.next() {
                    return Err(format!("`{word}` is one too many"));
                }
                let any_of = lists.map(|list| pairs(list, nodes)).collect::<Result<_, String>>()?;
                self.supplies.push(Supply { when, any_of });
                return Ok(());
            }
            "name" => {
                let node = number(words.next(), nodes)?;
                self.names.push((node, words.by_ref().collect::<Vec<_>>().join(" ")));
            }
            _ => return Err(format!("`{verb}` is nothing that can stand here")),
        }
        words.next().map_or(Ok(()), |word| Err(format!("`{word}` is one too many")))
    }
}

/// `A B , C D`; blank: none.
fn pairs(list: &str, nodes: usize) -> Result<Vec<[u32; 2]>, String> {
    if words(list).next().is_none() {
        return Ok(Vec::new());
    }
    let pair = |text: &str| {
        let mut words = words(text);
        let pair = [number(words.next(), nodes)?, number(words.next(), nodes)?];
        words.next().map_or(Ok(pair), |word| Err(format!("`{word}` is one too many")))
    };
    list.split(',').map(pair).collect()
}

/// Reads the network; also the first line of the proofs, if there is one.
pub(crate) fn read<'a>(
    lines: &mut impl Iterator<Item = Numbered<'a>>,
) -> Result<(Network, Option<Numbered<'a>>), Refusal> {
    if lines.next().is_none_or(|(_, line)| line != "wireloom-certificate 1") {
        return Err(Refusal { line: 1, why: "the first line is not `wireloom-certificate 1`".into() });
    }
    let mut network = Network::default();
    for (number, line) in lines {
        if line.starts_with("prove ") {
            return Ok((network, Some((number, line))));
        }
        network.line(line).map_err(|why| Refusal { line: number, why })?;
    }
    Ok((network, None))
}
