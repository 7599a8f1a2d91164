//! A page of facts: a heading, then words with what they stand for, wrapped at 80 columns.

use crate::terminal::wrapped;

/// Columns of the words.
const WORDS: usize = 12;
/// Columns of the page.
const WIDTH: usize = 80;

/// A page that grows line by line.
pub struct Sheet {
    text: String,
}

impl Sheet {
    /// A page with its heading.
    pub fn new(heading: &str) -> Self {
        Self { text: format!("{}\n", wrapped(heading, WIDTH, 2)) }
    }

    /// More lines below something else.
    pub fn headless() -> Self {
        Self { text: String::new() }
    }

    /// `word` and what it stands for; nothing if that is empty.
    pub fn say(&mut self, word: &str, fact: &str) {
        if fact.is_empty() {
            return;
        }
        let fact = wrapped(fact, WIDTH - WORDS - 2, 0);
        for (nth, line) in fact.lines().enumerate() {
            let word = if nth == 0 { word } else { "" };
            self.text.push_str(format!("  {word:WORDS$}{line}").trim_end());
            self.text.push('\n');
        }
    }

    /// `word` and several facts, a line each; of many only the first, and how many more.
    pub fn list(&mut self, word: &str, facts: impl IntoIterator<Item = String>, most: usize) {
        let facts: Vec<String> = facts.into_iter().collect();
        for (nth, fact) in facts.iter().take(most).enumerate() {
            self.say(if nth == 0 { word } else { "" }, fact);
        }
        if facts.len() > most {
            self.say("", &format!("and {} more", facts.len() - most));
        }
    }

    /// The page.
    pub fn text(self) -> String {
        self.text
    }
}
