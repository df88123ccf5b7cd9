//! Ids that a hub gives: their form.

use super::fields::Fields;
use etappe_base::slug;
use etappe_base::source::Spanned;

/// Takes the `id` of a table of hub.toml. An absent one and one of the wrong form are reported.
pub(super) fn id(fields: &mut Fields<'_>) -> Option<Spanned<String>> {
    let id = fields.text("id");
    match &id {
        None => fields.missing(
            "id",
            "an id is a short name in lower-case letters and hyphens; it is never shown to readers",
        ),
        Some(id) if !slug::is_slug(&id.value) => {
            let help =
                format!("lower-case letters, digits and hyphens: `{}`", slug::slug(&id.value));
            fields.reader.invalid(id.span, format!("`{}` cannot be an id.", id.value), Some(help));
        }
        Some(_) => {}
    }
    id
}
