//! What a word could be where it stands, by the command's description.

use clap::{Arg, ArgAction, Command};

/// A value that is being typed.
pub struct Asked {
    /// Of which argument, by its name in the program: `outlets`.
    pub argument: String,
    /// The value so far; of `--profile=ra` it is `ra`.
    pub typed: String,
    /// Options and values before it on the line, by the arguments' names.
    pub given: Vec<(String, String)>,
    /// The description calls it a file or a folder.
    pub is_file: bool,
}

impl Asked {
    /// The last value of an option on the line.
    pub fn given(&self, argument: &str) -> Option<&str> {
        self.given.iter().rev().find(|(name, _)| name == argument).map(|(_, value)| value.as_str())
    }

    /// Whether an option stands on the line.
    pub fn is_given(&self, argument: &str) -> bool {
        self.given(argument).is_some()
    }
}

/// What could stand somewhere.
pub enum Wanted {
    /// One of these: verbs, options.
    Words(Vec<String>),
    /// A value, after `before` in the same word; `own` is what the description says that it can be.
    Value { asked: Asked, before: String, own: Option<Vec<String>> },
}

/// What the last of the words could be; `typed` is that word.
pub fn wanted(mut command: Command, words: &[String], typed: &str) -> Wanted {
    command.build();
    let mut command = &command;
    let mut given: Vec<(String, String)> = Vec::new();
    let mut waits: Option<&Arg> = None;
    let (mut values, mut are_options_over) = (0, false);
    for word in &words[..words.len().saturating_sub(1)] {
        if let Some(argument) = waits.take() {
            given.push((argument.get_id().to_string(), word.clone()));
        } else if word == "--" {
            are_options_over = true;
        } else if let Some((argument, value)) = option(command, word).filter(|_| !are_options_over) {
            match value {
                Some(value) => given.push((argument.get_id().to_string(), value.to_owned())),
                None if takes_value(argument) => waits = Some(argument),
                None => given.push((argument.get_id().to_string(), String::new())),
            }
        } else if let Some(verb) = command.find_subcommand(word).filter(|_| values == 0) {
            command = verb;
        } else if are_options_over || !word.starts_with('-') {
            values += 1;
        }
    }
    if let Some(argument) = waits {
        return value(argument, given, typed, "");
    }
    if !are_options_over && typed.starts_with('-') {
        if let Some((argument, Some(so_far))) = option(command, typed).filter(|_| typed.contains('=')) {
            return value(argument, given, so_far, &typed[..typed.len() - so_far.len()]);
        }
        let is_new = |argument: &&Arg| {
            let id = argument.get_id().as_str();
            !argument.is_hide_set() && given.iter().all(|(name, _)| name != id)
        };
        let options = command.get_arguments().filter(is_new).filter_map(Arg::get_long);
        return Wanted::Words(options.map(|long| format!("--{long}")).collect());
    }
    let places: Vec<&Arg> = command.get_positionals().collect();
    let place = places.get(values).or_else(|| places.last().filter(|last| takes_several(last)));
    match place {
        Some(argument) => value(argument, given, typed, ""),
        None if values == 0 => {
            let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
            Wanted::Words(verbs.map(|verb| verb.get_name().to_owned()).collect())
        }
        None => Wanted::Words(Vec::new()),
    }
}

fn value(argument: &Arg, given: Vec<(String, String)>, typed: &str, before: &str) -> Wanted {
    let own: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| value.get_name().to_owned())
        .collect();
    let is_file =
        argument.get_value_names().is_some_and(|names| names.iter().any(|name| name == "FILE" || name == "DIR"));
    let asked = Asked { argument: argument.get_id().to_string(), typed: typed.to_owned(), given, is_file };
    Wanted::Value { asked, before: before.to_owned(), own: (!own.is_empty()).then_some(own) }
}

/// The option that a word is, with the value that stands in the same word.
fn option<'a, 'w>(command: &'a Command, word: &'w str) -> Option<(&'a Arg, Option<&'w str>)> {
    let find = |is_it: &dyn Fn(&Arg) -> bool| command.get_arguments().find(|argument| is_it(argument));
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        return find(&|argument| argument.get_long() == Some(name)).map(|argument| (argument, value));
    }
    let mut letters = word.strip_prefix('-')?.chars();
    let first = letters.next()?;
    let argument = find(&|argument| argument.get_short() == Some(first))?;
    let rest = letters.as_str();
    let value = rest.strip_prefix('=').unwrap_or(rest);
    Some((argument, (takes_value(argument) && !rest.is_empty()).then_some(value)))
}

fn takes_value(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

fn takes_several(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|range| 1 < range.max_values())
        || matches!(argument.get_action(), ArgAction::Append)
}
