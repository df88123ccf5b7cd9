//! What would do harm once it is written, since nobody edits a record: it is refused with the way
//! out.

use super::items::SigningTerms;
use super::signer::Signer;
use super::{Signing, Unsigned, refused};
use crate::approval::zone_of;
use crate::io::clock;
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_compliance::record::Record;
use etappe_hub::config::approval::{APPROVALS, RecordKind};

/// Names that Windows gives no file, whatever its extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Such names before a digit.
const PORTS: [&str; 2] = ["com", "lpt"];

/// The longest name of a folder that every system takes.
const LONGEST: usize = 100;

impl Signing<'_> {
    /// Refuses what would count for nothing, or for something else than was meant.
    pub(super) fn refuse_harm(
        &self,
        asked: &SigningTerms,
        signer: &Signer,
    ) -> Result<(), Unsigned> {
        if let Err(why) = folder_name(&self.request.code) {
            return refused(format!(
                "`{}` cannot be a job code, because {why}: a folder of records bears its name",
                self.request.code
            ));
        }
        self.refuse_days(asked)?;
        self.refuse_channels(asked)?;
        self.refuse_names(asked, signer)
    }

    fn refuse_days(&self, asked: &SigningTerms) -> Result<(), Unsigned> {
        let today = zone_of(&self.hub.config).day_at(clock::now());
        let from = self.request.valid_from.map_or(today, |day| day.max(today));
        match asked.expires.filter(|day| *day <= from) {
            Some(day) => refused(format!(
                "a record that is over on {day} counts on no day, since it begins on {from}: name \
                 a later day with `--expires`"
            )),
            None => Ok(()),
        }
    }

    fn refuse_channels(&self, asked: &SigningTerms) -> Result<(), Unsigned> {
        let cards = self.hub.config.personas.iter().flat_map(|persona| &persona.channels);
        let mut known: Vec<&str> = cards.map(String::as_str).chain(["web"]).collect();
        known.sort_unstable();
        known.dedup();
        match asked.channels.iter().find(|channel| !known.contains(&channel.as_str())) {
            Some(channel) => refused(format!(
                "there is no channel `{channel}`; {}",
                did_you_mean(channel, known.iter().copied())
            )),
            None => Ok(()),
        }
    }

    /// The records that are named must be there, and be such that naming them does something.
    fn refuse_names(&self, asked: &SigningTerms, signer: &Signer) -> Result<(), Unsigned> {
        if let Some(name) = &self.request.supersedes {
            let older = self.known(name)?;
            let is_same = older.kind == self.kind && older.role == self.request.role;
            if !is_same || !asked.items.iter().any(|(item, _)| older.signed(item).is_some()) {
                return refused(format!(
                    "`{name}` signs nothing of this as `{}`, so that this record cannot take its \
                     place: leave `--supersedes` out",
                    self.request.role
                ));
            }
        }
        let Some(name) = &self.request.revokes else { return Ok(()) };
        let revoked = self.known(name)?;
        if revoked.kind == RecordKind::REVOCATION {
            return refused(format!(
                "the revocation `{name}` cannot be taken back itself: have what it took back \
                 signed again"
            ));
        }
        if revoked.signer != signer.principal && revoked.role != self.request.role {
            return refused(format!(
                "`{name}` can be taken back by `{}`, or by whoever signs as `{}`",
                revoked.signer, revoked.role
            ));
        }
        Ok(())
    }

    /// A record that is there.
    fn known(&self, name: &str) -> Result<&Record, Unsigned> {
        let path = HubPath::new(&format!("{APPROVALS}/{name}"));
        if let Some(known) = path.and_then(|path| self.content.records.find(&path)) {
            return Ok(&known.record);
        }
        let known = self.content.records.all().iter().map(|known| known.record.file.as_str());
        let known = known.filter_map(|file| file.strip_prefix(APPROVALS)?.strip_prefix('/'));
        refused(format!("there is no record `{name}`; {}", did_you_mean(name, known)))
    }
}

/// Whether every system takes a name for a folder; why not.
fn folder_name(name: &str) -> Result<(), String> {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = PORTS.iter().any(|port| {
        stem.strip_prefix(port)
            .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    });
    let is_odd = |one: char| one.is_control() || "<>:\"/\\|?*".contains(one);
    if name.is_empty() {
        return Err("it is empty".to_owned());
    }
    if let Some(odd) = name.chars().find(|one| is_odd(*one)) {
        return Err(format!("`{}` is in it", odd.escape_default()));
    }
    if name.starts_with('.') || name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Err("it begins or ends with a dot or a blank".to_owned());
    }
    if is_port || DEVICES.contains(&stem.as_str()) {
        return Err("Windows has a device of that name".to_owned());
    }
    if name.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_code_is_a_folder_on_every_system() {
        for good in ["NL-2026-014", "2026 0001", "VEE.1", "console", "com10", "Größe"] {
            assert_eq!(folder_name(good), Ok(()), "{good}");
        }
        for bad in [
            "", ".", "..", ".x", "x.", "x ", " x", "a/b", "a\\b", "a:b", "a?", "con", "NUL.1",
            "Com1", "a\n",
        ] {
            assert!(folder_name(bad).is_err(), "{bad:?}");
        }
        assert!(folder_name(&"x".repeat(101)).is_err());
    }
}
