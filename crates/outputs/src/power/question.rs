//! What was asked: which scenario, which state of coils and levers, and which changes that stand in no file.

use analysis::circuit::Variable;
use analysis::power::{Bound, Draw, State};
use analysis::what_if::{self, Change};
use source::nearest::nearest;

use crate::View;
use crate::states::phrase;

/// A question about currents.
#[derive(Clone, Debug)]
pub struct Question {
    /// What loads draw.
    pub draw: Draw,
    /// Coils and levers; `None`: whichever state is worst.
    pub state: Option<State>,
    /// The scenario's name, where one was named.
    pub scenario: Option<String>,
    /// The state in words, where one was named.
    pub stands: String,
    /// Changes on which the answer rests, as they were said.
    pub asked: Vec<String>,
}

impl Question {
    /// The worst over all scenarios, tolerances and states.
    pub fn worst(asked: &[String]) -> Self {
        let asked = asked.to_vec();
        Self { draw: Draw::Greatest, state: None, scenario: None, stands: String::new(), asked }
    }

    /// A scenario (index) with everything at rest.
    pub fn of(view: View<'_>, scenario: usize) -> Self {
        let name = view.facts.power.scenarios[scenario].name.clone();
        let state = Some(State { moved: Vec::new() });
        Self { draw: Draw::In(scenario), state, scenario: Some(name), stands: String::new(), asked: Vec::new() }
    }

    /// The state that is asked about; rest where none is.
    pub fn state(&self) -> State {
        self.state.clone().unwrap_or(State { moved: Vec::new() })
    }

    /// What it is about, in words.
    pub fn words(&self) -> String {
        let draws = match &self.scenario {
            Some(name) => format!("scenario `{name}`"),
            None => "every load at its greatest draw over all scenarios".to_owned(),
        };
        match (&self.state, self.stands.is_empty()) {
            (None, _) => format!("{draws}, in whichever state is worst"),
            (Some(_), true) => format!("{draws}, coils and levers at rest"),
            (Some(_), false) => format!("{draws}, {}", self.stands),
        }
    }
}

/// What answers a question. Vectors are by piece.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Typical volts across, from the first to the second end.
    pub volts: Vec<Option<f64>>,
    /// Typical amperes through, without sign.
    pub amperes: Vec<Option<f64>>,
    /// Ends over all tolerances.
    pub bounds: Vec<Bound>,
    /// Whether there is no operating point with typical numbers.
    pub failed: Vec<bool>,
}

/// Solves what was asked.
pub fn figures(view: View<'_>, question: &Question) -> Figures {
    let (power, world) = (&view.facts.power, view.facts.world(view.build));
    let Some(state) = &question.state else {
        let mut failed = vec![false; power.bounds.len()];
        let lost = power.collapses.iter().flat_map(|collapse| &collapse.why.collapses);
        for load in lost.filter_map(|collapse| collapse.limit.first_to_fail) {
            failed[load as usize] = true;
        }
        return Figures {
            volts: power.bounds.iter().map(|bound| bound.typical_volts).collect(),
            amperes: power.bounds.iter().map(|bound| bound.typical_amperes).collect(),
            bounds: power.bounds.clone(),
            failed,
        };
    };
    let point = power.point_in(world, question.draw, state);
    Figures {
        volts: point.volts,
        amperes: point.amperes.into_iter().map(|amperes| amperes.map(f64::abs)).collect(),
        bounds: power.corners_in(world, question.draw, state),
        failed: point.failed,
    }
}

/// A question in words: a scenario's name, if any, and settings such as `k8.k[3]=energised`.
///
/// # Errors
/// A sentence that says which word names nothing, or that a supply is switched off in that state.
pub fn ask(view: View<'_>, scenario: Option<&str>, settings: &[String], asked: &[String]) -> Result<Question, String> {
    let power = &view.facts.power;
    let draw = match scenario {
        None => Draw::Greatest,
        Some(name) => Draw::In(power.scenario(name).ok_or_else(|| {
            let names: Vec<&str> = power.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
            let near = nearest(name, names.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
            format!("no scenario is named `{name}`{near}; there are: {}", names.join(", "))
        })?),
    };
    let mut question = Question { draw, scenario: scenario.map(str::to_owned), ..Question::worst(asked) };
    if scenario.is_some() {
        question.state = Some(State { moved: Vec::new() });
    }
    if !settings.is_empty() {
        let (state, stands) = stand(view, settings)?;
        (question.state, question.stands) = (Some(state), stands);
    }
    Ok(question)
}

/// The state that settings make of the build in service, and its words.
fn stand(view: View<'_>, settings: &[String]) -> Result<(State, String), String> {
    let (build, circuit) = (view.build, &view.facts.circuit);
    let mut change = Change::default();
    for setting in settings {
        phrase::setting(view, setting, &mut change)?;
    }
    let service = what_if::world(build, view.facts, &Change::default());
    let world = what_if::world(build, view.facts, &change);
    // A supply that an input switches off gives nothing; what is merely not fed follows from the circuit itself.
    let supplies = service.circuit.supplies.iter().zip(&service.settled.live).zip(&world.settled.live);
    let off: Vec<String> = supplies
        .filter(|((supply, was), is)| supply.on.is_some() && **was && !**is)
        .map(|((supply, _), _)| super::told::source(build, supply.of))
        .collect();
    if !off.is_empty() {
        return Err(format!("in that state nothing flows: switched off are {}", off.join(", ")));
    }
    let moved: Vec<(u32, Variable)> = world
        .actuated()
        .into_iter()
        .map(|literal| (literal.variable(), circuit.variables[literal.variable() as usize], literal.value()))
        .filter(|(_, variable, value)| *value || !matches!(variable, Variable::Position(..)))
        .map(|(number, variable, _)| (number, variable))
        .collect();
    // Levers that only switch a supply on change no current, and nobody named them.
    let told: Vec<String> = moved
        .iter()
        .filter(|(_, variable)| change.set.contains_key(variable))
        .map(|(number, _)| {
            let stands = circuit.stands(build, *number, world.state[*number as usize]);
            format!("{} {stands}", circuit.name(build, *number))
        })
        .collect();
    let stands = if told.is_empty() { "coils and levers as in service".to_owned() } else { told.join(", ") };
    Ok((State { moved: moved.into_iter().map(|(_, variable)| variable).collect() }, stands))
}
