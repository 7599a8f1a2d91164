//! Every line of many certificates, damaged in every way: what still passes must still be true.

mod plain;

use plain::{Dice, fault, random, table};
use verify::{network, verify};

/// Words that may stand in a word's place.
fn other_words(word: &str) -> Vec<String> {
    let mut others = vec![String::new(), format!("{word} {word}"), ":".to_owned(), "rup".to_owned()];
    if let Ok(number) = word.parse::<u32>()
        && !word.starts_with('+')
    {
        others.extend([number.wrapping_add(1).to_string(), number.wrapping_sub(1).to_string()]);
    }
    if let Some(rest) = word.strip_prefix('+') {
        others.push(format!("-{rest}"));
    } else if let Some(rest) = word.strip_prefix('-') {
        others.push(format!("+{rest}"));
    }
    if let Some(number) = word.strip_prefix(['+', '-']).and_then(|rest| rest.parse::<u32>().ok()) {
        others.push(format!("{}{}", &word[..1], number + 1));
    }
    others
}

/// Each text that one line's loss, doubling, change of place or change of word makes.
fn damaged(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut texts = Vec::new();
    let mut with = |at: usize, taken: usize, put: &str| {
        let mut text = lines[..at].join("\n");
        text.push('\n');
        text.push_str(put);
        text.push_str(&lines[at + taken..].join("\n"));
        texts.push(text);
    };
    for (at, line) in lines.iter().enumerate() {
        with(at, 1, "");
        with(at, 0, &format!("{line}\n"));
        if let Some(next) = lines.get(at + 1) {
            with(at, 2, &format!("{next}\n{line}\n"));
        }
        let words: Vec<&str> = line.split(' ').collect();
        for place in 0..words.len() {
            for other in other_words(words[place]) {
                let mut words = words.clone();
                words[place] = &other;
                with(at, 1, &format!("{}\n", words.join(" ")));
            }
        }
    }
    texts
}

#[test]
fn what_passes_after_damage_is_still_true() {
    let (mut certificates, mut passed, mut refused) = (0, 0_u64, 0_u64);
    let mut seed = 0;
    while certificates < 60 {
        seed += 1;
        let mut dice = Dice::new(seed);
        let head = random(&mut dice);
        let clean = network(&head).expect("the dice write a network");
        if table::on_one_net(&clean) || clean.variables.len() > 4 {
            continue;
        }
        let Some((proofs, 1..)) = table::proofs(&clean, &mut dice, false) else { continue };
        certificates += 1;
        for text in damaged(&format!("{head}{proofs}")) {
            if verify(&text).is_err() {
                refused += 1;
                continue;
            }
            passed += 1;
            let damaged = network(&text).expect("it was verified");
            assert_eq!(fault(&damaged), None, "seed {seed}\n{text}");
        }
    }
    assert!(refused > passed && passed > 1000, "{refused} refused, {passed} passed");
}

#[test]
fn no_bytes_make_it_panic() {
    let alphabet: Vec<char> = "0123456789+-c: ,\nprovecutneedruprefsindirectrailnodes".chars().collect();
    for seed in 1..=300 {
        let mut dice = Dice::new(seed);
        let head = random(&mut dice);
        let whole = network(&head).ok().and_then(|network| table::proofs(&network, &mut dice, true));
        let mut text: Vec<char> =
            format!("{head}{}", whole.map_or(String::new(), |(proofs, _)| proofs)).chars().collect();
        for _ in 0..1 + dice.below(6) {
            let at = dice.below(text.len());
            text[at] = alphabet[dice.below(alphabet.len())];
        }
        text.truncate(text.len() - dice.below(40));
        let text: String = text.into_iter().collect();
        if verify(&text).is_ok() {
            assert_eq!(fault(&network(&text).expect("it was verified")), None, "seed {seed}\n{text}");
        }
    }
}
