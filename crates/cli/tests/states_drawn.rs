//! The page of states: one drawing for all of them, its classes and its table telling the same.

mod memory;

use std::collections::BTreeSet;

use memory::Workspace;

fn page(workspace: &Workspace) -> String {
    written(workspace, "site/states.html")
}

fn written(workspace: &Workspace, path: &str) -> String {
    let checked = workspace.check();
    let files = outputs::site::OUTPUT.files(checked.view()).expect("the guide is made of any build");
    let page = files.into_iter().find(|file| file.path == path).expect("the guide has the page");
    String::from_utf8(page.bytes).expect("pages are text")
}

/// Text between two marks.
fn within<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(inside, _)| inside)
}

/// Cells of the rows of the table, as they stand.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let body = within(page, "<tbody>", "</tbody>");
    body.split("<tr>")
        .skip(1)
        .map(|row| row.split("<t").skip(1).map(|cell| within(cell, ">", "</")).collect())
        .collect()
}

/// Tags of the lines that bear a state's class, and of those that could.
fn live(page: &str, state: usize) -> BTreeSet<String> {
    let lines = page.split("class=\"line vs").skip(1);
    let bears = lines.filter(|line| {
        line.split('"').next().is_some_and(|class| class.split(' ').any(|word| word == format!("v{state}")))
    });
    bears.map(|line| format!("#{}", within(line, "data-wire=\"", "\""))).collect()
}

#[test]
fn the_drawing_and_the_table_lose_the_same_wires_in_every_state() {
    let page = page(&Workspace::real());
    let rows = rows(&page);
    assert!(rows.len() > 4, "{rows:?}");
    let service = live(&page, 0);
    assert!(service.len() > 20, "{service:?}");
    for (state, row) in rows.iter().enumerate().skip(1) {
        let lost: BTreeSet<String> = row[2].split_whitespace().map(str::to_owned).collect();
        // The halves of a wire with a part in it bear letters, and a row tells of the whole.
        let whole = |tag: &String| tag.trim_end_matches(['a', 'b']).to_owned();
        let drawn: BTreeSet<String> = service.difference(&live(&page, state)).map(whole).collect();
        assert_eq!(drawn, lost, "{}", row[0]);
        assert!(page.contains(&format!("id=\"state-{state}\"")) && page.contains(&format!("#state-{state}:checked")));
    }
}

#[test]
fn a_relay_energised_takes_its_own_pi_and_turns_its_contact() {
    let page = page(&Workspace::real());
    let rows = rows(&page);
    let state = rows.iter().position(|row| row[0] == "k8.k[3] energised").expect("the third channel feeds a Pi");
    assert_eq!(rows[state][1], "pi[3], ssd[3]");
    let opens = page.split("class=\"vb").skip(1).filter(|blade| {
        let class: Vec<&str> = blade.split('"').next().unwrap_or_default().split(' ').collect();
        let (at_rest, then) = (class.contains(&"v0"), class.contains(&format!("v{state}").as_str()));
        at_rest && !then
    });
    assert!(opens.count() >= 1, "a blade that is closed in service is not in this state");
}

#[test]
fn every_contact_is_drawn_once_in_every_state() {
    let page = page(&Workspace::example("seven-pis"));
    let states = rows(&page).len();
    let blades: Vec<Vec<&str>> = page
        .split("class=\"vb")
        .skip(1)
        .map(|blade| blade.split('"').next().unwrap_or_default().split(' ').collect())
        .collect();
    let shown = |state: usize| blades.iter().filter(|class| class.contains(&format!("v{state}").as_str())).count();
    assert!(shown(0) > 0);
    assert!((1..states).all(|state| shown(state) == shown(0)), "{blades:?}");
}

#[test]
fn what_a_splice_joins_hangs_on_one_bus_bar() {
    let page = written(&Workspace::real(), "site/wiring.html");
    let drawing = within(&page, "class=\"drawing\"", "</svg>");
    let (_, symbols) = drawing.split_once("<g class=\"symbols\"").expect("there are symbols");
    let paths: Vec<&str> = symbols.split("<path").collect();
    let bars = paths.windows(2).filter(|pair| pair[1].contains("stroke-width=\"4\""));
    let mut leads: Vec<usize> = bars.map(|pair| pair[0].matches('M').count()).collect();
    leads.sort_unstable();
    // By the wires: `w3` and `w4` join two, `w1` and the twin ferrule three, `w2` four.
    assert_eq!(leads, [2, 2, 3, 3, 4]);
    assert!(page.contains("all on it are one piece of metal"), "the legend tells what a bar is");
}
