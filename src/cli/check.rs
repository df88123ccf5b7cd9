//! `etappe check`

use super::{CheckArgs, Exit, Format, output};
use crate::io::Disk;
use crate::session::{self, Options};

pub fn run(args: &CheckArgs) -> Exit {
    match check(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn check(args: &CheckArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let revision = session::load(&Disk::new(&args.dir), &Options::on(args.date.as_of()?));
    let judged = &revision.judged;
    output::findings(&judged.standing, &judged.waived, &args.dir, args.format, false);
    if args.format == Format::Text {
        let pages = revision.hub().map_or(0, |hub| hub.docs.len());
        output::result(&format!("{} in {pages} pages.\n", output::summary(judged)));
    }
    Ok(output::exit_for(&judged.standing, args.strict))
}
