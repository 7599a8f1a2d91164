//! Questions about currents on the command line: what `power` takes, and `--set` and `--swap` of other verbs.

use clap::Args;
use cli::Checked;
use outputs::power;

/// Changes that stand in no file.
#[derive(Args, Default)]
pub struct Asked {
    /// Ask with another draw, limit or volts: pi=20W, 'pi[3].board=3A', feed=2A, psu.5v=4.9V, 'fu[1]=3A'
    #[arg(long, value_name = "WHAT=HOW MUCH")]
    set: Vec<String>,
    /// Ask with other wires: 'feeds gauge=18 AWG', 'feeds/3 length=300 mm', 'feeds stock=wire-18'
    #[arg(long, value_name = "WIRES KEY=VALUE")]
    swap: Vec<String>,
}

impl Asked {
    /// All of them, `--set` first.
    pub fn all(&self) -> Vec<String> {
        self.set.iter().chain(&self.swap).cloned().collect()
    }

    /// A line each, for the head of what is printed.
    pub fn head(&self) -> String {
        self.all().iter().map(|asked| format!("asked: {asked}\n")).collect()
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.swap.is_empty()
    }
}

/// Which scenario and state.
#[derive(Args, Default)]
pub struct Where {
    /// Coils and levers that do not stand as in service: 'k8.k[3]=energised'
    #[arg(long, value_name = "WHAT=HOW")]
    state: Vec<String>,
}

impl Where {
    /// The question.
    pub fn question(
        &self,
        checked: &Checked,
        scenario: Option<&str>,
        asked: &Asked,
    ) -> Result<power::Question, String> {
        power::ask(checked.view(), scenario, &self.state, &asked.all())
    }

    /// Whether no state was named.
    pub fn is_empty(&self) -> bool {
        self.state.is_empty()
    }
}

/// What `power` takes.
#[derive(Args)]
pub struct Power {
    /// One that the build declares, or idle, load, boot, worst [default: the worst of all, in any state]
    #[arg(value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Every scenario in a row
    #[arg(long, conflicts_with_all = ["scenario", "state", "json", "csv", "svg"])]
    all: bool,
    /// Print JSON
    #[arg(long, conflicts_with_all = ["csv", "svg"])]
    json: bool,
    /// Print every piece between supplies and loads as CSV
    #[arg(long, conflicts_with = "svg")]
    csv: bool,
    /// Print the drawing of the wiring, amperes at every wire and volts at every load, as SVG
    #[arg(long)]
    svg: bool,
    #[command(flatten)]
    place: Where,
    /// Changes that stand in no file.
    #[command(flatten)]
    pub asked: Asked,
}

impl Power {
    /// The answer.
    pub fn answer(&self, checked: &Checked) -> Result<String, String> {
        let view = checked.view();
        if self.all {
            return Ok(power::all(view, &self.asked.all()));
        }
        let question = self.place.question(checked, self.scenario.as_deref(), &self.asked)?;
        if self.svg {
            return power::drawing::svg(view, &question).map(|drawn| drawn + "\n");
        }
        Ok(match (self.json, self.csv) {
            (true, _) => power::json(view, &question),
            (_, true) => power::csv(view, &question),
            _ => power::table(view, &question),
        })
    }
}
