//! `etappe where-used`: the pages that use a reference, a product, a need or a file.

use clap::Args;

use super::place::HubDir;
use super::{DateArgs, Exit, ListForm, output};
use crate::embedded::program;
use etappe_base::finding::gather::Extent;
use etappe_base::finding::nearest;
use etappe_report::usage;
use etappe_session::io::Disk;
use etappe_session::{self as session, Options};

#[derive(Args)]
pub(super) struct WhereUsedArgs {
    /// What is used: a reference's key, a product, the id of a claim, need, belief, objective or
    /// topic, a module, or the path of a file or page
    key: String,
    #[command(flatten)]
    pub dir: HubDir,
    /// How the list is written
    #[arg(long, value_enum, default_value_t)]
    format: ListForm,
    #[command(flatten)]
    date: DateArgs,
}

pub(super) fn run(args: &WhereUsedArgs) -> Exit {
    match find(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn find(args: &WhereUsedArgs) -> Result<Exit, Exit> {
    output::require_folder(&args.dir)?;
    let revision =
        session::load(&Disk::new(&*args.dir), &Options::on(program(), args.date.as_of(&args.dir)?));
    let Some(content) = &revision.content else {
        output::findings(
            &revision.judged().standing,
            &[],
            &args.dir,
            super::Format::Text,
            Extent::USUAL,
        );
        return Err(Exit::Findings);
    };
    let found =
        usage::find(&content.material, &args.key, &output::HubSources(Disk::new(&*args.dir)));
    if found.is_empty() {
        let known = usage::known(&content.material);
        let near = nearest(&args.key, known.iter().map(String::as_str));
        let help = near.map_or_else(
            || "`etappe where-used --help` says what can be asked for".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(output::usage(&format!(
            "the hub has nothing that is called `{}`; {help}",
            args.key
        )));
    }
    match args.format {
        ListForm::Table => output::result(&usage::emit_table(&found)),
        ListForm::Json => output::data(&usage::emit_json(&args.key, &found)),
    }
    revision.let_go();
    Ok(Exit::Fine)
}
