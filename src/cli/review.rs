//! `etappe review`: the review pack.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{DateArgs, Exit, Format, output};
use crate::embedded::program;
use etappe_base::count::counted;
use etappe_base::finding::gather::Extent;
use etappe_review::{Office, Pack, Refused, Request};
use etappe_session::io::Disk;
use etappe_session::io::folder::{self, NotWritten};
use etappe_session::{self as session, Options};

#[derive(Args)]
pub(super) struct ReviewArgs {
    /// What is reviewed: ids of pages or their files; claim:ID or module:NAME for all pages that
    /// use them [default: every page]
    #[arg(value_name = "ITEM")]
    items: Vec<String>,
    /// Only pages whose content differs from that of this git revision
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Only as this persona reads them; repeat it for several
    #[arg(long, value_name = "ID")]
    persona: Vec<String>,
    /// Only for this market; repeat it for several
    #[arg(long, value_name = "ID")]
    market: Vec<String>,
    /// Only in this language; repeat it for several
    #[arg(long, value_name = "CODE")]
    lang: Vec<String>,
    /// The job code, which stands on every sheet
    #[arg(long)]
    code: Option<String>,
    /// A new folder, or a new file whose name ends in .zip
    #[arg(long, value_name = "DIR|X.zip")]
    out: PathBuf,
    #[arg(skip)]
    pub hub: PathBuf,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: ReviewArgs) -> Exit {
    match make(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn make(args: ReviewArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.hub)?;
    let as_of = args.date.as_of(&args.hub)?;
    let options = Options { review: true, ..Options::on(program(), as_of) };
    let files = Disk::new(&args.hub);
    let revision = session::load(&files, &options);
    let office = Office { revision: &revision, files: &files, root: &args.hub, options: &options };
    let request = Request {
        items: args.items,
        since: args.since,
        personas: args.persona,
        markets: args.market,
        langs: args.lang,
        code: args.code,
    };
    let pack = etappe_review::pack(&office, &request, &|| ()).map_err(|refused| match refused {
        Refused::Asked(message) => output::usage(&message),
        Refused::Machine(error) => output::machine(&error),
        Refused::Unreadable => {
            let found = &revision.judged().standing;
            output::findings(found, &[], &args.hub, Format::Text, Extent::USUAL);
            Exit::Findings
        }
    })?;
    write(&pack, &args.out)?;
    output::result(&said(&pack, &args.out));
    revision.let_go();
    Ok(Exit::Fine)
}

fn write(pack: &Pack, out: &Path) -> Result<(), Exit> {
    let is_zip = out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    let written = match is_zip {
        true => {
            let bytes = etappe_review::zip(&pack.files).map_err(|error| {
                output::machine(&session::io::MachineError::new("write", out, error))
            })?;
            folder::write_file(out, &bytes)
        }
        false => folder::write(out, pack.files.iter().map(|file| (&*file.path, &*file.bytes))),
    };
    written.map_err(|error| match error {
        NotWritten::Taken => output::usage(&format!(
            "`{}` is there, and a pack that went out is never written over: name another place, or \
             remove it",
            out.display()
        )),
        NotWritten::Machine(error) => output::machine(&error),
    })
}

/// What was made, for people.
fn said(pack: &Pack, out: &Path) -> String {
    let mut text = format!(
        "Packed {} in {} for review: {}\n",
        counted(pack.pages, "page"),
        counted(pack.files.len(), "file"),
        out.display()
    );
    for notice in &pack.notices {
        text.push_str(&format!("note: {notice}.\n"));
    }
    text.push_str(
        "Open its index.html in any browser; `etappe approve` writes down a signature.\n",
    );
    text
}
