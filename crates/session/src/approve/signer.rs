//! Who signs, and where the record goes.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use super::{Signing, Unsigned, refused};
use crate::approval::zone_of;
use crate::io::{clock, git, write_new};
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_compliance::record::signature_of;
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
        let today = zone_of(&self.hub.config).day_at(clock::now());
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

    /// Writes the record and its signature, at a name that no record has, or ever had.
    pub(super) fn write(
        &self,
        name: &str,
        text: &str,
        signature: Option<&[u8]>,
    ) -> Result<HubPath, Unsigned> {
        let folder = format!("{APPROVALS}/{}", self.request.code);
        let stem = format!("{}-{}", slug::slug(&self.request.role), slug::slug(name));
        let listed = self.files.list().0;
        let taken: BTreeSet<String> = git::names_ever(self.root, &folder)
            .iter()
            .map(String::as_str)
            .chain(listed.iter().map(|entry| entry.path.as_str()))
            .map(str::to_lowercase)
            .collect();
        let is_taken = |path: &HubPath| taken.contains(&path.as_str().to_lowercase());
        let path = |number: u32| HubPath::new(&format!("{folder}/{stem}-{number}.toml"));
        let all = (1..=u32::MAX).filter_map(path);
        for path in all.filter(|path| !is_taken(path) && !is_taken(&signature_of(path))) {
            // Somebody may sign at the same time: the record takes the name for both.
            match write_new(&self.root.join(path.as_str()), text.as_bytes()) {
                Ok(()) => {}
                Err(error) if error.source.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error.into()),
            }
            if let Some(signature) = signature {
                write_new(&self.root.join(signature_of(&path).as_str()), signature)?;
            }
            return Ok(path);
        }
        refused("no name of a record is free")
    }
}
