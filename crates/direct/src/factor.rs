//! Sparse Cholesky: the pattern ordered and analysed once, factored as often as the numbers change.
//!
//! Small systems go by [`Elimination`], large ones by faer.

use std::sync::Arc;

use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::cholesky::llt::factor::LltRegularization;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, LltRef, SymbolicCholesky, SymmetricOrdering, factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::{Conj, MatMut, Par, Side, Spec};

use crate::elimination::Elimination;

/// The matrix is not positive definite.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Indefinite;

/// The lower triangle's pattern, by columns, rows ascending, every diagonal entry present.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub columns: Vec<u32>,
    pub rows: Vec<u32>,
}

impl Pattern {
    /// Of a matrix of `size` with entries `[column, row]`, `column < row`, in any order and repeated at will, and a whole diagonal.
    pub(crate) fn new(size: usize, pairs: impl Iterator<Item = [u32; 2]> + Clone) -> Self {
        let mut start = vec![0u32; size + 1];
        for column in 0..size {
            start[column + 1] = 1;
        }
        for [column, _] in pairs.clone() {
            start[column as usize + 1] += 1;
        }
        for column in 0..size {
            start[column + 1] += start[column];
        }
        let mut next: Vec<u32> = start[..size].to_vec();
        let mut all = vec![0u32; start[size] as usize];
        let mut put = |column: u32, row: u32| {
            all[next[column as usize] as usize] = row;
            next[column as usize] += 1;
        };
        for (column, _) in (0u32..).zip(0..size) {
            put(column, column);
        }
        for [column, row] in pairs {
            put(column, row);
        }
        let (mut columns, mut rows) = (vec![0u32; size + 1], Vec::with_capacity(all.len()));
        for column in 0..size {
            let entries = &mut all[start[column] as usize..start[column + 1] as usize];
            entries.sort_unstable();
            let from = rows.len();
            for &row in entries.iter() {
                if rows[from..].last() != Some(&row) {
                    rows.push(row);
                }
            }
            columns[column + 1] = u32::try_from(rows.len()).expect("fewer than 2^32 entries");
        }
        Self { columns, rows }
    }

    /// Where an entry stands.
    pub(crate) fn position(&self, column: u32, row: u32) -> u32 {
        let (from, to) = (self.columns[column as usize], self.columns[column as usize + 1]);
        let found = self.rows[from as usize..to as usize].binary_search(&row).expect("the entry is in the pattern");
        from + u32::try_from(found).expect("a column is shorter than the matrix")
    }
}

/// A system's order of elimination, and where each of its pieces puts its numbers.
#[derive(Debug)]
pub(crate) struct Analysis {
    size: usize,
    /// Unknowns at the ends of each piece; one past the last is none.
    slots: Vec<[u32; 2]>,
    /// For each piece: both diagonals and the entry below; the spare number where it has none.
    pub at: Vec<[u32; 3]>,
    method: Method,
}

#[derive(Debug)]
enum Method {
    Small(Elimination),
    Large(Box<(SymbolicSparseColMat<u32>, SymbolicCholesky<u32>)>),
}

impl Analysis {
    /// Orders and analyses a system of `size` unknowns, by least degree.
    fn new(size: usize, slots: Vec<[u32; 2]>) -> Self {
        match Elimination::new(size, &slots) {
            Some(small) => {
                let spare = small.entries();
                let at = places(size, &slots, spare, |slot| slot, |a, b| small.position(a, b));
                Self { size, slots, at, method: Method::Small(small) }
            }
            None => Self::large(size, slots),
        }
    }

    /// The same by faer.
    fn large(size: usize, slots: Vec<[u32; 2]>) -> Self {
        let pairs =
            slots.iter().filter_map(|&[a, b]| (a != b && a.max(b) < count(size)).then_some([a.min(b), a.max(b)]));
        let pattern = Pattern::new(size, pairs);
        let diagonal = |slot: u32| pattern.columns[slot as usize];
        let at = places(size, &slots, pattern.rows.len(), diagonal, |a, b| pattern.position(a.min(b), a.max(b)));
        let shape = SymbolicSparseColMat::new_checked(size, size, pattern.columns, None, pattern.rows);
        let params = CholeskySymbolicParams::default();
        let symbolic = factorize_symbolic_cholesky(shape.as_ref(), Side::Lower, SymmetricOrdering::Amd, params)
            .expect("the pattern is square and its factor fits the memory");
        Self { size, slots, at, method: Method::Large(Box::new((shape, symbolic))) }
    }

    /// How many numbers a matrix has, without the spare one.
    pub(crate) fn numbers(&self) -> usize {
        match &self.method {
            Method::Small(small) => small.entries(),
            Method::Large(large) => large.0.row_idx().len(),
        }
    }
}

/// Where the pieces put their numbers.
fn places(
    size: usize,
    slots: &[[u32; 2]],
    spare: usize,
    diagonal: impl Fn(u32) -> u32,
    below: impl Fn(u32, u32) -> u32,
) -> Vec<[u32; 3]> {
    let (size, spare) = (count(size), count(spare));
    let at = |&[a, b]: &[u32; 2]| {
        let own = |slot: u32| if slot < size && a != b { diagonal(slot) } else { spare };
        [own(a), own(b), if a != b && a.max(b) < size { below(a, b) } else { spare }]
    };
    slots.iter().map(at).collect()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("fewer than 2^32 entries")
}

/// How many analyses are kept.
const KEPT: usize = 32;

/// Analyses at hand for systems of the same shape, the oldest given up first.
#[derive(Debug, Default)]
pub(crate) struct Analyses {
    known: Vec<Arc<Analysis>>,
    oldest: usize,
}

impl Analyses {
    /// The analysis of a system with these unknowns at the ends of its pieces, and whether it is another than those at hand.
    pub(crate) fn of(&mut self, size: usize, slots: Vec<[u32; 2]>) -> (Arc<Analysis>, bool) {
        if let Some(known) = self.known.iter().find(|known| known.size == size && known.slots == slots) {
            return (Arc::clone(known), false);
        }
        let made = Arc::new(Analysis::new(size, slots));
        if self.known.len() < KEPT {
            self.known.push(Arc::clone(&made));
        } else {
            self.known[self.oldest] = Arc::clone(&made);
            self.oldest = (self.oldest + 1) % KEPT;
        }
        (made, true)
    }
}

/// A factorisation: the analysis, and the numbers of the last success.
pub(crate) struct Factor {
    analysis: Arc<Analysis>,
    numbers: Vec<f64>,
    memory: MemBuffer,
}

impl Factor {
    /// Room for the numbers.
    pub(crate) fn new(analysis: Arc<Analysis>) -> Self {
        let (numbers, memory) = match &analysis.method {
            Method::Small(small) => (small.entries(), MemBuffer::new(StackReq::EMPTY)),
            Method::Large(large) => {
                let symbolic = &large.1;
                let scratch = symbolic
                    .factorize_numeric_llt_scratch::<f64>(Par::Seq, Spec::default())
                    .or(symbolic.solve_in_place_scratch::<f64>(1, Par::Seq));
                (symbolic.len_val(), MemBuffer::new(scratch))
            }
        };
        Self { analysis, numbers: vec![0.0; numbers], memory }
    }

    /// Entries of the factor.
    pub(crate) fn entries(&self) -> usize {
        self.numbers.len()
    }

    /// Factors the matrix with these values.
    pub(crate) fn refactor(&mut self, values: &[f64]) -> Result<(), Indefinite> {
        match &self.analysis.method {
            Method::Small(small) => {
                self.numbers.copy_from_slice(values);
                small.factor(&mut self.numbers)
            }
            Method::Large(large) => large
                .1
                .factorize_numeric_llt(
                    &mut self.numbers,
                    SparseColMatRef::new(large.0.as_ref(), values),
                    Side::Lower,
                    LltRegularization::default(),
                    Par::Seq,
                    MemStack::new(&mut self.memory),
                    Spec::default(),
                )
                .map(|_| ())
                .map_err(|_| Indefinite),
        }
    }

    /// Solves with the factor of the last success, in place.
    pub(crate) fn solve(&mut self, right: &mut [f64]) {
        match &self.analysis.method {
            Method::Small(small) => small.solve(&self.numbers, right),
            Method::Large(large) => {
                let factor = LltRef::new(&large.1, &self.numbers);
                let rows = right.len();
                let right = MatMut::from_column_major_slice_mut(right, rows, 1);
                factor.solve_in_place_with_conj(Conj::No, right, Par::Seq, MemStack::new(&mut self.memory));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Both ways of factoring on the same random systems, and on one that has no factor.

    use super::*;

    /// Solves with random conductances between random unknowns (or to the reference), by one analysis.
    fn answer(analysis: Analysis, siemens: &[f64]) -> Result<Vec<f64>, Indefinite> {
        let mut values = vec![0.0; analysis.numbers() + 1];
        for (at, siemens) in analysis.at.iter().zip(siemens) {
            values[at[0] as usize] += siemens;
            values[at[1] as usize] += siemens;
            values[at[2] as usize] -= siemens;
        }
        let size = analysis.size;
        let mut factor = Factor::new(Arc::new(analysis));
        values.pop();
        factor.refactor(&values)?;
        let mut right: Vec<f64> = (0..size).map(|at| (at % 7) as f64 - 2.0).collect();
        factor.solve(&mut right);
        Ok(right)
    }

    #[test]
    fn a_small_elimination_and_faer_agree() {
        let mut state = 12345u64;
        let mut draw = move |bound: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % bound
        };
        let (mut small, mut refused) = (0, 0);
        for round in 0..200 {
            let size = 1 + draw(if round % 10 == 0 { 250 } else { 60 });
            let mut slots: Vec<[u32; 2]> = (0..size).map(|at| [count(at), count(at + 1 + draw(size - at))]).collect();
            for _ in 0..draw(2 * size) {
                slots.push([count(draw(size + 1)), count(draw(size + 1))]);
            }
            let mut siemens: Vec<f64> = slots.iter().map(|_| 10f64.powi(draw(7) as i32 - 3)).collect();
            if round % 5 == 4 {
                siemens[draw(size)] = -1e9;
            }
            let one = Analysis::new(size, slots.clone());
            small += usize::from(matches!(one.method, Method::Small(_)));
            let answers = [answer(one, &siemens), answer(Analysis::large(size, slots), &siemens)];
            let [Ok(ours), Ok(theirs)] = &answers else {
                assert_eq!(answers[0], answers[1], "round {round}");
                refused += 1;
                continue;
            };
            let scale = ours.iter().fold(1.0f64, |most, volts| most.max(volts.abs()));
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert!((ours - theirs).abs() <= 1e-9 * scale, "round {round}: {ours} and {theirs}");
            }
        }
        assert!(small >= 180 && refused >= 20, "{small} small, {refused} refused");
    }

    #[test]
    fn a_shape_seen_before_is_not_analysed_again() {
        let mut analyses = Analyses::default();
        assert!(analyses.of(2, vec![[0, 1], [1, 2]]).1);
        assert!(!analyses.of(2, vec![[0, 1], [1, 2]]).1);
        assert!(analyses.of(3, vec![[0, 1], [1, 2]]).1);
    }
}
