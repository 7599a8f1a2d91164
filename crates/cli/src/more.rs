//! The build with more of a device in it: what `plan --add` asks, and how the ladder of `plan capacity` is tried.

use std::collections::BTreeMap;

use analysis::capacity::expand::{MOST, expand};
use analysis::capacity::{Ground, Mark, Rung, Sum, barred, floor, room, usual};
use model::{Build, DeviceId};
use outputs::diff::{Told, findings};
use outputs::plan::added::Added;
use outputs::plan::capacity::Ladder;
use source::Level;
use source::documents::Reader;
use source::nearest::nearest;

use crate::{Checked, check_amended};

/// Most copies that are tried to prove a ladder.
const TRIED: u32 = 64;

/// `pi=2`: the device that copies are like, and how many.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn read(build: &Build, asked: &str) -> Result<(DeviceId, u32), String> {
    let (name, count) =
        asked.rsplit_once('=').ok_or_else(|| format!("`{asked}` does not say how many; ask as in `pi=2`"))?;
    let (name, count) = (name.trim(), count.trim());
    let of = device(build, name)?;
    let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    match count.parse::<u32>() {
        Ok(count) if (1..=MOST).contains(&count) => Ok((of, count)),
        Ok(0) => Err(format!("`{asked}` adds nothing; a count is from 1 to {MOST}")),
        _ if digits => Err(format!("`{asked}` is too many at once; a count is from 1 to {MOST}")),
        _ => Err(format!("`{count}` in `{asked}` is no count; one is from 1 to {MOST}")),
    }
}

/// The device that a name means: of a group the last.
///
/// # Errors
/// A sentence, where there is none or it cannot be copied.
pub fn device(build: &Build, name: &str) -> Result<DeviceId, String> {
    let Some(&of) = build.named(name).last() else {
        let names = build.devices.iter().map(|device| device.name.as_str()).chain(build.groups());
        let near = nearest(name, names).map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
        return Err(format!("no device is named `{name}`{near}"));
    };
    barred(build, of).map_or(Ok(of), Err)
}

/// Runs everything over the build with more in it.
///
/// # Errors
/// A sentence that says which name or count means nothing.
pub fn check_with_more(
    reader: &dyn Reader,
    before: &Checked,
    asked: &[String],
) -> Result<(Checked, Vec<Added>), String> {
    let mut added = Vec::new();
    for asked in asked {
        read(&before.build, asked)?;
    }
    let checked = check_amended(reader, |build| {
        for asked in asked {
            let (of, count) = read(build, asked)?;
            // Each counts what the ones before it left.
            let facts;
            let facts = if added.is_empty() {
                &before.facts
            } else {
                facts = analysis::analyse(build);
                &facts
            };
            let like = build.device(of).name.clone();
            added.push(Added { like, asked: count, expansion: expand(build, facts, of, count) });
        }
        Ok(())
    })?;
    Ok((checked, added))
}

/// Errors that came with the copies and that their originals do not have, money, claims and the guide's steps aside.
pub fn errors(before: &Checked, after: &Checked, added: &[Added]) -> Vec<Told> {
    let is_of_room = |code: &str| !code.starts_with(['A', 'B', 'D', 'M']);
    let like: BTreeMap<&str, &str> =
        added.iter().flat_map(|added| &added.expansion.like).map(|(to, from)| (to.as_str(), from.as_str())).collect();
    let had = |told: &Told| {
        let original = original(&like, &told.subject);
        before.findings.iter().any(|finding| finding.rule.code == told.code && finding.subject == original)
    };
    let (gained, _) = findings(before.view(), after.view());
    gained.into_iter().filter(|told| told.level == Level::Error.word() && is_of_room(told.code) && !had(told)).collect()
}

/// A subject with the name of a copy replaced by that of its original.
fn original(like: &BTreeMap<&str, &str>, subject: &str) -> String {
    let end = subject.find(['.', '@']).unwrap_or(subject.len());
    let name = &subject[..end];
    like.get(name).map_or_else(|| subject.to_owned(), |from| format!("{from}{}", &subject[end..]))
}

/// The ladder of a device (of the usual one where none is named), tried on the build: where the rules find an error sooner than any rung says,
/// that is a rung too.
///
/// # Errors
/// A sentence, where the name means nothing.
pub fn ladder(reader: &dyn Reader, checked: &Checked, name: Option<&str>) -> Result<Ladder, String> {
    let build = &checked.build;
    let of = match name {
        Some(name) => Some(device(build, name)?),
        None => usual(build),
    };
    let Some(of) = of else {
        return Ok(Ladder { capacity: checked.facts.capacity.clone(), tried: None });
    };
    let mut capacity = room(&Ground::of(build, &checked.facts), of);
    floor::rungs(build, &checked.facts.layout, of, TRIED, &mut capacity);
    let name = build.device(of).name.clone();
    let tries = |count: u32| -> Result<Vec<Told>, String> {
        let (after, added) = check_with_more(reader, checked, &[format!("{name}={count}")])?;
        Ok(errors(checked, &after, &added))
    };
    let Some(most) = capacity.at_most.map(|most| most.min(TRIED)).filter(|most| *most > 0) else {
        return Ok(Ladder { capacity, tried: None });
    };
    let mut stops = tries(most)?;
    let (mut good, mut bad) = (0, most);
    if stops.is_empty() {
        return Ok(Ladder { capacity, tried: Some(most) });
    }
    while good + 1 < bad {
        let middle = good.midpoint(bad);
        let found = tries(middle)?;
        if found.is_empty() {
            good = middle;
        } else {
            (bad, stops) = (middle, found);
        }
    }
    let stop = &stops[0];
    let there = f64::from(u32::try_from(build.named(&build.device(of).group).len()).unwrap_or(u32::MAX).max(1));
    let sum = Sum { used: there, limit: there + f64::from(good), need: 1.0, unit: "", scenario: None };
    let what = format!("error {} of `{}`", stop.code, stop.subject);
    capacity.add(Rung::new(what, Mark::Change, sum));
    Ok(Ladder { capacity, tried: (good > 0).then_some(good) })
}
