//! `wireloom completion` as shells drive it: the line as an argument, words as lines; and its script in a real bash.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a shell is told in a folder, with a folder of settings; nothing may be said on the other channel, and the status is always 0.
fn told(shell: &str, folder: &Path, settings: &Path, line: &str) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wireloom"));
    command.args(["completion", shell, "--line", line]).current_dir(folder);
    let Output { status, stdout, stderr } =
        command.env_clear().env("XDG_CONFIG_HOME", settings).output().expect("the command runs");
    assert!(status.success() && stderr.is_empty(), "{line}: {status} {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text").lines().map(str::to_owned).collect()
}

fn settings(profiles: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("wireloom")).expect("a folder");
    fs::write(folder.path().join("wireloom/profiles.toml"), profiles).expect("it can be written");
    folder
}

#[test]
fn outlets_are_those_of_the_build() {
    let none = tempfile::tempdir().expect("a temporary folder");
    let in_root = |shell: &str, line: &str| told(shell, &root(), none.path(), line);
    let names = ["pi[1]", "pi[2]", "pi[3]", "pi[4]", "pi[5]"];
    for verb in ["on", "off", "cycle", "status"] {
        for shell in ["zsh", "fish"] {
            let mut all = in_root(shell, &format!("wireloom outlet {verb} p"));
            all.sort();
            assert_eq!(all, names, "{shell} {verb}");
        }
        let mut all = in_root("bash", &format!("wireloom outlet {verb} p"));
        all.sort();
        assert_eq!(all, names.map(|name| name.replace('[', r"\[")), "{verb}");
    }
    assert_eq!(in_root("bash", r"wireloom outlet on pi\[1..3"), [r"pi\[1..3]"]);
    assert_eq!(in_root("zsh", "wireloom outlet on 'pi[1,2.."), ["pi[1,2..3]", "pi[1,2..4]", "pi[1,2..5]"]);
    assert!(in_root("fish", "wireloom outlet off pi[").contains(&"pi[1..5]".to_owned()));
    assert_eq!(in_root("fish", "wireloom outlet on --reason 'it hangs' pi-2"), ["pi-2"]);
    assert_eq!(in_root("zsh", "wireloom outlet cycle --rea"), ["--reason"]);
    // Another workspace by `-w`, from a folder that is none.
    let line = format!("wireloom -w {} outlet on pi[5", root().display());
    assert_eq!(told("zsh", none.path(), none.path(), &line), ["pi[5]"]);
    assert_eq!(told("zsh", none.path(), none.path(), "wireloom outlet on "), [""; 0]);
}

/// Completion binds and goes no further; the daemons' files come from a build that was judged whole.
#[test]
fn names_are_those_of_the_daemons_files() {
    let mut compared = 0;
    for folder in ["", "examples/seven-pis", "examples/minimal"] {
        let disk = cli::disk::Disk::open(&root().join(folder)).expect("a workspace");
        let checked = cli::check(&disk);
        let sound = checked.view().sound().expect("it is sound");
        let outlets = outputs::relayd::configs(sound).into_iter().flat_map(|config| config.outlets);
        let names: Vec<String> = outlets.map(|outlet| outlet.name).collect();
        compared += names.len();
        assert_eq!(cli::outlets(&disk), names, "{folder}");
    }
    assert!(10 <= compared, "{compared}");
}

#[test]
fn a_profile_may_name_them_and_nobody_is_asked() {
    // Nobody answers there, the token's file does not exist, and the folder is no workspace.
    let rack = "[profile.rack]\nat = \"https://192.0.2.1\"\ntoken-file = \"none\"\noutlets = [\"pi[7]\", \"pi[8]\", \"fan by k1 GPIO5\"]\n";
    let own = settings(rack);
    let folder = own.path();
    assert_eq!(told("zsh", folder, folder, "wireloom outlet on pi"), ["pi[7]", "pi[8]"]);
    assert_eq!(told("bash", folder, folder, "wireloom outlet on f"), [r"fan\ by\ k1\ GPIO5"]);
    assert_eq!(told("fish", folder, folder, "wireloom outlet status --profile "), ["rack"]);
    assert_eq!(told("bash", folder, folder, "wireloom outlet status --profile=r"), ["rack"]);
    assert_eq!(told("zsh", folder, folder, "wireloom outlet on --at https://192.0.2.1 pi"), [""; 0]);
    let two = format!("default = \"rack\"\n{rack}[profile.attic]\nat = \"http://127.0.0.1\"\noutlets = [\"pi[9]\"]\n");
    let own = settings(&two);
    let folder = own.path();
    assert_eq!(told("zsh", folder, folder, "wireloom outlet on pi[9"), [""; 0]);
    assert_eq!(told("zsh", folder, folder, "wireloom outlet on --profile attic pi"), ["pi[9]"]);
    // What is broken gives way to the build.
    let broken = settings("[profile.rack\nat = ");
    assert_eq!(told("zsh", &root(), broken.path(), "wireloom outlet on pi[5"), ["pi[5]"]);
    assert_eq!(told("zsh", &root(), broken.path(), "wireloom outlet on --profile "), [""; 0]);
}

#[test]
fn a_broken_workspace_says_nothing() {
    let own = tempfile::tempdir().expect("a temporary folder");
    for folder in ["bom", "wiring"] {
        fs::create_dir(own.path().join(folder)).expect("a folder");
    }
    for text in ["", "[", "\u{0}", "[build]\nname = 1\n[[x]]\n"] {
        for file in ["bom/build.toml", "wiring/wires.toml", "wiring/devices.toml"] {
            fs::write(own.path().join(file), text).expect("it can be written");
            assert_eq!(told("bash", own.path(), own.path(), "wireloom outlet on p"), [""; 0], "{text:?}");
        }
    }
}

/// Bash inserts what it is given: neither the script nor the line may expand `pi[1]` where a file `pi1` lies.
#[test]
fn bash_keeps_brackets_where_files_would_match_them() {
    if Command::new("bash").arg("--version").output().is_err() {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"NOT TRIED: no bash\n");
        return;
    }
    let own = settings("[profile.rack]\nat = \"https://192.0.2.1\"\noutlets = [\"pi[1]\", \"pi[2]\"]\n");
    for file in ["pi1", "pi2"] {
        fs::write(own.path().join(file), "").expect("it can be written");
    }
    let program = Path::new(env!("CARGO_BIN_EXE_wireloom"));
    let ways = std::env::join_paths(
        [program.parent().expect("it is in a folder")]
            .into_iter()
            .map(Path::to_owned)
            .chain(std::env::split_paths(&std::env::var_os("PATH").expect("a PATH"))),
    );
    let script = r#"source <(wireloom completion bash)
        COMP_LINE='wireloom outlet on pi'"$1" COMP_POINT=$((21 + ${#1}))
        _wireloom; printf '%s\n' "${COMPREPLY[@]}"
        eval "printf '%s\n' ${COMPREPLY[0]}""#;
    for (typed, expected) in [("", "pi\\[1]\npi\\[2]\npi[1]\n"), (r"\[2", "pi\\[2]\npi[2]\n")] {
        let mut bash = Command::new("bash");
        bash.args(["--norc", "-c", script, "bash", typed]).current_dir(own.path());
        bash.env("XDG_CONFIG_HOME", own.path()).env("PATH", ways.as_ref().expect("they join"));
        let Output { stdout, stderr, .. } = bash.output().expect("bash runs");
        assert_eq!(String::from_utf8_lossy(&stdout), expected, "{typed}: {}", String::from_utf8_lossy(&stderr));
        assert!(stderr.is_empty(), "{}", String::from_utf8_lossy(&stderr));
    }
}
