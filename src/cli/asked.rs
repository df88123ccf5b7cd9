//! Finds what a command line names in the hub, or suggests the nearest name.

use super::{Exit, output};
use etappe_base::finding::did_you_mean;
use etappe_hub::config::{Config, PersonaIx, StageIx};

pub(super) fn find_persona(config: &Config, id: &str) -> Result<PersonaIx, Exit> {
    config.find_persona(id).ok_or_else(|| {
        let help = did_you_mean(id, config.personas.iter().map(|persona| persona.id.as_str()));
        output::usage(&format!("there is no persona `{id}`; {help}"))
    })
}

pub(super) fn find_stage(config: &Config, id: &str) -> Result<StageIx, Exit> {
    config.find_stage(id).ok_or_else(|| {
        let help = did_you_mean(id, config.stages.iter().map(|stage| stage.id.as_str()));
        output::usage(&format!("there is no stage `{id}`; {help}"))
    })
}
