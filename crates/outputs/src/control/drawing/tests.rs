//! Every box once, no arrow through a box, whatever the graph; and words that cannot become tags.

use std::collections::BTreeMap;

use analysis::control::Control;
use model::Build;

use super::place::Layout;
use super::{Arrow, Does, Group, Harm, Node, Role, Who, drawn, lay_out, who};

fn node(name: &str, role: Role) -> Node {
    Node { name: name.to_owned(), words: vec!["computer".to_owned()], role, nobody: false }
}

fn cuts(from: usize, to: usize, words: &str) -> Arrow {
    let does = Does::Cuts { coil: format!("k{from}.k[{to}]"), words: words.to_owned(), harm: Harm::None, wired: true };
    Arrow { from, to, does }
}

fn watches(from: usize, to: usize) -> Arrow {
    Arrow { from, to, does: Does::Watches }
}

/// Controllers first, then loads, then boxes apart.
fn graph(controllers: usize, loads: usize, apart: usize, arrows: Vec<Arrow>) -> Who {
    let role = |n: usize| match n {
        n if n < controllers => Role::Controller,
        n if n < controllers + loads => Role::Load,
        n if n % 2 == 0 => Role::Apart(Group::Nobody),
        _ => Role::Apart(Group::Loose),
    };
    let nodes = (0..controllers + loads + apart).map(|n| node(&format!("box-{n}"), role(n))).collect();
    Who { nodes, arrows, left_out: Vec::new() }
}

/// What is wrong with a layout, in words.
fn faults(who: &Who, layout: &Layout) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = vec![0; who.nodes.len()];
    for placed in &layout.boxes {
        seen[placed.node] += 1;
        let inside = placed.x >= 0
            && placed.y >= 0
            && placed.x + placed.width <= layout.width
            && placed.y + placed.height <= layout.height;
        if !inside {
            faults.push(format!("{} lies outside", who.nodes[placed.node].name));
        }
    }
    for (node, times) in who.nodes.iter().zip(seen).filter(|(_, times)| *times != 1) {
        faults.push(format!("{} stands there {times} times", node.name));
    }
    for (n, a) in layout.boxes.iter().enumerate() {
        for b in &layout.boxes[n + 1..] {
            if a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height {
                faults.push(format!("{} lies on {}", who.nodes[a.node].name, who.nodes[b.node].name));
            }
        }
    }
    if layout.lines.iter().map(|line| line.arrow).ne(0..who.arrows.len()) {
        faults.push("not every arrow is there once".to_owned());
    }
    let at = |node: usize| layout.boxes.iter().find(|placed| placed.node == node).expect("each box is placed");
    for line in &layout.lines {
        let arrow = &who.arrows[line.arrow];
        for (end, node) in [(line.points[0], arrow.from), (*line.points.last().expect("it has points"), arrow.to)] {
            let of = at(node);
            let (right, bottom) = (of.x + of.width, of.y + of.height);
            let level = (end.0 == of.x || end.0 == right) && of.y <= end.1 && end.1 <= bottom;
            let upright = (end.1 == of.y || end.1 == bottom) && of.x <= end.0 && end.0 <= right;
            if !level && !upright {
                faults.push(format!("arrow {} hangs in the air at {}", line.arrow, who.nodes[node].name));
            }
        }
        for piece in line.points.windows(2) {
            let ((ax, ay), (bx, by)) = (piece[0], piece[1]);
            if ax != bx && ay != by {
                faults.push(format!("arrow {} slants", line.arrow));
            }
            for of in &layout.boxes {
                let through = ax.min(bx) < of.x + of.width
                    && of.x < ax.max(bx)
                    && ay.min(by) < of.y + of.height
                    && of.y < ay.max(by);
                let within = ax == bx && of.x < ax && ax < of.x + of.width;
                let along = ay == by && of.y < ay && ay < of.y + of.height;
                let crosses = through
                    || within && ay.min(by) < of.y + of.height && of.y < ay.max(by)
                    || along && ax.min(bx) < of.x + of.width && of.x < ax.max(bx);
                if crosses {
                    faults.push(format!("arrow {} goes through {}", line.arrow, who.nodes[of.node].name));
                }
            }
            if ax.min(bx) < 0 || ax.max(bx) > layout.width {
                faults.push(format!("arrow {} leaves the drawing", line.arrow));
            }
        }
    }
    faults.extend(overlaps(layout));
    faults
}

/// Pieces of different arrows that lie on each other.
fn overlaps(layout: &Layout) -> Vec<String> {
    // By upright or level and where: from, to, arrow.
    let mut by: BTreeMap<(bool, i32), Vec<[i32; 3]>> = BTreeMap::new();
    for line in &layout.lines {
        for piece in line.points.windows(2) {
            let ((ax, ay), (bx, by_)) = (piece[0], piece[1]);
            if (ax, ay) == (bx, by_) {
                continue;
            }
            let upright = ax == bx;
            let (at, a, b) = if upright { (ax, ay, by_) } else { (ay, ax, bx) };
            by.entry((upright, at)).or_default().push([
                a.min(b),
                a.max(b),
                i32::try_from(line.arrow).expect("arrows are few"),
            ]);
        }
    }
    let mut faults = Vec::new();
    for (place, mut pieces) in by {
        pieces.sort_unstable();
        for pair in pieces.windows(2).filter(|pair| pair[1][0] < pair[0][1]) {
            faults.push(format!("arrows {} and {} lie on each other at {place:?}", pair[0][2], pair[1][2]));
        }
    }
    faults
}

fn check(who: &Who) {
    let found = faults(who, &lay_out(who));
    assert!(found.is_empty(), "{}\n{}", found.join("\n"), drawn(who, "it"));
}

/// Numbers that look random and are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("it fits") % limit
    }
}

#[test]
fn no_arrow_goes_through_a_box_whatever_holds_what() {
    let mut dice = Dice(7);
    for _ in 0..400 {
        let (controllers, loads) = (1 + dice.below(9), dice.below(9));
        let arrows = (0..dice.below(30))
            .map(|_| {
                let (from, to) = (dice.below(controllers), dice.below(controllers + loads));
                match dice.below(4) {
                    0 => watches(from, to),
                    1 => cuts(from, to, "not wired"),
                    _ => cuts(from, to, ""),
                }
            })
            .collect::<Vec<_>>();
        // A load that nothing leads to would stand apart.
        let mut all = arrows;
        all.extend((0..loads).map(|n| cuts(dice.below(controllers), controllers + n, "")));
        check(&graph(controllers, loads, dice.below(5), all));
    }
}

#[test]
fn a_ring_reads_downwards_and_one_arrow_closes_it() {
    let ring = graph(4, 0, 0, vec![cuts(0, 2, ""), cuts(2, 3, ""), cuts(3, 1, ""), cuts(1, 0, "")]);
    let layout = lay_out(&ring);
    let tops: BTreeMap<usize, i32> = layout.boxes.iter().map(|placed| (placed.node, placed.y)).collect();
    assert!(tops[&0] < tops[&2] && tops[&2] < tops[&3] && tops[&3] < tops[&1], "{tops:?}");
    let bends: Vec<usize> = layout.lines.iter().map(|line| line.points.len()).collect();
    assert_eq!(bends, [2, 2, 2, 4]);
    check(&ring);
}

#[test]
fn one_that_cuts_itself_is_drawn_as_a_loop() {
    let own = graph(1, 0, 0, vec![cuts(0, 0, "")]);
    check(&own);
    assert_eq!(lay_out(&own).lines[0].points.len(), 4);
}

#[test]
fn a_hundred_controllers_that_cut_four_others_each_are_drawn_within_bounds() {
    let arrows: Vec<Arrow> =
        (0..100).flat_map(|from| (1..=4).map(move |far| cuts(from, (from + far) % 100, ""))).collect();
    let all = graph(100, 0, 0, arrows);
    check(&all);
    assert!(drawn(&all, "a hall").len() < 200_000);
}

#[test]
fn what_a_build_says_cannot_become_a_tag() {
    let bad = "<&\"'";
    let mut nodes = vec![node(bad, Role::Controller), node(bad, Role::Load), node(bad, Role::Apart(Group::Nobody))];
    nodes[1].words.push(bad.to_owned());
    let does = Does::Cuts { coil: bad.to_owned(), words: bad.to_owned(), harm: Harm::Own, wired: false };
    let all = Who { nodes, arrows: vec![Arrow { from: 0, to: 1, does }], left_out: vec![bad.to_owned()] };
    let svg = drawn(&all, bad);
    assert!(!svg.contains(bad) && !svg.contains("<&"), "{svg}");
    assert_eq!(svg.matches("&lt;&amp;&quot;&#39;").count(), 1 + 3 * 2 + 1 + 2 + 2 + 1, "{svg}");
}

#[test]
fn a_build_with_nothing_in_it_says_so() {
    let svg = drawn(&who(&Build::default(), &Control::default()), "nothing");
    assert!(svg.contains("Nothing in this build controls anything"), "{svg}");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
}
