//! `etappe schema`: JSON Schemas of the files that people write and of the reports that programs
//! read.

use clap::{Args, ValueEnum};

use super::{Exit, output};

#[derive(Args)]
pub(super) struct SchemaArgs {
    /// What the schema is of
    #[arg(value_enum)]
    schema: Schema,
}

/// What there is a schema of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Schema {
    /// hub.toml
    Hub,
    /// A persona card: personas/ID.toml
    Persona,
    /// A product card: products/ID.toml
    Product,
    /// Claims: claims/**/*.toml
    Claim,
    /// The front matter of a module: modules/NAME.md
    Module,
    /// Who may sign in which role: roles.toml
    Roles,
    /// A record of a signature: approvals/CODE/NAME.toml
    Record,
    /// The front matter of a page, and _defaults.toml
    Page,
    /// What a theme declares: theme.toml
    Theme,
    /// The report of `etappe check --format json`
    Findings,
    /// The report of `etappe coverage --format json`
    Coverage,
    /// The report of `etappe calendar --format json`
    Calendar,
    /// The report of `etappe approvals --format json`
    Approvals,
    /// The report of `etappe where-used --format json`
    WhereUsed,
    /// The report of `etappe digest --format json`
    Digest,
}

impl Schema {
    fn text(self) -> &'static str {
        match self {
            Self::Hub => include_str!("../../docs/schemas/hub.json"),
            Self::Persona => include_str!("../../docs/schemas/persona.json"),
            Self::Product => include_str!("../../docs/schemas/product.json"),
            Self::Claim => include_str!("../../docs/schemas/claim.json"),
            Self::Module => include_str!("../../docs/schemas/module.json"),
            Self::Roles => include_str!("../../docs/schemas/roles.json"),
            Self::Record => include_str!("../../docs/schemas/record.json"),
            Self::Page => include_str!("../../docs/schemas/page.json"),
            Self::Theme => include_str!("../../docs/schemas/theme.json"),
            Self::Findings => include_str!("../../docs/schemas/findings.json"),
            Self::Coverage => include_str!("../../docs/schemas/coverage.json"),
            Self::Calendar => include_str!("../../docs/schemas/calendar.json"),
            Self::Approvals => include_str!("../../docs/schemas/approvals.json"),
            Self::WhereUsed => include_str!("../../docs/schemas/where-used.json"),
            Self::Digest => include_str!("../../docs/schemas/digest.json"),
        }
    }
}

pub(super) fn run(args: &SchemaArgs) -> Exit {
    output::data(args.schema.text());
    Exit::Fine
}
