//! A line as it was typed, as words; and a word as it has to be typed there.

use std::path::Path;

use crate::Shell;

/// Where a quote is open, or none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    None,
    Single,
    Double,
}

/// What was typed up to the cursor.
pub struct Line {
    /// Words after the command's name without their quotes; the last one is being typed, and may be empty.
    pub words: Vec<String>,
    shell: Shell,
    open: Open,
    /// Bytes of the last word that the shell keeps as they are: what is offered begins after them.
    kept: usize,
}

impl Line {
    /// Reads a line; `None` where the command's name is still being typed, or a quote has ended in the last word: how to go on there is not known.
    pub fn read(text: &str, program: &str, shell: Shell) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        let (mut word, mut begun) = (String::new(), false);
        let (mut open, mut closed, mut kept) = (Open::None, false, 0);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match (open, letter) {
                (Open::None, letter) if letter.is_whitespace() => {
                    if begun {
                        words.push(std::mem::take(&mut word));
                    }
                    (begun, closed, kept) = (false, false, 0);
                    continue;
                }
                // Another command begins.
                (Open::None, ';' | '|' | '&') => {
                    words.clear();
                    word.clear();
                    (begun, closed, kept) = (false, false, 0);
                    continue;
                }
                (Open::None, '\'') => (open, kept) = (Open::Single, word.len()),
                (Open::None, '"') => (open, kept) = (Open::Double, word.len()),
                (Open::Single, '\'') | (Open::Double, '"') => (open, closed) = (Open::None, true),
                (Open::None, '\\') => word.extend(letters.next()),
                (Open::Double, '\\') => {
                    let is_kept = !matches!(letters.peek(), Some('"' | '\\' | '$' | '`'));
                    word.extend(if is_kept { Some('\\') } else { letters.next() });
                }
                (Open::Single, '\\') if shell == Shell::Fish && matches!(letters.peek(), Some('\'' | '\\')) => {
                    word.extend(letters.next());
                }
                // Bash takes what follows as a word of its own when it completes.
                (Open::None, '=' | ':') => {
                    word.push(letter);
                    kept = word.len();
                }
                _ => word.push(letter),
            }
            begun = true;
        }
        let is_program = |word: &String| Path::new(word).file_name().is_some_and(|name| name.to_str() == Some(program));
        // Something may stand before it, such as `sudo` or a variable; an alias has another name.
        let at = words.iter().position(is_program).unwrap_or(0);
        if words.is_empty() || (closed && shell == Shell::Bash) {
            return None;
        }
        words.drain(..=at);
        words.push(word);
        Some(Self { words, shell, open, kept })
    }

    /// The word that is being typed.
    pub fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// A word as it has to be offered; `None` where the open quote cannot hold it.
    pub fn quoted(&self, word: &str) -> Option<String> {
        // The other shells quote by themselves, and take the word as a whole.
        if self.shell != Shell::Bash {
            return Some(word.to_owned());
        }
        let rest = word.get(self.kept..)?;
        match self.open {
            Open::Single => (!rest.contains('\'')).then(|| rest.to_owned()),
            Open::Double => (!rest.contains(['"', '$', '`', '\\', '!'])).then(|| rest.to_owned()),
            Open::None => {
                let mut text = String::new();
                for letter in rest.chars() {
                    let is_plain = letter.is_alphanumeric() || "-_./,]+@%".contains(letter);
                    if !is_plain {
                        text.push('\\');
                    }
                    text.push(letter);
                }
                Some(text)
            }
        }
    }
}
