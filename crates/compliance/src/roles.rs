//! `roles.toml`: who may sign in which role, and from when to when.

use etappe_base::date::Day as OfDay;
use etappe_base::finding::Finding;
use etappe_base::source::{Span, Spanned};
use etappe_hub::config::TextFile;
use etappe_hub::config::fields::{CONFIG_CODES, Reader};
use etappe_hub::config::keys::{self, Day, Name, Several, Text, Texts};
use etappe_hub::keys;

use super::records::is_same_name;

/// Everyone who may sign.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Roles {
    /// In the order of the file; each principal once.
    pub signers: Vec<Signer>,
}

/// Someone who may sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// As the list of allowed signers names them.
    pub principal: String,
    /// As records print it; the first counts, others are names of before.
    pub names: Vec<String>,
    /// By which commits and authors are known to be theirs.
    pub emails: Vec<String>,
    /// Ids of roles.
    pub roles: Vec<String>,
    /// A number of a register; empty where none was said.
    pub registration: String,
    /// The first day on which they may sign; `None`: ever.
    pub from: Option<OfDay>,
    /// The first day on which they may not sign any more; `None`: no such day is known.
    pub until: Option<OfDay>,
    /// Of the principal in the file.
    pub span: Span,
}

impl Roles {
    /// The signer of this principal.
    pub fn find(&self, principal: &str) -> Option<&Signer> {
        self.signers.iter().find(|signer| signer.principal == principal)
    }
}

impl Signer {
    /// Whether they may sign in a role on a day.
    pub fn may(&self, role: &str, on: OfDay) -> bool {
        self.roles.iter().any(|own| own == role)
            && self.from.is_none_or(|from| from <= on)
            && self.until.is_none_or(|until| on < until)
    }

    /// Whether an author of a page, as its front matter names them, is this signer.
    pub fn is_called(&self, author: &str) -> bool {
        let same = |name: &String| is_same_name(name, author);
        self.names.iter().chain(&self.emails).chain([&self.principal]).any(same)
    }
}

/// Every key of roles.toml.
pub const ROLES_KEYS: &keys::Keys = <RolesKeys as keys::KeyTable>::KEYS;

keys! {
    /// roles.toml, as it is written.
    pub(super) struct RolesKeys("the list of roles") in () {
        /// Everyone who may sign.
        signers: Several<SignerKeys> = "signers";
    }
}

keys! {
    /// One of `[[signers]]`, as it is written.
    pub(super) struct SignerKeys("a signer") in () {
        /// As the list of allowed signers names them: most often an e-mail address.
        principal: Name = "principal", required("add `principal = \"…\"`, as allowed_signers has \
            it");
        /// As records print it; further names are those of before, and of authors of pages.
        names: Texts = "names" | "name";
        /// E-mail addresses.
        emails: Texts = "emails" | "email";
        /// The roles in which they may sign.
        roles: Texts = "roles" | "role";
        /// A number of a register, such as that of physicians.
        registration: Text = "registration";
        /// The first day on which they may sign.
        from: Day = "from";
        /// The first day on which they may not sign any more.
        until: Day = "until";
    }
}

/// Reads roles.toml.
pub fn read(file: TextFile<'_>, findings: &mut Vec<Finding>) -> Roles {
    let mut reader = Reader::new(file.path, CONFIG_CODES);
    let root = reader.parse(file.text);
    let (keys, mut reader) = keys::read_file::<RolesKeys, _>(reader, &root, &());
    let mut roles = Roles::default();
    for written in keys.signers.unwrap_or_default() {
        let Some(signer) = signer(written, &mut reader) else { continue };
        match roles.find(&signer.principal) {
            Some(first) => reader.duplicate(
                signer.span,
                format!("The signer `{}` is named twice.", signer.principal),
                Some(first.span),
            ),
            None => roles.signers.push(signer),
        }
    }
    findings.append(&mut reader.findings);
    roles
}

fn signer(written: Spanned<SignerKeys>, reader: &mut Reader) -> Option<Signer> {
    let Spanned { value: keys, span } = written;
    let texts = |texts: Option<Vec<Spanned<String>>>| -> Vec<String> {
        texts.unwrap_or_default().into_iter().map(|text| text.value).collect()
    };
    let principal = keys.principal.filter(|name| !name.value.is_empty())?;
    let lacks = [("names", keys.names.is_none()), ("roles", keys.roles.is_none())];
    for (key, _) in lacks.into_iter().filter(|(_, lacks)| *lacks) {
        let message = format!("The signer `{}` has no `{key}`.", principal.value);
        let finding = Finding::new(reader.codes.missing_key, reader.place(span), message);
        reader.report(finding.help(format!("add `{key} = [\"…\"]`")));
    }
    if let (Some(from), Some(until)) = (&keys.from, &keys.until)
        && until.value <= from.value
    {
        let message = format!("The signer `{}` may sign on no day.", principal.value);
        let help = "let `until` be later than `from`".to_owned();
        reader.invalid(until.span, message, Some(help));
    }
    Some(Signer {
        span: principal.span,
        principal: principal.value,
        names: texts(keys.names),
        emails: texts(keys.emails),
        roles: texts(keys.roles),
        registration: keys.registration.map(|text| text.value).unwrap_or_default(),
        from: keys.from.map(|day| day.value),
        until: keys.until.map(|day| day.value),
    })
}
