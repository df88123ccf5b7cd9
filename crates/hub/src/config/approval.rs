//! `[approval]` of hub.toml: which pages somebody must sign, who, and how that is known.
//!
//! A hub without it asks for no signature.

use super::fields::Fields;
use super::furniture::PageKind;
use super::keys::{Flag, Form, Formed, Parsed, ReadIn, Shape, WrittenValue};
use super::known::Known;
use etappe_base::date::Period;
use etappe_base::finding::did_you_mean;
use etappe_base::path::HubPath;
use etappe_base::slug;
use etappe_base::source::Span;
use etappe_base::unusable::Unusable;

/// What `[approval]` says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approval {
    /// The kinds of pages that need a signature; none: nothing does.
    pub kinds: Vec<PageKind>,
    /// The signatures that an item needs, each once; never empty.
    pub needs: Vec<NeededSignature>,
    /// Whether a record counts only with a signature beside it.
    pub signatures: bool,
    /// OpenSSH's list of allowed signers.
    pub signers: HubPath,
    /// Who may sign in which role.
    pub roles_file: HubPath,
    /// Keys whose signatures do not count any more; `None` where hub.toml names no such file.
    pub revoked: Option<HubPath>,
    /// How long a signature lasts; `None`: as long as it says itself.
    pub max_age: Option<Period>,
    /// Whether a signature for the web covers all other channels.
    pub any_channel: bool,
    /// Whether what readers are told by the hub, its cards and its theme is signed too.
    pub site: bool,
    /// Whether an author of a page may sign its certificate.
    pub authors_may_certify: bool,
    /// Of the table in hub.toml.
    pub span: Span,
}

/// A kind of record: what the signature is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RecordKind(&'static str);

impl RecordKind {
    /// As records write them.
    pub const NAMES: [&str; 8] = [
        "internal",
        "certificate",
        "visa",
        "deposit",
        "communication",
        "preclearance",
        "submission",
        "revocation",
    ];
    /// A company's own review.
    pub const INTERNAL: Self = Self("internal");
    /// The certificate of a signatory, who did not write the page.
    pub const CERTIFICATE: Self = Self("certificate");
    /// Takes another record back.
    pub const REVOCATION: Self = Self("revocation");

    /// As a record writes it.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl Formed for RecordKind {
    const FORM: Form = Form::OneOf(&Self::NAMES);
}

impl std::str::FromStr for RecordKind {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let known = Self::NAMES.iter().find(|name| **name == text);
        known.map(|name| Self(name)).ok_or_else(|| {
            let help = did_you_mean(text, Self::NAMES);
            Unusable::new(format!("`{text}` is no kind of record"), help)
        })
    }
}

/// One signature that an item needs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct NeededSignature {
    /// What it is for.
    pub kind: RecordKind,
    /// The role that its signer has.
    pub role: String,
}

keys! {
    /// `[approval]`, as it is written.
    pub(super) struct ApprovalKeys("[approval]") in Known {
        /// The kinds of pages that are shown only once they are signed; none: nothing needs to be.
        kinds: PageKinds = "kinds", usually("promo, safety, patient");
        /// The roles of which one person each must sign. A role alone is that of an internal
        /// record; for another kind of record write it before the role: `certificate:signatory`.
        roles: NeededRoles = "roles", usually("reviewer");
        /// Whether a record counts only with the signature of an SSH key beside it.
        signatures: Flag = "signatures", usually("false");
        /// OpenSSH's list of allowed signers: who signs with which key.
        signers: ApprovalFile = "signers", usually("allowed_signers");
        /// Who may sign in which role, and from when to when.
        roles_file: ApprovalFile = "roles_file", usually("roles.toml");
        /// Keys that were stolen: public keys, or OpenSSH's list of revoked keys. No signature of
        /// theirs counts, however old.
        revoked: ApprovalFile = "revoked";
        /// How long a signature lasts at most.
        max_age: Parsed<Period> = "max_age", usually("as long as the record says");
        /// Which channels a signature covers: those that its record names, or all.
        channels: Parsed<Covered> = "channels", usually("named");
        /// Whether what readers are told by hub.toml, the cards and the theme's own strings is
        /// signed too, as @site.
        site: Flag = "site", usually("false");
        /// Whether an author of a page may sign its certificate.
        authors_may_certify: Flag = "authors_may_certify", usually("false");
    }
}

/// `[approval]`, from its keys; `span` is that of its table.
pub(super) fn approval(keys: ApprovalKeys, span: Span) -> Approval {
    let usual_kinds = ["promo", "safety", "patient"].map(PageKind).to_vec();
    let reviewer = || NeededSignature { kind: RecordKind::INTERNAL, role: "reviewer".to_owned() };
    let needs = keys.roles.filter(|needs| !needs.is_empty());
    Approval {
        kinds: keys.kinds.unwrap_or(usual_kinds),
        needs: needs.unwrap_or_else(|| vec![reviewer()]),
        signatures: keys.signatures.unwrap_or(false),
        signers: keys.signers.unwrap_or_else(|| HubPath::literal("allowed_signers")),
        roles_file: keys.roles_file.unwrap_or_else(|| HubPath::literal("roles.toml")),
        revoked: keys.revoked,
        max_age: keys.max_age,
        any_channel: keys.channels == Some(Covered::Any),
        site: keys.site.unwrap_or(false),
        authors_may_certify: keys.authors_may_certify.unwrap_or(false),
        span,
    }
}

/// Kinds of pages, or one.
pub(super) struct PageKinds;

impl Shape for PageKinds {
    type Value = Vec<PageKind>;
    const FORM: Form = Form::SomeOf(&PageKind::NAMES);
}

impl<C: ?Sized> ReadIn<C> for PageKinds {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Vec<PageKind>> {
        let mut kinds = Vec::new();
        for text in fields.reader.as_texts(written.name, written.item)? {
            match text.value.parse() {
                Ok(kind) if kinds.contains(&kind) => {}
                Ok(kind) => kinds.push(kind),
                Err(error) => fields.reader.unusable(text.span, written.name, &error),
            }
        }
        Some(kinds)
    }
}

/// Roles, each with a kind of record before it or not.
pub(super) struct NeededRoles;

impl Shape for NeededRoles {
    type Value = Vec<NeededSignature>;
    const FORM: Form = Form::Roles;
}

impl<C: ?Sized> ReadIn<C> for NeededRoles {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &C,
    ) -> Option<Vec<NeededSignature>> {
        let mut needs = Vec::new();
        for text in fields.reader.as_texts(written.name, written.item)? {
            match needed(&text.value) {
                Ok(need) if needs.contains(&need) => {}
                Ok(need) => needs.push(need),
                Err(error) => fields.reader.unusable(text.span, written.name, &error),
            }
        }
        Some(needs)
    }
}

fn needed(text: &str) -> Result<NeededSignature, Unusable> {
    let (kind, role) = match text.split_once(':') {
        Some((kind, role)) => (kind.parse()?, role),
        None => (RecordKind::INTERNAL, text),
    };
    if kind == RecordKind::REVOCATION {
        let why = format!("`{text}` takes a record back, and approves nothing");
        return Err(Unusable::new(why, "name a role that approves"));
    }
    if !slug::is_slug(role) {
        let help = format!("lower-case letters, digits and hyphens: `{}`", slug::slug(role));
        return Err(Unusable::new(format!("`{role}` cannot be a role"), help));
    }
    Ok(NeededSignature { kind, role: role.to_owned() })
}

/// A file that `[approval]` needs: at the hub's root under its usual name, or in `approvals/`.
pub(super) struct ApprovalFile;

/// The folder of records, which may hold the files of `[approval]` too.
pub const APPROVALS: &str = "approvals";

/// The names that such files may have at the hub's root.
pub const APPROVAL_FILES: [&str; 3] = ["allowed_signers", "revoked_keys", "roles.toml"];

impl Shape for ApprovalFile {
    type Value = HubPath;
    const FORM: Form = Form::ApprovalFile;
}

impl<C: ?Sized> ReadIn<C> for ApprovalFile {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<HubPath> {
        let text = fields.reader.as_text(written.name, written.item)?;
        let is_fit =
            |path: &HubPath| path.folder() == APPROVALS || APPROVAL_FILES.contains(&path.as_str());
        let path = HubPath::new(&text.value).filter(is_fit);
        if path.is_none() {
            let message = format!("`{}` is no place for a file of [approval].", text.value);
            let help = format!("put it into `approvals/`, such as `approvals/{}`", written.name);
            fields.reader.invalid(text.span, message, Some(help));
        }
        path
    }
}

/// Which channels a signature covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Covered {
    /// Those that its record names.
    Named,
    /// All, where it covers the web.
    Any,
}

impl Formed for Covered {
    const FORM: Form = Form::OneOf(&["named", "any"]);
}

impl std::str::FromStr for Covered {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        match text {
            "named" => Ok(Self::Named),
            "any" => Ok(Self::Any),
            _ => Err(Unusable::new(format!("`{text}` is neither"), "write \"named\" or \"any\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_name_the_kind_of_its_record() {
        let need = |text| needed(text).map(|need| (need.kind.name(), need.role)).ok();
        assert_eq!(need("medical"), Some(("internal", "medical".to_owned())));
        assert_eq!(need("certificate:signatory"), Some(("certificate", "signatory".to_owned())));
        for wrong in ["", "Medical", "stamp:medical", "revocation:medical", "visa:"] {
            assert_eq!(need(wrong), None, "{wrong}");
        }
    }
}
