//! Sparse Cholesky: the pattern ordered and analysed once, factored as often as the numbers change.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::LltRegularization;
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, LltRef, SymbolicCholesky, SymmetricOrdering, factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMat};
use faer::{Conj, MatMut, Par, Side, Spec};

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

    pub(crate) fn size(&self) -> usize {
        self.columns.len() - 1
    }

    /// Where an entry stands.
    pub(crate) fn position(&self, column: u32, row: u32) -> u32 {
        let (from, to) = (self.columns[column as usize], self.columns[column as usize + 1]);
        let found = self.rows[from as usize..to as usize].binary_search(&row).expect("the entry is in the pattern");
        from + u32::try_from(found).expect("a column is shorter than the matrix")
    }
}

/// A factorisation: the analysis, and the numbers of the last success.
pub(crate) struct Factor {
    shape: SymbolicSparseColMat<u32>,
    symbolic: SymbolicCholesky<u32>,
    numbers: Vec<f64>,
    memory: MemBuffer,
}

impl Factor {
    /// Orders and analyses (approximate minimum degree).
    pub(crate) fn new(pattern: Pattern) -> Self {
        let size = pattern.size();
        let shape = SymbolicSparseColMat::new_checked(size, size, pattern.columns, None, pattern.rows);
        let params = CholeskySymbolicParams::default();
        let symbolic = factorize_symbolic_cholesky(shape.as_ref(), Side::Lower, SymmetricOrdering::Amd, params)
            .expect("the pattern is square and its factor fits the memory");
        let scratch = symbolic
            .factorize_numeric_llt_scratch::<f64>(Par::Seq, Spec::default())
            .or(symbolic.solve_in_place_scratch::<f64>(1, Par::Seq));
        let numbers = vec![0.0; symbolic.len_val()];
        Self { shape, symbolic, numbers, memory: MemBuffer::new(scratch) }
    }

    /// Entries of the factor.
    pub(crate) fn entries(&self) -> usize {
        self.numbers.len()
    }

    /// Factors the matrix with these values.
    pub(crate) fn refactor(&mut self, values: &[f64]) -> Result<(), Indefinite> {
        self.symbolic
            .factorize_numeric_llt(
                &mut self.numbers,
                SparseColMatRef::new(self.shape.as_ref(), values),
                Side::Lower,
                LltRegularization::default(),
                Par::Seq,
                MemStack::new(&mut self.memory),
                Spec::default(),
            )
            .map(|_| ())
            .map_err(|_| Indefinite)
    }

    /// Solves with the factor of the last success, in place.
    pub(crate) fn solve(&mut self, right: &mut [f64]) {
        let factor = LltRef::new(&self.symbolic, &self.numbers);
        let rows = right.len();
        let right = MatMut::from_column_major_slice_mut(right, rows, 1);
        factor.solve_in_place_with_conj(Conj::No, right, Par::Seq, MemStack::new(&mut self.memory));
    }
}
