//! `etappe check`

use super::{CheckArgs, Exit, Format, fix, output};
use crate::io::Disk;
use crate::session::{self, Options};

pub fn run(args: &CheckArgs) -> Exit {
    match check(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn check(args: &CheckArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let files = Disk::new(&args.dir);
    let published = session::published(&args.dir, &args.dir.join("public"));
    let options = Options { published, ..Options::on(args.date.as_of()?) };
    let mut revision = session::load(&files, &options);
    if args.fix {
        let fixed = fix::apply(&args.dir, &revision.judged.standing).map_err(|error| output::machine(&error))?;
        anstream::eprint!("{}", fixed.shown);
        if fixed.count > 0 {
            anstream::eprintln!("Made {} changes.\n", fixed.count);
            revision = session::load(&files, &options);
        }
    }
    let judged = &revision.judged;
    output::findings(&judged.standing, &judged.waived, &args.dir, args.format, false);
    if args.format == Format::Text {
        let pages = revision.hub().map_or(0, |hub| hub.docs.len());
        output::result(&format!("{} in {pages} pages.\n", output::summary(judged)));
    }
    Ok(output::exit_for(&judged.standing, args.strict))
}
