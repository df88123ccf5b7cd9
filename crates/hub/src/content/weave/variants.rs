//! The variants of a text: which personas are told the same.

use std::collections::BTreeMap;

use crate::content::directive::condition::Readers;
use crate::content::directive::{DirectiveKind, DirectiveUse, Named};
use crate::content::remarks::Remarks;

/// The groups of personas that are told the same.
pub(super) struct Variants {
    /// By variant, then directive: whether its content is shown.
    pub(super) signatures: Vec<Vec<bool>>,
    /// By persona of the hub; empty where there is one variant.
    pub(super) by_persona: Box<[u16]>,
}

impl Variants {
    pub(super) fn new(uses: &[DirectiveUse], readers: &Readers<'_>, remarks: &mut Remarks) -> Self {
        let personas = &readers.personas;
        let mut signatures: Vec<Vec<bool>> = Vec::new();
        let mut known: BTreeMap<Vec<bool>, u16> = BTreeMap::new();
        let mut by_persona = vec![0; readers.config.personas.len()];
        for persona in personas {
            let at = usize::from(persona.0);
            let signature = signature(uses, |shown| shown[at]);
            by_persona[at] = *known.entry(signature.clone()).or_insert_with(|| {
                signatures.push(signature);
                (signatures.len() - 1) as u16
            });
        }
        for (at, used) in uses.iter().enumerate() {
            let DirectiveKind::For(condition) = &used.kind else { continue };
            let never = |at: usize| !signatures.iter().any(|signature| signature[at]);
            // A module is for others too.
            let said = condition.faulty
                || used.source > 0
                || personas.is_empty()
                || used.parent.is_some_and(never);
            if !said && never(at) {
                remarks.never_shown(used.at.clone());
            }
        }
        if signatures.len() < 2 {
            by_persona.clear();
        }
        if signatures.is_empty() {
            // On no site: what is meant for some is shown to nobody.
            signatures.push(signature(uses, |_| false));
        }
        Self { signatures, by_persona: by_persona.into() }
    }
}

/// Which directives are shown: those whose own condition and all around it allow that.
fn signature(uses: &[DirectiveUse], shown: impl Fn(&[bool]) -> bool) -> Vec<bool> {
    let mut signature: Vec<bool> = Vec::with_capacity(uses.len());
    for used in uses {
        let around = used.parent.is_none_or(|parent| signature[parent]);
        let own = match &used.kind {
            DirectiveKind::For(condition) => shown(&condition.shown),
            DirectiveKind::Once(Named::Module { shown: own, .. }) => shown(own),
            _ => true,
        };
        signature.push(around && own);
    }
    signature
}
