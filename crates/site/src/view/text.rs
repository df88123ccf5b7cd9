//! The text of a page as one site shows it: HTML with gaps, and what goes into them.

use tera::{Context, Value};

use super::{Frame, Outlet, seam};
use etappe_hub::config::directives::AttributeValue;
use etappe_hub::content::{Body, Cite, Directive, Given, LinkKind, Word, escape};
use etappe_hub::journey::links::{Hindrance, Way};
use etappe_hub::references::Formatted;

/// A body, and all that fills its gaps.
pub struct PageText<'v> {
    /// The text of the variant that the site's persona is shown.
    pub body: &'v Body,
    pub(crate) cited: Option<&'v Formatted>,
    pub(crate) ways: &'v [Way],
    pub(crate) frame: &'v Frame,
    pub(crate) outlet: &'v Outlet,
}

impl PageText<'_> {
    /// The theme's string for a word.
    pub fn word(&self, word: Word) -> &str {
        self.frame.words.text(word.string())
    }

    /// Marks where text for some readers begins or ends. Written only in previews, whose own script
    /// looks for it.
    pub fn write_seam(&self, html: &mut String, begins: bool) {
        if self.frame.preview {
            html.push_str(if begins { "<!--etappe:part-->" } else { "<!--etappe:end-->" });
        }
    }

    /// Begins or ends the text itself. Written only for those who sign it.
    pub fn write_edge(&self, html: &mut String, begins: bool) {
        if self.frame.review {
            html.push_str(if begins { seam::TEXT } else { seam::TEXT_END });
        }
    }

    /// Begins what was written once, by its place among the body's. Written only for those who sign
    /// the page.
    pub fn write_reuse(&self, html: &mut String, reuse: u32) {
        if let (true, Some(name)) = (self.frame.review, self.body.reuses.get(reuse as usize)) {
            html.push_str(seam::REUSED);
            escape(html, name);
            html.push_str("-->");
        }
    }

    /// Ends what was written once.
    pub fn write_reuse_end(&self, html: &mut String) {
        if self.frame.review {
            html.push_str(seam::REUSED_END);
        }
    }

    /// Writes the attribute of a link with a space before it, or the address alone where that is
    /// only part of an attribute. Writes nothing for a link that leads nowhere on this site: its
    /// text stays. `link` is its place in [`Body::links`].
    pub fn write_address(&self, html: &mut String, link: u32) {
        let Some(address) = self.address(link) else { return };
        let Some(name) = self.body.links[link as usize].kind.attribute() else {
            return escape(html, address);
        };
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        escape(html, address);
        html.push('"');
        let kind = self.body.links[link as usize].kind;
        if kind.is_sized() {
            self.write_size(html, link);
        }
        if kind == LinkKind::Picture {
            self.write_loading(html, link);
        }
        if let (Way::InLanguage { lang, .. }, "href") = (&self.ways[link as usize], name) {
            html.push_str(" hreflang=\"");
            escape(html, lang);
            html.push('"');
        }
    }

    /// Writes what a browser should know of an image before it has it: its size, and its smaller
    /// sizes.
    fn write_size(&self, html: &mut String, link: u32) {
        if let Way::Picture(shown) = &self.ways[link as usize] {
            html.push_str(&format!(" width=\"{}\" height=\"{}\"", shown.width, shown.height));
            if !shown.srcset.is_empty() {
                html.push_str(" srcset=\"");
                escape(html, &shown.srcset);
                html.push_str("\" sizes=\"");
                escape(html, &self.frame.image_sizes);
                html.push('"');
            }
        }
    }

    /// Lets the browser put off all images of a page but the first, which is wanted at once.
    fn write_loading(&self, html: &mut String, link: u32) {
        let is_first = |link: u32| {
            self.body.links.iter().position(|link| link.kind == LinkKind::Picture)
                == Some(link as usize)
        };
        html.push_str(if is_first(link) {
            " decoding=\"async\""
        } else {
            " loading=\"lazy\" decoding=\"async\""
        });
    }

    fn address(&self, link: u32) -> Option<&str> {
        let written = &self.body.links[link as usize];
        match &self.ways[link as usize] {
            Way::Picture(shown) => Some(&shown.src),
            Way::To(address) | Way::InLanguage { to: address, .. } => Some(address),
            Way::AsWritten => Some(&written.dest),
            // An image needs an address; what was written tells a writer most. The address of a
            // page that these readers do not have would give it away.
            Way::Nowhere(Hindrance::Broken) if written.kind != LinkKind::Page => {
                Some(&written.dest)
            }
            Way::Nowhere(_) => None,
        }
    }

    /// Writes the mark of a citation, the `met`th that readers meet, from 0. `citation` is its
    /// place among the body's citations. Where no mark is known, it stays as written.
    pub fn write_citation(&self, html: &mut String, citation: u32, met: usize) {
        match self.cited.and_then(|cited| cited.marks.get(met)) {
            Some(mark) => html.push_str(mark),
            None => {
                let cites: Vec<&Cite> =
                    self.body.citations[citation as usize].cites.iter().collect();
                escape(html, &Cite::written(&cites));
            }
        }
    }

    /// Writes the list of what the text cites, with links back; nothing where it cites nothing.
    pub fn write_references(&self, html: &mut String) {
        let Some(cited) = self.cited else { return };
        let words = &self.frame.words;
        let list = if cited.numbered { "ol" } else { "ul" };
        html.push_str("<section class=\"references\" role=\"doc-bibliography\" aria-labelledby=\"_references\">\n<h2 id=\"_references\">");
        escape(html, words.text("references"));
        html.push_str(&format!("</h2>\n<{list}>\n"));
        for (at, entry) in cited.entries.iter().enumerate() {
            html.push_str(&format!("<li id=\"_ref-{}\">", at + 1));
            match &entry.lang {
                Some(lang) => {
                    html.push_str("<span lang=\"");
                    escape(html, lang);
                    html.push_str(&format!("\" dir=\"auto\">{}</span>", entry.html));
                }
                None => html.push_str(&entry.html),
            }
            for (time, place) in entry.cited.iter().enumerate() {
                html.push_str(&format!(
                    " <a href=\"#_cite-{place}\" role=\"doc-backlink\" aria-label=\""
                ));
                escape(html, words.text("references_back"));
                match entry.cited.len() {
                    1 => html.push_str("\">↩</a>"),
                    _ => html.push_str(&format!(
                        " {number}\">↩<sup>{number}</sup></a>",
                        number = time + 1
                    )),
                }
            }
            html.push_str("</li>\n");
        }
        html.push_str(&format!("</{list}>\n</section>\n"));
    }

    /// What the template of a directive sees. `label` and `content` are HTML; either may be empty.
    pub fn context(&self, directive: &Directive, label: &str, content: &str) -> Context {
        let mut context = self.frame.context(self.outlet);
        let attributes = directive.attributes.iter().map(|(name, given)| {
            let value = match given {
                Given::Nothing => Value::none(),
                Given::Value(AttributeValue::Text(text)) => Value::from(&**text),
                Given::Value(AttributeValue::Number(number)) => Value::from(*number),
                Given::Value(AttributeValue::Flag(flag)) => Value::from(*flag),
                Given::Link(link) => self.address(*link).map_or_else(Value::none, Value::from),
            };
            (name.to_string().into(), value)
        });
        let attributes: tera::Map = attributes.collect();
        context.insert_value("attr", Value::from(attributes));
        context.insert_value("label", Value::safe_string(label));
        context.insert_value("content", Value::safe_string(content));
        context.insert_value("id", Value::from(&*directive.id));
        context.insert_value("class", Value::from(&*directive.class));
        context.insert_value("form", Value::from(directive.form.name()));
        context.insert_value("number", Value::from(directive.number));
        context.insert_value("group", Value::from(directive.group));
        context
    }
}
