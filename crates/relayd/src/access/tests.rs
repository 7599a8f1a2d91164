//! Who gets in, who has to wait, and what a file may say.

use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn accounts() -> Accounts {
    let mut accounts = Accounts::default();
    accounts.add("anna", Role::Administrator, "correct horse", None).unwrap();
    accounts.add("ben", Role::Operator, "battery staple", Some(vec!["pi[2]".to_owned()])).unwrap();
    accounts
}

fn address(last: u8) -> Option<IpAddr> {
    Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
}

#[test]
fn an_account_gets_in_with_its_password_and_its_rights() {
    let (accounts, mut guesses) = (accounts(), Guesses::default());
    let ben = log_in(&accounts, &mut guesses, "ben", "battery staple", address(1), 0).unwrap();
    assert!(ben.may_switch("pi[2]") && !ben.may_switch("pi[3]"));
    let anna = log_in(&accounts, &mut guesses, "anna", "correct horse", None, 0).unwrap();
    assert!(anna.may_switch("pi[3]") && anna.role == Role::Administrator);
    assert!(!Who { role: Role::ReadOnly, ..anna }.may_switch("pi[3]"));
    for (name, given) in
        [("ben", "correct horse"), ("ben", ""), ("nobody", "battery staple"), ("", ""), ("Ben", "battery staple")]
    {
        assert_eq!(log_in(&accounts, &mut guesses, name, given, address(2), 0), Err(Denied::Wrong));
    }
}

#[test]
fn guessing_takes_ever_longer_and_a_stranger_locks_nobody_out() {
    let (accounts, mut guesses) = (accounts(), Guesses::default());
    log_in(&accounts, &mut guesses, "ben", "battery staple", address(1), 0).unwrap();
    let mut last = 0;
    for n in 0..8_u8 {
        // Ever another address: the account has to wait by itself.
        guesses.wrong("ben", true, address(100 + n), 1000);
        let wait = guesses.wait("ben", true, address(200), 1000).unwrap_or(0);
        assert!(if n < 4 { wait == 0 } else { last < wait }, "{n}: {wait}");
        last = wait;
    }
    assert_eq!(log_in(&accounts, &mut guesses, "ben", "battery staple", address(200), 1000), Err(Denied::Wait(8000)));
    assert!(
        log_in(&accounts, &mut guesses, "ben", "battery staple", address(1), 1000).is_ok(),
        "where it got in before"
    );
}

#[test]
fn a_name_without_an_account_waits_as_one_with_it() {
    let mut guesses = Guesses::default();
    for n in 0..20 {
        guesses.wrong("ben", true, address(n), 5);
        guesses.wrong("nobody", false, address(n), 5);
        assert_eq!(guesses.wait("ben", true, address(99), 5), guesses.wait("nobody", false, address(99), 5));
    }
    assert_eq!(guesses.wait("nobody", false, address(99), 5), Some(60_000));
    assert_eq!(guesses.wait("nobody", false, address(99), 60_005), None);
}

#[test]
fn an_address_waits_whatever_names_it_tries_and_a_million_of_them_fill_no_memory() {
    let mut guesses = Guesses::default();
    for n in 0..12 {
        guesses.wrong(&format!("name-{n}"), false, address(7), 0);
    }
    assert_eq!(guesses.wait("anna", true, address(7), 0), Some(4000));
    for n in 0..5000_u32 {
        guesses.wrong(&format!("{n}").repeat(100), false, Some(IpAddr::V4(Ipv4Addr::from(n))), u64::from(n));
    }
    assert!(guesses.len() <= 2048);
    let (one, other): (IpAddr, IpAddr) = ("2001:db8::1".parse().unwrap(), "2001:db8::ffff:2".parse().unwrap());
    for _ in 0..12 {
        guesses.wrong("anna", true, Some(one), 6000);
    }
    assert!(guesses.wait("zoe", false, Some(other), 6000).is_some(), "one network of IPv6 is one guesser");
}

#[test]
fn a_token_does_no_more_than_its_account_and_no_longer_than_it_may() {
    let mut accounts = accounts();
    let plain = accounts.add_token("ben", None, None, "backup").unwrap();
    let short = accounts.add_token("anna", Some(Role::ReadOnly), Some(500), "").unwrap();
    assert_eq!(accounts.bearer(&plain, 9).unwrap(), accounts.find("ben").unwrap().who());
    assert_eq!(accounts.bearer(&short, 499).unwrap().role, Role::ReadOnly);
    assert_eq!(accounts.bearer(&short, 500), None);
    assert!(!accounts.to_toml().contains(&plain), "the file does not hold it");
    let mut forged = plain.clone();
    forged.pop();
    assert_eq!((accounts.bearer(&forged, 9), accounts.bearer("wlt_", 9), accounts.bearer("", 9)), (None, None, None));
    assert!(accounts.add_token("ben", Some(Role::Administrator), None, "").is_err());
    let id = accounts.tokens()[0].id.clone();
    accounts.remove_token(&id).unwrap();
    assert!(accounts.bearer(&plain, 9).is_none() && accounts.remove_token(&id).is_err());
}

#[test]
fn the_file_is_read_back_whole_and_a_spoilt_one_lets_nobody_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts.toml");
    assert!(Accounts::load(&path).unwrap().users().is_empty());
    Accounts::change(&path, |file| {
        *file = accounts();
        file.add_token("ben", Some(Role::ReadOnly), Some(9), "a \"note\"").map(drop)
    })
    .unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let written = Accounts::load(&path).unwrap();
    assert_eq!(Accounts::parse(&written.to_toml()).unwrap(), written);
    let refused = Accounts::change(&path, |file| file.remove("anna")).unwrap_err();
    assert_eq!(
        (refused.kind(), refused.to_string().as_str()),
        (std::io::ErrorKind::InvalidInput, "`anna` is the last administrator")
    );
    assert_eq!(Accounts::load(&path).unwrap(), written);
    Accounts::change(&path, |file| file.remove("ben")).unwrap();
    assert_eq!(Accounts::load(&path).unwrap().tokens(), []);
    let text = written.to_toml();
    for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
        if let Ok(part) = Accounts::parse(&text[..cut]) {
            let is_part = part.users().iter().all(|user| written.users().contains(user));
            assert!(is_part && part.tokens().iter().all(|token| written.tokens().contains(token)), "cut at {cut}");
        }
    }
    let spoilt = text.replace("role = \"operator\"", "role = \"root\"");
    let words = Accounts::parse(&spoilt).unwrap_err().0;
    assert!(!words.contains("argon2") && words.starts_with("line "), "{words}");
    assert!(Accounts::parse(&text.replace("$argon2id$", "$md5$")).is_err());
}

#[test]
fn names_that_would_spoil_a_record_are_refused() {
    let mut accounts = Accounts::default();
    for name in ["", "a b", "a\nb", "Anna", "../x", &"x".repeat(65)] {
        assert!(accounts.add(name, Role::ReadOnly, "correct horse", None).is_err(), "{name:?}");
    }
    accounts.add("a.b_c-1", Role::ReadOnly, "correct horse", None).unwrap();
    assert!(accounts.add("a.b_c-1", Role::ReadOnly, "correct horse", None).is_err());
    accounts.set_password("a.b_c-1", "another horse").unwrap();
    assert!(password::check("another horse", &accounts.users()[0].password));
}

#[test]
fn sessions_end_by_time_by_command_and_by_number() {
    let mut sessions = Sessions::default();
    let secret = sessions.begin("anna", 0);
    let form = sessions.find(&secret, 10).unwrap().form_secret.clone();
    assert!(
        sessions.find(&secret, 10).unwrap().is_own_form(&form)
            && !sessions.find(&secret, 10).unwrap().is_own_form(&secret)
    );
    assert!(sessions.find("", 10).is_none() && sessions.find(&form, 10).is_none());
    assert!(sessions.find(&secret, 10 + sessions::IDLE_MS).is_none());
    let secret = sessions.begin("anna", 0);
    let mut at = 0;
    while at + sessions::IDLE_MS / 2 < sessions::LONGEST_MS {
        at += sessions::IDLE_MS / 2;
        assert!(sessions.find(&secret, at).is_some() || sessions::LONGEST_MS <= at);
    }
    assert!(sessions.find(&secret, sessions::LONGEST_MS).is_none());
    let begun: Vec<String> = (0..20).map(|n| sessions.begin("ben", at + n)).collect();
    assert!(sessions.find(&begun[0], at + 20).is_none() && sessions.find(&begun[19], at + 20).is_some());
    for n in 0..1000 {
        sessions.begin(&format!("user-{n}"), at + 30);
    }
    assert_eq!(sessions.len(), 256);
    let secret = sessions.begin("anna", at + 40);
    sessions.end(&secret);
    assert!(sessions.find(&secret, at + 40).is_none());
    let secret = sessions.begin("anna", at + 40);
    sessions.end_all("anna");
    assert!(sessions.find(&secret, at + 40).is_none());
}
