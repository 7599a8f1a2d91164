//! Lines as shells hand them over, and what they are told.

use clap::{Arg, ArgAction, Command};

use super::*;
use crate::outlets::{Outlet, offered};

fn command() -> Command {
    let profile = || Arg::new("profile").long("profile").value_name("NAME");
    let outlets = Arg::new("outlets").value_name("OUTLET").num_args(1..);
    let on = Command::new("on")
        .arg(outlets)
        .arg(profile())
        .arg(Arg::new("yes").long("yes").short('y').action(ArgAction::SetTrue));
    let on = on.arg(Arg::new("format").long("format").value_parser(["text", "json"]));
    let outlet = Command::new("outlet").subcommand(on).subcommand(Command::new("off"));
    let own = Arg::new("workspace").long("workspace").short('w').global(true).value_name("DIR");
    Command::new("tool").arg(own).subcommand(outlet).subcommand(Command::new("secret").hide(true))
}

fn outlets() -> Vec<Outlet> {
    let numbers = [1, 2, 3, 4, 6, 10].map(|n| Outlet { name: format!("pi[{n}]"), slug: format!("pi-{n}") });
    let fan = Outlet { name: "fan".to_owned(), slug: "fan".to_owned() };
    numbers.into_iter().chain([fan]).collect()
}

fn told(shell: Shell, line: &str) -> String {
    let names = |asked: &Asked| match asked.argument.as_str() {
        "outlets" => Some(offered(&asked.typed, &outlets())),
        "profile" => Some(vec!["rack".to_owned(), format!("in {}", asked.given("workspace").unwrap_or("nothing"))]),
        _ => None,
    };
    answer(command(), shell, line, names).join(" | ")
}

#[track_caller]
fn check(line: &str, bash: &str, others: &str) {
    assert_eq!(told(Shell::Bash, line), bash, "bash: {line}");
    assert_eq!(told(Shell::Zsh, line), others, "zsh: {line}");
    assert_eq!(told(Shell::Fish, line), others, "fish: {line}");
}

#[test]
fn verbs_and_options_come_from_the_description() {
    check("tool ", "outlet | help", "outlet | help");
    check("sudo -u me /usr/bin/tool o", "outlet", "outlet");
    check("true; A=1 tool outlet ", "on | off | help", "on | off | help");
    check(
        "tool outlet on --",
        "--profile | --yes | --format | --workspace | --help",
        "--profile | --yes | --format | --workspace | --help",
    );
    check("tool outlet on -y --p", "--profile", "--profile");
    check("tool outlet on -y --y", "", "");
    check("tool outlet on --format j", "json", "json");
    check("tool outlet on --format=", "text | json", "--format=text | --format=json");
    check("tool -w ", FILES, FILES);
    check("tool", "", "");
    check("", "", "");
}

#[test]
fn names_with_brackets_are_quoted_for_bash_alone() {
    check(
        "tool outlet on p",
        r"pi\[1] | pi\[2] | pi\[3] | pi\[4] | pi\[6] | pi\[10]",
        "pi[1] | pi[2] | pi[3] | pi[4] | pi[6] | pi[10]",
    );
    check(r"tool outlet on pi\[2", r"pi\[2]", "pi[2]");
    check("tool outlet on 'pi[2", "pi[2]", "pi[2]");
    check("tool outlet on fan \"pi[10", "pi[10]", "pi[10]");
    check(
        "tool -w a outlet on -- fan pi-",
        "pi-1 | pi-2 | pi-3 | pi-4 | pi-6 | pi-10",
        "pi-1 | pi-2 | pi-3 | pi-4 | pi-6 | pi-10",
    );
    // The shell keeps what is before the quote or the sign.
    check("tool outlet on fan,'pi[6", "pi[6]", "fan,pi[6]");
    check("tool -w 'a b' outlet on --profile=i", r"in\ a\ b", "--profile=in a b");
}

#[test]
fn ranges_go_as_far_as_no_outlet_is_missing() {
    #[track_caller]
    fn check(typed: &str, expected: &str) {
        assert_eq!(offered(typed, &outlets()).join(" "), expected, "{typed}");
    }
    check("pi[", "pi[1] pi[2] pi[3] pi[4] pi[6] pi[10] pi[1..4]");
    check("pi[1", "pi[1] pi[10]");
    check("pi[2..", "pi[2..3] pi[2..4]");
    check("pi[2.", "pi[2..3] pi[2..4]");
    check("pi[1-", "pi[1-2] pi[1-3] pi[1-4]");
    check("pi[1-4", "pi[1-4]");
    check("pi[4..", "");
    check("pi[5..", "");
    check("pi[1,3..", "pi[1,3..4]");
    check("pi[1,2,", "pi[1,2,3] pi[1,2,4] pi[1,2,6] pi[1,2,10]");
    check("pi-[1-", "pi-[1-2] pi-[1-3] pi-[1-4]");
    check("pi[1],f", "pi[1],fan");
    check("pi[1,2],pi[6", "pi[1,2],pi[6]");
    check("pi[1..4]", "pi[1..4]");
    check("ssd[", "");
    check("[", "");
    check("pi[x", "");
    check("pi[99999999999-", "");
}

#[test]
fn any_line_gets_an_answer() {
    let pieces = [
        "tool",
        "outlet",
        "on",
        " ",
        "'",
        "\"",
        "\\",
        "[",
        "]",
        ",",
        "..",
        "-",
        "--",
        "=",
        ":",
        ";",
        "é",
        "\n",
        "\u{1b}",
        "4294967295",
    ];
    let mut seed = 7_u64;
    for _ in 0..20_000 {
        let mut line = "tool outlet on ".to_owned();
        for _ in 0..8 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            line += pieces[(seed >> 33) as usize % pieces.len()];
        }
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            assert!(!told(shell, &line).contains('\u{1b}'), "{line:?}");
        }
    }
    assert_eq!(told(Shell::Bash, &format!("tool {}", "a".repeat(LONGEST))), "");
}

#[test]
fn each_script_asks_the_program_and_names_its_functions_apart() {
    for (shell, name) in [(Shell::Bash, "bash"), (Shell::Zsh, "zsh"), (Shell::Fish, "fish")] {
        let text = script(shell, "wireloom-relayd");
        assert!(text.contains(&format!("command wireloom-relayd completion {name} --line ")), "{text}");
        assert!(text.contains("_wireloom_relayd") && !text.contains('@') || text.contains("$@"), "{text}");
    }
}
