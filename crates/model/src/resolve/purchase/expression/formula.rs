//! Terms with `+`, `-`, `*` and `/` between them, and parentheses: read into the order in which a stack works them out.

use rust_decimal::Decimal;

use super::{Expression, parse};

/// Most terms of a formula.
const MOST: usize = 32;

/// What stands between two terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
}

/// One step on a stack.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Put the value of a term on it.
    Term(Expression),
    /// Put a number on it.
    Number(Decimal),
    /// Take two off it, and put what comes of them.
    Operator(Operator),
}

/// A whole expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Formula {
    /// Operands before their operator; one value is left at the end.
    pub steps: Vec<Step>,
}

impl Formula {
    /// Its terms, left to right.
    pub fn terms(&self) -> impl Iterator<Item = &Expression> {
        self.steps.iter().filter_map(|step| match step {
            Step::Term(term) => Some(term),
            _ => None,
        })
    }
}

impl Operator {
    fn of(text: &str) -> Option<Self> {
        match text {
            "+" => Some(Self::Add),
            "-" => Some(Self::Subtract),
            "*" => Some(Self::Multiply),
            "/" => Some(Self::Divide),
            _ => None,
        }
    }

    fn binds(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 1,
            Self::Multiply | Self::Divide => 2,
        }
    }
}

enum Waiting {
    Open,
    Operator(Operator),
}

/// Reads an expression. Operators stand between blanks, because names have hyphens.
///
/// # Errors
/// A few words on what is wrong, fit to stand behind the expression.
pub fn formula(text: &str) -> Result<Formula, String> {
    let (mut steps, mut waiting): (Vec<Step>, Vec<Waiting>) = (Vec::new(), Vec::new());
    let (mut is_due, mut terms) = (true, 0);
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("is no expression".into());
    }
    while !rest.is_empty() {
        let (word, after) = next(rest)?;
        match (word, Operator::of(word)) {
            ("(", _) if is_due => waiting.push(Waiting::Open),
            (")", _) if !is_due => loop {
                match waiting.pop() {
                    Some(Waiting::Operator(operator)) => steps.push(Step::Operator(operator)),
                    Some(Waiting::Open) => break,
                    None => return Err("closes a parenthesis that none opens".into()),
                }
            },
            (_, Some(operator)) if !is_due => {
                while let Some(&Waiting::Operator(before)) = waiting.last()
                    && before.binds() >= operator.binds()
                {
                    steps.push(Step::Operator(before));
                    waiting.pop();
                }
                waiting.push(Waiting::Operator(operator));
                is_due = true;
            }
            (_, Some(_)) => return Err(format!("has nothing before its `{word}`")),
            ("(" | ")", _) => return Err(format!("has a `{word}` where none may stand")),
            _ if !is_due => return Err(format!("has no operator before `{word}`")),
            _ => {
                terms += 1;
                if terms > MOST {
                    return Err(format!("has more than {MOST} terms"));
                }
                is_due = false;
                steps.push(match number(word) {
                    Some(number) => Step::Number(number),
                    None => Step::Term(parse(word)?),
                });
            }
        }
        rest = after.trim_start();
    }
    if is_due {
        return Err("ends where a term is due".into());
    }
    while let Some(last) = waiting.pop() {
        match last {
            Waiting::Operator(operator) => steps.push(Step::Operator(operator)),
            Waiting::Open => return Err("opens a parenthesis that none closes".into()),
        }
    }
    Ok(Formula { steps })
}

/// The next word and what stands behind it: a parenthesis, an operator, a number, or a term with its own parentheses.
fn next(text: &str) -> Result<(&str, &str), String> {
    if text.starts_with(['(', ')']) {
        return Ok(text.split_at(1));
    }
    let mut open = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '(' if open => return Err("has a parenthesis inside a term".into()),
            '(' => open = true,
            ')' if open => return Ok(text.split_at(at + 1)),
            ')' => return Ok(text.split_at(at)),
            _ if letter.is_whitespace() && !open => return Ok(text.split_at(at)),
            _ => {}
        }
    }
    if open { Err("opens a parenthesis that none closes".into()) } else { Ok((text, "")) }
}

fn number(word: &str) -> Option<Decimal> {
    let is_plain = word.len() <= 20 && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    word.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::{Formula, Step, formula};

    fn shown(text: &str) -> String {
        let steps = |formula: Formula| -> Vec<String> {
            let step = |step: &Step| match step {
                Step::Term(term) => format!("{term:?}"),
                Step::Number(number) => number.to_string(),
                Step::Operator(operator) => format!("{operator:?}"),
            };
            formula.steps.iter().map(step).collect()
        };
        formula(text).map_or_else(|why| format!("{text} {why}"), |formula| steps(formula).join(" "))
    }

    #[test]
    fn products_bind_before_sums_and_parentheses_before_both() {
        assert_eq!(shown("cost.total"), "CostTotal");
        assert_eq!(shown("1 + 2 * 3"), "1 2 3 Multiply Add");
        assert_eq!(shown("(1 + 2) * 3"), "1 2 Add 3 Multiply");
        assert_eq!(shown("8 - 2 - 1"), "8 2 Subtract 1 Subtract");
        assert_eq!(
            shown("cost.without(rails, kill-a-watt) / count(computer)"),
            "CostWithout([\"rails\", \"kill-a-watt\"]) Count(\"computer\") Divide"
        );
    }

    #[test]
    fn what_is_no_formula_says_why() {
        for wrong in ["", "1 +", "+ 1", "(1", "1)", "1 2", "()", "cost.total +1", "sum(a.b", "sum((a.b))", "1 / / 2"] {
            assert!(formula(wrong).is_err(), "{wrong}");
        }
        assert!(formula(&vec!["1"; 33].join(" + ")).is_err());
        assert!(formula(&"(".repeat(100_000)).is_err());
    }
}
