//! Facts about a build: numbers and sets, without severity and without prose.
//!
//! A fact is worth printing without any rule. "Not verified" is a fact of its own.

pub mod assembly;
pub mod bill;
pub mod budget;
pub mod capacity;
pub mod circuit;
pub mod claims;
pub mod control;
pub mod drives;
pub mod earth;
pub mod failures;
pub mod layout;
pub mod loose;
pub mod meter;
pub mod nets;
pub mod outlets;
pub mod pins;
pub mod plan;
pub mod potentials;
pub mod power;
pub mod protection;
pub mod purchase;
pub mod sneaks;
pub mod startup;
pub mod states;
pub mod what_if;

use model::Build;

/// Everything that is computed of a build.
pub struct Facts {
    /// What is one piece of metal: joins, wires, matings, fuses, jumpers as set.
    pub metal: nets::Nets,
    /// The same with every contact as it is with all coils at rest and all levers at rest.
    pub rest: nets::Nets,
    /// Volts of each net of `rest`, and where sources fight.
    pub potentials: potentials::Potentials,
    /// Where the metal at each wire's end leads.
    pub loose: loose::Loose,
    /// Which line drives which input.
    pub drives: drives::Drives,
    /// Who claims which GPIO.
    pub pins: pins::Pins,
    /// What software can switch, and what hangs on it.
    pub outlets: Vec<outlets::Outlet>,
    /// The build as a contact network.
    pub circuit: circuit::Circuit,
    /// What meets only in some state, or when a contact welds.
    pub states: states::States,
    /// Who can cut and restore whom.
    pub control: control::Control,
    /// What has power before software runs.
    pub startup: startup::Startup,
    /// What goes dark, out of reach or beyond control when one thing fails.
    pub failures: failures::Failures,
    /// What protects each wire.
    pub protection: protection::Protection,
    /// Sums at rails and feeds by scenario.
    pub budget: budget::Budget,
    /// What flows through every piece, and what every load gets.
    pub power: power::Power,
    /// Needed against bought, and what it costs.
    pub purchase: purchase::Purchase,
    /// What each public statement comes to.
    pub claims: Vec<claims::Reading>,
    /// How many more computers fit, and what binds.
    pub capacity: capacity::Capacity,
    /// Ways that current finds and nobody drew.
    pub sneaks: sneaks::Sneaks,
    /// The build step by step.
    pub assembly: assembly::Assembly,
    /// Where bodies stand, and what follows.
    pub layout: layout::Layout,
}

impl Facts {
    /// What [`power::Power`] looks at when somebody asks it more.
    pub fn world<'a>(&'a self, build: &'a Build) -> power::World<'a> {
        power::World::new(build, (&self.drives, &self.circuit), (&self.rest, &self.metal, &self.potentials))
    }
}

/// Computes all facts; pure, and the same for the same build on any machine.
pub fn analyse(build: &Build) -> Facts {
    let metal = nets::metal(build);
    let rest = nets::rest(build);
    let potentials = potentials::compute(build, &rest);
    let loose = loose::compute(build, &rest, &potentials);
    let drives = drives::compute(build, &metal, &rest, &potentials);
    let pins = pins::compute(build, &drives);
    let outlets = outlets::compute(build, &metal, &rest, &potentials, &drives);
    let volts = potentials::compute(build, &metal);
    let circuit = circuit::compute(build, &metal, &volts, &drives, &outlets);
    let states = states::compute(build, &metal, &circuit);
    let control = control::compute(build, &metal, &rest, &potentials, &drives, &outlets, &circuit);
    let startup = startup::compute((build, &metal, &rest), &potentials, &circuit, &drives, &outlets);
    let failures = failures::compute(build, &metal, &circuit, &drives, &outlets);
    let protection = protection::compute(build, &rest, &potentials);
    let budget = budget::compute(build, &rest, &potentials);
    let (drawn, stands) = ((&drives, &circuit), (&rest, &metal, &potentials));
    let power = power::compute(power::World::new(build, drawn, stands));
    let purchase = purchase::compute(build);
    let stands = (&metal, &rest, &potentials);
    let ground = capacity::Ground::new(build, stands, (&drives, &pins), (&budget, &purchase));
    let capacity = capacity::compute(&ground);
    drop(ground);
    let claims = claims::compute(build, &purchase, &budget, &capacity);
    let sneaks = sneaks::compute(build, &rest, &potentials, &drives, &outlets, &budget);
    let assembly = assembly::compute(build, &rest);
    let layout = layout::compute(build);
    Facts {
        metal,
        rest,
        potentials,
        loose,
        drives,
        pins,
        outlets,
        circuit,
        control,
        states,
        startup,
        failures,
        protection,
        budget,
        power,
        purchase,
        claims,
        capacity,
        sneaks,
        assembly,
        layout,
    }
}
