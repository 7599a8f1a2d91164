//! A condition over a few variables, kept whole as its truth table: that a load has power, by the coils that it hangs on.

/// Largest number of variables of one table.
pub const MOST: usize = 6;

/// A truth table. Variables ascend; bit `r` of the rows is its value where variable `j` is bit `j` of `r`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Truth {
    /// The first `count` of them; the others are 0, so that equal tables are equal.
    variables: [u32; MOST],
    count: u8,
    rows: u64,
}

impl Truth {
    /// The same in every state.
    pub fn always(value: bool) -> Self {
        Self { variables: [0; MOST], count: 0, rows: u64::from(value) }
    }

    /// That a variable has this value.
    pub fn is(variable: u32, value: bool) -> Self {
        let mut variables = [0; MOST];
        variables[0] = variable;
        Self { variables, count: 1, rows: if value { 0b10 } else { 0b01 } }
    }

    /// A table by its rows; `value` gets the variables' values in the order of `of` (ascending, at most [`MOST`]) as bits.
    pub fn tabled(of: &[u32], value: impl Fn(u32) -> bool) -> Self {
        debug_assert!(of.len() <= MOST && of.is_sorted());
        let mut variables = [0; MOST];
        variables[..of.len()].copy_from_slice(of);
        let rows = (0..1_u32 << of.len()).fold(0, |rows, row| rows | u64::from(value(row)) << row);
        Self { variables, count: u8::try_from(of.len()).expect("at most six"), rows }.reduced()
    }

    /// The variables that it depends on, ascending.
    pub fn variables(&self) -> &[u32] {
        &self.variables[..usize::from(self.count)]
    }

    /// Its value in a state.
    pub fn holds(&self, mut state: impl FnMut(u32) -> bool) -> bool {
        let row = self.variables().iter().enumerate().fold(0, |row, (at, &of)| row | u32::from(state(of)) << at);
        self.row(row)
    }

    /// Its value where its variables are the bits of `row`.
    pub fn row(&self, row: u32) -> bool {
        self.rows >> row & 1 == 1
    }

    /// How many rows there are.
    pub fn rows(&self) -> u32 {
        1 << self.count
    }

    /// Whether it never changes, and how it is then.
    pub fn constant(&self) -> Option<bool> {
        (self.count == 0).then_some(self.rows & 1 == 1)
    }

    /// Both; `None` if that depends on more than [`MOST`] variables.
    pub fn and(&self, other: &Self) -> Option<Self> {
        match (self.constant(), other.constant()) {
            (Some(true), _) | (_, Some(false)) => Some(*other),
            (_, Some(true)) | (Some(false), _) => Some(*self),
            _ => self.merged(other, |a, b| a && b),
        }
    }

    /// Either; `None` if that depends on more than [`MOST`] variables.
    pub fn or(&self, other: &Self) -> Option<Self> {
        match (self.constant(), other.constant()) {
            (Some(false), _) | (_, Some(true)) => Some(*other),
            (_, Some(false)) | (Some(true), _) => Some(*self),
            _ => self.merged(other, |a, b| a || b),
        }
    }

    /// The same with some variables bound to values.
    #[must_use]
    pub fn bound(&self, value: impl Fn(u32) -> Option<bool>) -> Self {
        let mut values = [None; MOST];
        let (mut free, mut count) = ([0; MOST], 0);
        for (at, &of) in self.variables().iter().enumerate() {
            values[at] = value(of);
            if values[at].is_none() {
                free[count] = of;
                count += 1;
            }
        }
        if count == usize::from(self.count) {
            return *self;
        }
        let values = &values[..usize::from(self.count)];
        Self::tabled(&free[..count], |row| {
            let mut at = 0;
            let all = values.iter().enumerate().fold(0, |all, (bit, value)| {
                let is = value.unwrap_or_else(|| {
                    at += 1;
                    row >> (at - 1) & 1 == 1
                });
                all | u32::from(is) << bit
            });
            self.row(all)
        })
    }

    /// The same over other numbers of variables (which must keep their order).
    #[must_use]
    pub fn renumbered(&self, number: impl Fn(u32) -> u32) -> Self {
        let mut of = *self;
        for variable in &mut of.variables[..usize::from(self.count)] {
            *variable = number(*variable);
        }
        of
    }

    fn merged(&self, other: &Self, both: impl Fn(bool, bool) -> bool) -> Option<Self> {
        let (mut all, mut count) = ([0; MOST], 0);
        let (mut mine, mut theirs) = ([0; MOST], [0; MOST]);
        let (left, right) = (self.variables(), other.variables());
        let (mut at, mut to) = (0, 0);
        while at < left.len() || to < right.len() {
            let next = match (left.get(at), right.get(to)) {
                (Some(a), Some(b)) => *a.min(b),
                (one, other) => *one.or(other).expect("one of them is left"),
            };
            *all.get_mut(count)? = next;
            if left.get(at) == Some(&next) {
                mine[at] = count;
                at += 1;
            }
            if right.get(to) == Some(&next) {
                theirs[to] = count;
                to += 1;
            }
            count += 1;
        }
        let pick = |places: &[usize], row: u32| {
            places.iter().enumerate().fold(0, |picked, (at, &bit)| picked | (row >> bit & 1) << at)
        };
        let (mine, theirs) = (&mine[..left.len()], &theirs[..right.len()]);
        Some(Self::tabled(&all[..count], |row| both(self.row(pick(mine, row)), other.row(pick(theirs, row)))))
    }

    /// Without the variables that make no difference.
    fn reduced(mut self) -> Self {
        let mut at = 0;
        while at < usize::from(self.count) {
            let bit = 1 << at;
            if (0..self.rows()).all(|row| self.row(row) == self.row(row ^ bit)) {
                let low = bit - 1;
                self.rows = (0..self.rows() / 2)
                    .fold(0, |rows, row| rows | u64::from(self.row(row & low | (row & !low) << 1)) << row);
                self.variables.copy_within(at + 1.., at);
                self.variables[MOST - 1] = 0;
                self.count -= 1;
            } else {
                at += 1;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_only_what_matters() {
        let a = Truth::is(3, true);
        let either = a.or(&Truth::is(3, false)).unwrap();
        assert_eq!(either.constant(), Some(true));
        let both = a.and(&Truth::is(1, false)).unwrap();
        assert_eq!(both.variables(), [1, 3]);
        assert!(both.holds(|of| of == 3) && !both.holds(|_| true) && !both.holds(|_| false));
        assert_eq!(both.bound(|of| (of == 1).then_some(false)), a);
        assert_eq!(both.bound(|of| (of == 1).then_some(true)).constant(), Some(false));
    }

    #[test]
    fn seven_variables_are_too_many() {
        let six = (0..6).try_fold(Truth::always(true), |all, of| all.and(&Truth::is(of, false))).unwrap();
        assert_eq!(six.variables().len(), 6);
        assert!(six.holds(|_| false) && !six.holds(|of| of == 5));
        assert_eq!(six.and(&Truth::is(6, false)), None);
        assert_eq!(six.and(&Truth::always(true)), Some(six));
    }
}
