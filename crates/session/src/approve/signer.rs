//! Who signs, and where the record goes.

use std::collections::BTreeSet;

use super::{Signing, Unsigned, refused};
use crate::io::{clock, git};
use etappe_base::date::Day;
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_compliance::roles;
use etappe_hub::config::TextFile;
use etappe_hub::config::approval::APPROVALS;

/// Who signs.
pub(super) struct Signer {
    pub principal: String,
    pub name: String,
    pub registration: String,
}

impl Signing<'_> {
    /// Who signs, as the list of roles has them.
    pub(super) fn signer(&self) -> Result<Signer, Unsigned> {
        let configured = |key| git::configured(self.root, key);
        let named = self.request.signer.clone().or_else(|| configured("user.email"));
        let Some(principal) = named else {
            return refused("nobody says who signs: `--signer`, or `git config user.email`");
        };
        let path = &self.rules.roles_file;
        let text = self.files.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text else {
            if self.rules.signatures {
                return refused(format!("there is no `{path}`, which says who may sign"));
            }
            let name = configured("user.name").unwrap_or_else(|| principal.clone());
            return Ok(Signer { principal, name, registration: String::new() });
        };
        let roles = roles::read(TextFile { path, text: &text }, &mut Vec::new());
        let today = Day::from_unix_seconds(clock::now());
        let Some(known) = roles.find(&principal) else {
            let known = roles.signers.iter().map(|signer| signer.principal.as_str());
            return refused(format!(
                "`{principal}` is not in `{path}`; {}",
                did_you_mean(&principal, known)
            ));
        };
        if !known.may(&self.request.role, today) {
            return refused(format!(
                "`{principal}` may not sign as `{}` today, by `{path}`",
                self.request.role
            ));
        }
        let name = known.names.first().cloned().unwrap_or_else(|| principal.clone());
        Ok(Signer { principal, name, registration: known.registration.clone() })
    }

    /// The place of the new record: a name that no record has, or ever had.
    pub(super) fn place(&self, name: &str) -> Result<HubPath, Unsigned> {
        let code = &self.request.code;
        let folder = HubPath::new(&format!("{APPROVALS}/{code}"));
        let is_plain = !code.is_empty() && !code.contains(['/', '\\']) && !code.starts_with('.');
        let Some(folder) = folder.filter(|_| is_plain) else {
            return refused(format!("`{code}` cannot be the name of a folder of records"));
        };
        let stem = format!("{}-{}", slug::slug(&self.request.role), slug::slug(name));
        let ever: BTreeSet<String> = git::names_ever(self.root, folder.as_str())
            .into_iter()
            .map(|name| name.to_lowercase())
            .collect();
        let listed: BTreeSet<String> =
            self.files.list().0.iter().map(|entry| entry.path.as_str().to_lowercase()).collect();
        let is_free = |path: &HubPath| {
            let folded = path.as_str().to_lowercase();
            !ever.contains(&folded) && !listed.contains(&folded)
        };
        let path = |number: u32| HubPath::new(&format!("{folder}/{stem}-{number}.toml"));
        let free = (1..).filter_map(path).find(is_free);
        free.map_or_else(|| refused("no name of a record is free"), Ok)
    }
}
