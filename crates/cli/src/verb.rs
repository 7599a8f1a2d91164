//! The verbs, and what each takes.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use crate::ask::{self, Asked};
use crate::{bom, diff, export, guide, mend, outlet, plan, readings};

#[derive(Subcommand)]
pub enum Verb {
    /// Judge the build and say what was found
    Check {
        /// What to print
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
        /// The least finding that makes the run fail
        #[arg(long, value_enum, default_value_t = FailLevel::Error)]
        fail_level: FailLevel,
        /// Write the proof that no state joins what must stay apart
        #[arg(long, value_name = "FILE")]
        certificate: Option<PathBuf>,
        #[command(flatten)]
        asked: Asked,
    },
    /// Judge the build; write its bill, cut list, guide and daemons' files
    Build {
        /// The folder to write, or to replace whole [default: dist]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Judge the build; write its guide alone
    Site(guide::Site),
    /// Show the guide in a browser while its files are written, with what is found
    Serve(guide::Serve),
    /// Say what is known of a rule, device, terminal, wire, part or step
    Explain {
        /// A code or name: N007, pi[2], k8.nc[3], feeds/3, '#07'
        #[arg(value_name = "WHAT")]
        what: String,
        #[command(flatten)]
        asked: Asked,
    },
    /// Show currents: supplies, fuses, volts at every load, what binds first
    Power(ask::Power),
    /// List the states that matter, and what each does
    States {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one state: what has power, what is dark, what meets
    State {
        /// Coils and levers: 'k8.k[3]=energised', toggle.t=on
        #[arg(value_name = "WHAT=HOW")]
        settings: Vec<String>,
    },
    /// Show what a change does: 'remove wire feeds/3', 'weld k1.nc', 'pi[5] dead'
    WhatIf {
        /// The change; several with `and` between them
        #[arg(value_name = "CHANGE", required = true)]
        change: Vec<String>,
    },
    /// Rank what fails when one thing fails, and which two openings do harm together
    Faults {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show who controls whom, and what a hung or starting controller does
    Control {
        /// What to print
        #[arg(long, value_enum, default_value_t = Graph::Human)]
        format: Graph,
    },
    /// Print the bill: what to buy, what it costs, what is left over
    Bom(bom::Bom),
    /// Compare two builds: folders, or git revisions of this one
    Diff(diff::Diff),
    /// Say what fits, where it could live, and what it costs
    Plan(plan::Plan),
    /// Check a certificate against this workspace, without any search
    Verify {
        /// What `check --certificate` wrote
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show an edit of the workspace that keeps every finding, or make it
    Fix(mend::Fix),
    /// Hold a filled test sheet against the model, and say what explains a wrong reading
    Readings(readings::Readings),
    /// Print one output
    Export(export::Export),
    /// Cut and restore power by a relay daemon, over the network
    Outlet(outlet::Outlet),
    /// Print what makes a shell complete verbs, options and names of outlets
    Completion(completion::Completion),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Quoted lines for people
    Human,
    /// `docs/json.md`
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Workflow commands
    Github,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Graph {
    /// Quoted lines for people
    Human,
    /// Plain values
    Json,
    /// A picture for Graphviz
    Dot,
    /// The picture itself
    Svg,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailLevel {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Errors, warnings and notes
    Note,
}
