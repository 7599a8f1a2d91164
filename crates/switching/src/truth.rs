//! A condition over a few variables, kept whole as its truth table: that a load has power, by the coils that it hangs on.

/// Largest number of variables of one table.
pub const MOST: usize = 6;

/// A truth table. Variables ascend; bit `r` of the rows is its value where variable `j` is bit `j` of `r`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Truth {
    variables: Vec<u32>,
    rows: u64,
}

impl Truth {
    /// The same in every state.
    pub fn always(value: bool) -> Self {
        Self { variables: Vec::new(), rows: u64::from(value) }
    }

    /// That a variable has this value.
    pub fn is(variable: u32, value: bool) -> Self {
        Self { variables: vec![variable], rows: if value { 0b10 } else { 0b01 } }
    }

    /// A table by its rows; `value` gets the variables' values in the order of `variables` (ascending, at most [`MOST`]) as bits.
    pub fn tabled(variables: Vec<u32>, value: impl Fn(u32) -> bool) -> Self {
        debug_assert!(variables.len() <= MOST && variables.is_sorted());
        let rows = (0..1_u32 << variables.len()).fold(0, |rows, row| rows | u64::from(value(row)) << row);
        Self { variables, rows }.reduced()
    }

    /// The variables that it depends on, ascending.
    pub fn variables(&self) -> &[u32] {
        &self.variables
    }

    /// Its value in a state.
    pub fn holds(&self, mut state: impl FnMut(u32) -> bool) -> bool {
        let row = self.variables.iter().enumerate().fold(0, |row, (at, &of)| row | u32::from(state(of)) << at);
        self.row(row)
    }

    /// Its value where its variables are the bits of `row`.
    pub fn row(&self, row: u32) -> bool {
        self.rows >> row & 1 == 1
    }

    /// How many rows there are.
    pub fn rows(&self) -> u32 {
        1 << self.variables.len()
    }

    /// Whether it never changes, and how it is then.
    pub fn constant(&self) -> Option<bool> {
        self.variables.is_empty().then_some(self.rows & 1 == 1)
    }

    /// Both; `None` if that depends on more than [`MOST`] variables.
    pub fn and(&self, other: &Self) -> Option<Self> {
        match (self.constant(), other.constant()) {
            (Some(true), _) | (_, Some(false)) => Some(other.clone()),
            (_, Some(true)) | (Some(false), _) => Some(self.clone()),
            _ => self.merged(other, |a, b| a && b),
        }
    }

    /// Either; `None` if that depends on more than [`MOST`] variables.
    pub fn or(&self, other: &Self) -> Option<Self> {
        match (self.constant(), other.constant()) {
            (Some(false), _) | (_, Some(true)) => Some(other.clone()),
            (_, Some(false)) | (Some(true), _) => Some(self.clone()),
            _ => self.merged(other, |a, b| a || b),
        }
    }

    /// The same with some variables bound to values.
    #[must_use]
    pub fn bound(&self, value: impl Fn(u32) -> Option<bool>) -> Self {
        let values: Vec<Option<bool>> = self.variables.iter().map(|&of| value(of)).collect();
        let free: Vec<u32> =
            self.variables.iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(&of, _)| of).collect();
        Self::tabled(free, |row| {
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
        Self { variables: self.variables.iter().map(|&of| number(of)).collect(), rows: self.rows }
    }

    fn merged(&self, other: &Self, both: impl Fn(bool, bool) -> bool) -> Option<Self> {
        let mut variables = [self.variables.as_slice(), &other.variables].concat();
        variables.sort_unstable();
        variables.dedup();
        if variables.len() > MOST {
            return None;
        }
        let places = |of: &Self| -> Vec<usize> {
            of.variables.iter().map(|one| variables.binary_search(one).expect("it was merged in")).collect()
        };
        let (mine, theirs) = (places(self), places(other));
        let pick = |places: &[usize], row: u32| {
            places.iter().enumerate().fold(0, |picked, (at, &bit)| picked | (row >> bit & 1) << at)
        };
        Some(Self::tabled(variables, |row| both(self.row(pick(&mine, row)), other.row(pick(&theirs, row)))))
    }

    /// Without the variables that make no difference.
    fn reduced(mut self) -> Self {
        let mut at = 0;
        while at < self.variables.len() {
            let bit = 1 << at;
            if (0..self.rows()).all(|row| self.row(row) == self.row(row ^ bit)) {
                let low = bit - 1;
                self.rows = (0..self.rows() / 2).fold(0, |rows, row| {
                    rows | u64::from(self.row(row & low | (row & !low) << 1)) << row
                });
                self.variables.remove(at);
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
        assert_eq!(six.and(&Truth::always(true)), Some(six.clone()));
    }
}
