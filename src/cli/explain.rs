//! `etappe explain`: what a finding means, and what to do about it.

use clap::Args;

use super::{Exit, output};
use etappe_base::finding::text::TerminalStyle;
use etappe_base::finding::{codes, did_you_mean, explain};

#[derive(Args)]
pub(super) struct ExplainArgs {
    /// A finding's code, such as link.broken; without it, all are listed
    code: Option<String>,
}

/// In columns; longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 90;

pub(super) fn run(args: &ExplainArgs) -> Exit {
    let Some(id) = &args.code else {
        output::result(&list());
        return Exit::Fine;
    };
    match codes::find(id) {
        Some(code) => {
            let style = TerminalStyle {
                colour: output::stdout_colour(),
                width: output::width().min(WIDEST),
            };
            // Written as data, which is never altered: the examples hold lines that look like
            // commands of a log.
            output::data(&explain::render(explain::document(code), style));
            Exit::Fine
        }
        None => {
            let help = did_you_mean(id, codes::ALL.iter().map(|code| code.id));
            output::usage(&format!(
                "there is no finding `{id}`; {help}; `etappe explain` lists them all"
            ))
        }
    }
}

/// Every code with its severity and summary, a line for each and an empty one between groups.
fn list() -> String {
    let widest = codes::ALL.iter().map(|code| code.id.len()).max().unwrap_or_default();
    let mut out = String::new();
    let mut group = "";
    for code in codes::ALL {
        let own = code.id.split('.').next().unwrap_or_default();
        if own != group && !group.is_empty() {
            out.push('\n');
        }
        group = own;
        out.push_str(&format!(
            "{:widest$}  {:7}  {}\n",
            code.id,
            code.severity.name(),
            code.summary
        ));
    }
    out
}
