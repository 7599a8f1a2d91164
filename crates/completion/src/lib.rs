//! What a shell is told when somebody presses the tab key: verbs and options from the command's own description, names from whoever knows them.
//!
//! It reads no file. The shell hands over the line as it was typed up to the cursor, and gets a word a line.

mod ask;
mod asked;
mod line;
pub mod outlets;
mod script;

use clap::{Command, ValueEnum};

pub use ask::Completion;
pub use asked::Asked;
use asked::Wanted;
use line::Line;
pub use script::script;

/// What is told instead of words where the shell knows better: names of files.
pub const FILES: &str = "/";
/// Longest line that is looked at, bytes.
const LONGEST: usize = 1 << 16;
/// Most words that are offered.
const MOST: usize = 1_000;

/// Shells that can be answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Shell {
    /// Bash 3.2 and later
    Bash,
    /// Zsh
    Zsh,
    /// Fish 3 and later
    Fish,
}

/// The words that could stand where the cursor is, quoted as the shell wants them, or [`FILES`] alone; nothing where nothing is known.
///
/// `line` is what was typed from the command's name to the cursor, with its quotes. `names` is asked for what stands in no description: the values of one
/// argument, each as a whole; `None` leaves it to the description.
pub fn answer(
    command: Command,
    shell: Shell,
    line: &str,
    names: impl FnOnce(&Asked) -> Option<Vec<String>>,
) -> Vec<String> {
    if LONGEST < line.len() {
        return Vec::new();
    }
    let program = command.get_name().to_owned();
    let Some(line) = Line::read(line, &program, shell) else { return Vec::new() };
    // What stands before the value in the same word: `--profile=`.
    let (before, words) = match asked::wanted(command, &line.words, line.last()) {
        Wanted::Words(words) => (String::new(), words),
        Wanted::Value { asked, before, own } => match names(&asked).or(own) {
            Some(words) => (before, words),
            None if asked.is_file => return vec![FILES.to_owned()],
            None => return Vec::new(),
        },
    };
    let fits = words.into_iter().map(|word| format!("{before}{word}")).filter(|word| word.starts_with(line.last()));
    fits.filter(|word| !word.chars().any(char::is_control)).take(MOST).filter_map(|word| line.quoted(&word)).collect()
}

#[cfg(test)]
mod tests;
