//! TOML as people mostly write it, read straight into a tree; what this reader does not take is left to the full parser.
//!
//! It takes a file whole or not at all, and a file that it takes has exactly the tree that the full parser gives: it never
//! has to know what is wrong, or with which words. Several lines in one string, numbers in other bases and times of day are
//! among what it leaves.

mod grow;
mod scalar;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use super::DEEPEST;
use crate::piece::Piece;
use crate::span::{FileId, Span, Spanned, Word};
use crate::value::{Datum, Entry, Table, Value};

/// Brackets deeper than this, or keys with more steps, are left to the full parser.
const DEEP: usize = 24;
/// The tree of a file without any fault, or none.
pub(super) fn tree(file: FileId, text: &Rc<String>) -> Option<Table> {
    let origin = Span { file, start: 0, end: 0 };
    if u32::try_from(text.len()).is_err() {
        return None;
    }
    let root = Table { entries: Vec::new(), span: origin };
    let mut reader = Reader { file, text, at: 0, line: 0, deep: 0, open: Vec::new(), items: Vec::new() };
    let root = reader.document(root)?;
    grow::distinct(&root.entries, text).then_some(root)
}

/// One name of a dotted key: the name, and its bytes with their quotes.
struct Step {
    key: Word,
    raw: Span,
}

/// A header: `[a.b]` or `[[a.b]]`.
struct Header {
    path: Vec<Step>,
    span: Span,
    many: bool,
}

struct Reader<'a> {
    file: FileId,
    text: &'a Rc<String>,
    at: usize,
    /// Where the current line starts.
    line: usize,
    deep: usize,
    /// Entries of the tables that are not yet closed, outermost first.
    open: Vec<Entry>,
    /// Values of the lists that are not yet closed, outermost first.
    items: Vec<Value>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let number = |at| u32::try_from(at).expect("a text of more than 4 GiB is not begun");
        Span { file: self.file, start: number(start), end: number(end) }
    }

    fn piece(&self, start: usize, end: usize) -> Option<Piece> {
        Piece::of(self.text, start..end)
    }

    /// Every byte up to the first that is not one of these.
    fn skip(&mut self, these: impl Fn(u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(|&byte| !these(byte)).unwrap_or(rest.len());
    }

    /// Spaces and tabs.
    fn blank(&mut self) {
        while let Some(b' ' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// Spaces, and a comment if there is one.
    fn comment(&mut self) -> Option<()> {
        self.blank();
        if self.peek() == Some(b'#') {
            let rest = &self.text[self.at..];
            let length = rest.find('\n').unwrap_or(rest.len());
            if scalar::simple(&rest.as_bytes()[..length]) {
                self.at += length;
            } else {
                self.skip(scalar::printable);
            }
            (matches!(self.peek(), None | Some(b'\n' | b'\r'))).then_some(())?;
        }
        Some(())
    }

    /// The end of a line or of the file.
    fn newline(&mut self) -> Option<()> {
        if self.peek() == Some(b'\r') {
            self.at += 1;
            (self.peek() == Some(b'\n')).then_some(())?;
        }
        // The full parser is asked about lines with very many dots: it takes them for a deeply nested key.
        if self.at - self.line > DEEPEST {
            let before = self.text.as_bytes()[self.line..self.at].split(|&byte| byte == b'=').next()?;
            (before.iter().filter(|&&byte| byte == b'.').count() <= DEEPEST).then_some(())?;
        }
        match self.peek() {
            None => Some(()),
            Some(b'\n') => {
                self.at += 1;
                self.line = self.at;
                Some(())
            }
            Some(_) => None,
        }
    }

    /// Blanks, comments and ends of lines.
    fn lines(&mut self) -> Option<()> {
        loop {
            self.comment()?;
            match self.peek() {
                Some(b'\n' | b'\r') => self.newline()?,
                _ => return Some(()),
            }
        }
    }

    fn document(&mut self, mut root: Table) -> Option<Table> {
        let mut header: Option<Header> = None;
        loop {
            self.lines()?;
            let next = self.peek();
            if matches!(next, None | Some(b'[')) {
                let entries = self.open.drain(..).collect();
                match header.take() {
                    None => root.entries = entries,
                    Some(header) => grow::place(&mut root.entries, header, entries, self.text)?,
                }
            }
            match next {
                None => {
                    self.newline()?;
                    return Some(root);
                }
                Some(b'[') => header = Some(self.header()?),
                Some(_) => {
                    self.pair(0)?;
                    self.comment()?;
                    self.newline()?;
                }
            }
        }
    }

    fn header(&mut self) -> Option<Header> {
        let start = self.at;
        self.at += 1;
        let many = self.peek() == Some(b'[');
        self.at += usize::from(many);
        let path = self.path(b']')?;
        self.at += 1;
        if many {
            (self.peek() == Some(b']')).then_some(())?;
            self.at += 1;
        }
        let span = self.span(start, self.at);
        self.comment()?;
        self.newline()?;
        Some(Header { path, span, many })
    }

    /// A dotted key up to a byte that ends it.
    fn path(&mut self, end: u8) -> Option<Vec<Step>> {
        let mut path = Vec::with_capacity(2);
        loop {
            self.blank();
            path.push(self.step()?);
            self.blank();
            match self.peek()? {
                b'.' if path.len() < DEEP => self.at += 1,
                byte if byte == end => return Some(path),
                _ => return None,
            }
        }
    }

    fn step(&mut self) -> Option<Step> {
        let start = self.at;
        match self.peek()? {
            quote @ (b'"' | b'\'') => {
                let key = self.string(quote)?;
                // An escape in a key is left to the full parser.
                (key.value.len() + 2 == self.at - start).then_some(())?;
                Some(Step { key, raw: self.span(start, self.at) })
            }
            _ => {
                self.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
                let raw = self.span(start, self.at);
                (start < self.at).then_some(())?;
                Some(Step { key: Spanned::new(self.piece(start, self.at)?, raw), raw })
            }
        }
    }

    /// `key = value` into the table whose entries are open from `base` on.
    fn pair(&mut self, base: usize) -> Option<()> {
        self.blank();
        let first = self.step()?;
        self.blank();
        if self.peek()? == b'=' {
            self.at += 1;
            self.blank();
            let value = self.value()?;
            self.open.push(Entry { key: first.key, value });
            return Some(());
        }
        (self.peek()? == b'.').then_some(())?;
        self.at += 1;
        let path = self.path(b'=')?;
        self.at += 1;
        self.blank();
        let value = self.value()?;
        grow::extend(&mut self.open, base, first, path, value, self.text)
    }

    fn value(&mut self) -> Option<Value> {
        match self.peek()? {
            quote @ (b'"' | b'\'') => {
                let text = self.string(quote)?;
                Some(Spanned::new(Datum::Text(text.value), text.span))
            }
            b'[' => self.nested(Self::list),
            b'{' => self.nested(Self::table),
            _ => self.scalar(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        self.deep += 1;
        (self.deep <= DEEP).then_some(())?;
        let value = read(self)?;
        self.deep -= 1;
        Some(value)
    }

    fn list(&mut self) -> Option<Value> {
        let (start, base) = (self.at, self.items.len());
        self.at += 1;
        loop {
            self.lines()?;
            if self.peek()? == b']' {
                break;
            }
            let value = self.value()?;
            self.items.push(value);
            self.lines()?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return None,
            }
        }
        self.at += 1;
        let list = self.items.drain(base..).collect();
        Some(Spanned::new(Datum::List(list), self.span(start, self.at)))
    }

    fn table(&mut self) -> Option<Value> {
        let (start, base) = (self.at, self.open.len());
        self.at += 1;
        loop {
            self.lines()?;
            if self.peek()? == b'}' {
                break;
            }
            self.pair(base)?;
            self.lines()?;
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return None,
            }
        }
        self.at += 1;
        let span = self.span(start, self.at);
        grow::distinct(&self.open[base..], self.text).then_some(())?;
        let entries = self.open.drain(base..).collect();
        Some(Spanned::new(Datum::Table(Table { entries, span }), span))
    }
}
