//! What links of a text lead to, in words that moving and renaming leave as they are: `page:ID` and
//! `file:SHA256`.

use etappe_hub::content::{Link, PageKey};
use etappe_hub::journey::Located;

use super::Digests;

impl Digests<'_> {
    /// What stands for the destination of a link on the page `from`; `None` where it stays as it is
    /// written: it leads to another site, within its own page, to the home, or nowhere.
    pub(super) fn destination(&self, from: &PageKey, link: &Link) -> Option<String> {
        if link.dest.starts_with('#') || !link.is_internal() || link.fault().is_some() {
            return None;
        }
        self.named(&self.hub.addresses.locate(from, &link.dest))
    }

    fn named(&self, located: &Located) -> Option<String> {
        match located {
            Located::Page { page, query, fragment } => {
                let mut to = format!("page:{}", self.page_id(*page));
                if !query.is_empty() {
                    to.push('?');
                    to.push_str(query);
                }
                if !fragment.is_empty() {
                    to.push('#');
                    to.push_str(fragment);
                }
                Some(to)
            }
            Located::Beside { asset, tail } => {
                let file = &self.hub.addresses.beside(*asset).file;
                Some(format!("file:{}{tail}", self.sum(file)?))
            }
            Located::Static { asset, tail } => {
                let file = &self.hub.addresses.stat(*asset).file;
                Some(format!("file:{}{tail}", self.sum(file)?))
            }
            Located::Miscased { meant, .. } => self.named(meant),
            Located::Home { .. }
            | Located::Here { .. }
            | Located::External
            | Located::Barred
            | Located::Broken => None,
        }
    }
}
