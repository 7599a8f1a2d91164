//! Which track between two columns each line turns in: few crossings, and never two lines on one.

/// Two lines that lie on each other are as bad as so many crossings.
const OVERLAP: u32 = 100;

/// A track for each line that goes from one level to another, and how many tracks there are.
pub fn tracks(spans: &[(i32, i32)]) -> (Vec<i32>, i32) {
    let turning: Vec<usize> = (0..spans.len()).filter(|&n| spans[n].0 != spans[n].1).collect();
    let cost: Vec<Vec<u32>> = turning
        .iter()
        .map(|&a| turning.iter().map(|&b| if a == b { 0 } else { left_of(spans[a], spans[b]) }).collect())
        .collect();
    let mut order: Vec<usize> = (0..turning.len()).collect();
    order.sort_by_key(|&n| {
        let (from, to) = spans[turning[n]];
        if from < to { (1, -from) } else { (0, from) }
    });
    improve(&mut order, &cost);

    let mut track = vec![0i32; spans.len()];
    let mut count = 0;
    for (place, &n) in order.iter().enumerate() {
        let mut at = 0;
        for &before in &order[..place] {
            let (a, b) = (spans[turning[before]], spans[turning[n]]);
            if meet(a, b) || cost[before][n] != cost[n][before] {
                at = at.max(track[turning[before]] + 1);
            }
        }
        track[turning[n]] = at;
        count = count.max(at + 1);
    }
    (track, count)
}

/// Whether two lines run along one level side by side: one arrives where the other leaves, and turns before it.
pub fn lie_on_each_other(spans: &[(i32, i32)], track: &[i32]) -> bool {
    let turns = |n: &usize| spans[*n].0 != spans[*n].1;
    let lies = |a: usize, b: usize| spans[a].1 == spans[b].0 && track[a] <= track[b];
    (0..spans.len()).filter(turns).any(|a| (0..spans.len()).filter(turns).any(|b| a != b && lies(a, b)))
}

/// What it costs to let `a` turn further left than `b`.
fn left_of(a: (i32, i32), b: (i32, i32)) -> u32 {
    let within = |level: i32, span: (i32, i32)| span.0.min(span.1) < level && level < span.0.max(span.1);
    let mut cost = u32::from(within(b.0, a)) + u32::from(within(a.1, b));
    if b.0 == a.1 {
        cost += OVERLAP;
    }
    cost
}

/// Whether two upright pieces come too near to share a track.
fn meet(a: (i32, i32), b: (i32, i32)) -> bool {
    let (top, bottom) = (a.0.min(a.1).max(b.0.min(b.1)), a.0.max(a.1).min(b.0.max(b.1)));
    top < bottom + 10
}

/// Moves single lines to the place in the order that costs least, for as long as that helps.
fn improve(order: &mut Vec<usize>, cost: &[Vec<u32>]) {
    for _ in 0..20 {
        let mut better = false;
        for start in 0..order.len() {
            let line = order[start];
            let mut best = (0i64, start);
            let mut change = 0i64;
            for at in (0..start).rev() {
                let other = order[at];
                change += i64::from(cost[line][other]) - i64::from(cost[other][line]);
                best = best.min((change, at));
            }
            change = 0;
            for (at, &other) in order.iter().enumerate().skip(start + 1) {
                change += i64::from(cost[other][line]) - i64::from(cost[line][other]);
                if change < best.0 {
                    best = (change, at);
                }
            }
            if best.0 < 0 {
                order.remove(start);
                order.insert(best.1, line);
                better = true;
            }
        }
        if !better {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lie_on_each_other, tracks};

    #[test]
    fn two_lines_going_down_do_not_cross() {
        let (track, count) = tracks(&[(0, 40), (20, 60)]);
        assert_eq!(count, 2);
        assert!(track[0] > track[1], "the upper line turns further right");
    }

    #[test]
    fn lines_that_do_not_meet_share_a_track() {
        assert_eq!(tracks(&[(0, 20), (60, 90)]).1, 1);
    }

    #[test]
    fn lines_that_take_each_others_level_are_noticed() {
        let swapped = [(0, 40), (40, 0)];
        assert!(lie_on_each_other(&swapped, &tracks(&swapped).0));
        let apart = [(0, 45), (40, 5)];
        assert!(!lie_on_each_other(&apart, &tracks(&apart).0));
    }

    #[test]
    fn a_straight_line_takes_no_track() {
        assert_eq!(tracks(&[(0, 0)]).1, 0);
    }
}
