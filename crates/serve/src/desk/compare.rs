//! One page as each persona's site shows it, side by side.

use crate::html::{self, escaped};
use crate::preview::{Preview, Snapshot};
use crate::{address, tab};
use etappe_base::path;
use etappe_hub::config::LangIx;
use etappe_hub::content::PageKey;
use etappe_hub::journey::{Hub, PageIx};

/// The page that the query names, in the language that it names.
pub(super) fn page(preview: &Preview, snapshot: &Snapshot, query: &str) -> String {
    let hub = snapshot.content().map(|content| &*content.material.hub);
    let key = address::query(query, "page");
    let found = hub
        .zip(key.as_deref())
        .and_then(|(hub, key)| Some((hub, hub.addresses.page(&PageKey::new(key))?)));
    let Some((hub, page)) = found else {
        let unknown = if key.is_some() { "The hub has no such page. " } else { "" };
        let text = format!(
            "<p>{unknown}Choose one from the <a href=\"/_etappe/pages\">list of pages</a>.</p>\n"
        );
        return html::desk("Side by side", "compare", "", &text);
    };
    let asked = address::query(query, "lang").and_then(|code| hub.config.find_lang(&code));
    let has = |lang: &LangIx| hub.page(page).docs[usize::from(lang.0)].is_some();
    let lang =
        asked.filter(has).or_else(|| hub.config.lang_ixs().find(has)).unwrap_or(LangIx::DEFAULT);
    let title = hub.page(page).docs[usize::from(lang.0)]
        .map_or("", |doc| hub.facets(doc).front.title.as_str());
    html::desk(&format!("Side by side: {title}"), "compare", "", &body(preview, hub, page, lang))
}

fn body(preview: &Preview, hub: &Hub, page: PageIx, lang: LangIx) -> String {
    let mut body = String::new();
    if let Some(doc) = hub.page(page).docs[usize::from(lang.0)] {
        let file = &hub.facets(doc).file;
        let editor = escaped(&preview.editor.link(&preview.root, file, 1, 1));
        body.push_str(&format!("<p><a href=\"{editor}\">{}</a></p>\n", escaped(file.as_str())));
    }
    let others: Vec<LangIx> = hub
        .config
        .lang_ixs()
        .filter(|other| hub.page(page).docs[usize::from(other.0)].is_some())
        .collect();
    if others.len() > 1 {
        body.push_str("<nav aria-label=\"Languages\"><ul class=\"line\">");
        for other in others {
            let current = if other == lang { " aria-current=\"true\"" } else { "" };
            let key = path::encode(hub.page(page).key.as_str()).replace('+', "%2B");
            let language = hub.config.lang(other);
            let (code, name) = (escaped(&language.code), escaped(language.name()));
            body.push_str(&format!(
                "<li><a href=\"/_etappe/compare?page={key}&amp;lang={code}\" \
                lang=\"{code}\"{current}>{name}</a></li>"
            ));
        }
        body.push_str("</ul></nav>\n");
    }
    let shown: Vec<_> =
        hub.page(page).placements.iter().filter(|(site, _)| hub.site(*site).lang == lang).collect();
    if shown.is_empty() {
        body.push_str("<p>It is on no site in this language.</p>\n");
    }
    body.push_str("<div class=\"frames\">\n");
    for (site, placement) in shown {
        let label = escaped(hub.config.persona(hub.site(*site).persona).label.get(lang));
        let href = escaped(&tab::address_of(&hub.out_path(hub.placement(*placement))));
        body.push_str(&format!(
            "<section><h2><a href=\"{href}\">{label}</a></h2><iframe src=\"{href}\" title=\"{label}\" loading=\"lazy\"></iframe></section>\n"
        ));
    }
    body.push_str("</div>\n");
    body
}
