//! Lists that are written as one text: `"gp, nurse"`.

use crate::config::fields::Reader;
use crate::config::keys::WrittenValue;
use crate::config::meant::unquoted;
use crate::config::tree::Value;
use etappe_base::finding::{Code, Edit, Finding, Fix};
use etappe_base::source::Spanned;

/// Finds lists that are written as one text.
pub(super) struct ListAsText<'k> {
    /// What the list is of, in the plural.
    pub what: &'static str,
    /// That of an unknown name.
    pub code: &'static Code,
    /// The id that a part surely means.
    pub known: &'k dyn Fn(&str) -> Option<&'k str>,
}

impl ListAsText<'_> {
    /// Reports a text that holds several names with commas between them. No name in it is unknown
    /// then.
    pub(super) fn report(
        &self,
        written: WrittenValue<'_>,
        ids: &[Spanned<String>],
        reader: &mut Reader,
    ) -> bool {
        let is_list = |id: &&Spanned<String>| {
            id.value.contains([',', ';'])
                && (self.known)(&id.value).is_none()
                && parts(&id.value).count() > 1
                && parts(&id.value).any(|part| (self.known)(part).is_some())
        };
        let Some(id) = ids.iter().find(is_list) else { return false };
        let meant: Vec<String> = parts(&id.value)
            .map(|part| format!("\"{}\"", (self.known)(part).unwrap_or(part)))
            .collect();
        let list = format!("[{}]", meant.join(", "));
        // Within a list, only its writer knows which form the items have.
        let is_alone = !matches!(written.item.value, Value::List(_));
        let all_known = parts(&id.value).all(|part| (self.known)(part).is_some());
        let fix = (is_alone && all_known).then(|| Fix {
            title: format!("Write `{list}`"),
            edits: vec![Edit::new(reader.place(id.span), list.clone())],
        });
        let message = format!("`{}` is one text, and no list of {}.", id.value, self.what);
        let finding = Finding::new(self.code, reader.place(id.span), message);
        reader.report(finding.help(format!("write a list: `{list}`")).maybe_fix(fix));
        true
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', ';']).map(|part| unquoted(part.trim()));
    parts.filter(|part| !part.is_empty())
}
