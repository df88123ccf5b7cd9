//! `cta` of a stage or a persona: where the last page of a route leads on.

use super::keys::{Name, Words};
use super::known::Known;
use super::text::LocalText;
use etappe_base::source::Spanned;

/// What readers are invited to at the end of their route.
#[derive(Clone, Debug)]
pub struct Cta {
    /// What the link says.
    pub label: LocalText,
    /// As it is written: a page or file of the hub, or a whole address.
    pub to: Spanned<String>,
}

keys! {
    /// `cta`, as it is written.
    pub(super) struct CtaKeys("the cta") in Known {
        /// What the link says. Readers see it.
        label: Words = "label", required("readers see the label: add `label = \"Ask a question\"`");
        /// A page of the hub, such as /service/contact.md, a file below static/, or an address of
        /// the web, of mail (mailto:…) or of a telephone (tel:…).
        to: Name = "to", required(
            "say where the link leads, such as `to = \"/service/contact.md\"` or `to \
             = \"https://…\"`"
        );
    }
}

/// What the keys say; nothing where one of them is missing, which is reported.
pub(super) fn cta(keys: Option<CtaKeys>) -> Option<Cta> {
    let CtaKeys { label, to } = keys?;
    Some(Cta { label: label?, to: to.filter(|to| !to.value.is_empty())? })
}
