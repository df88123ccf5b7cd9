//! What a test asks of a page: its links, its ids, its text. Read by a real HTML tokenizer, never
//! by searching for strings.

use std::collections::BTreeSet;

use html5gum::{Token, Tokenizer};

/// An address in a page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    pub tag: String,
    pub attribute: String,
    pub value: String,
}

/// A page, taken apart.
#[derive(Default, Debug)]
pub struct Html {
    pub addresses: Vec<Address>,
    pub ids: Vec<String>,
    /// All text outside tags, scripts and styles, with single spaces.
    pub text: String,
    /// The texts of each element, by tag name, in the order of their ends.
    pub elements: Vec<(String, String)>,
}

impl Html {
    pub fn read(html: &str) -> Self {
        let mut page = Self::default();
        let mut open: Vec<(String, String)> = Vec::new();
        let mut text = String::new();
        for token in Tokenizer::new(html) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    for (key, value) in &tag.attributes {
                        let (key, value) = (
                            String::from_utf8_lossy(key).into_owned(),
                            String::from_utf8_lossy(value).into_owned(),
                        );
                        page.attribute(&name, &key, value);
                    }
                    let is_void = matches!(
                        &*name,
                        "meta" | "link" | "img" | "br" | "hr" | "input" | "source" | "col"
                    );
                    if !is_void && !tag.self_closing {
                        open.push((name, String::new()));
                    }
                }
                Token::EndTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    if let Some(at) = open.iter().rposition(|(tag, _)| *tag == name) {
                        for (tag, text) in open.drain(at..).rev() {
                            page.elements.push((tag, squeezed(&text)));
                        }
                    }
                }
                Token::String(piece) => {
                    let piece = String::from_utf8_lossy(&piece).into_owned();
                    text.push_str(&piece);
                    open.iter_mut().for_each(|(_, text)| text.push_str(&piece));
                }
                _ => {}
            }
        }
        page.text = squeezed(&text);
        page
    }

    fn attribute(&mut self, tag: &str, key: &str, value: String) {
        match key {
            "id" => self.ids.push(value),
            "name" if tag == "a" => self.ids.push(value),
            "href" | "src" | "poster" => self.addresses.push(Address {
                tag: tag.to_owned(),
                attribute: key.to_owned(),
                value,
            }),
            "srcset" => {
                let first = |part: &str| part.split_whitespace().next().map(str::to_owned);
                let each = value.split(',').filter_map(first);
                self.addresses.extend(each.map(|value| Address {
                    tag: tag.to_owned(),
                    attribute: key.to_owned(),
                    value,
                }));
            }
            "content" if tag == "meta" => {
                if let Some((_, target)) = value.split_once("url=") {
                    self.addresses.push(Address {
                        tag: tag.to_owned(),
                        attribute: key.to_owned(),
                        value: target.to_owned(),
                    });
                }
            }
            _ => {}
        }
    }

    /// The ids, and a failure when one stands twice.
    pub fn unique_ids(&self, page: &str) -> BTreeSet<&str> {
        let unique: BTreeSet<&str> = self.ids.iter().map(String::as_str).collect();
        assert_eq!(unique.len(), self.ids.len(), "an id stands twice in {page}: {:?}", self.ids);
        unique
    }

    /// The text of the first element of a name.
    pub fn first(&self, tag: &str) -> &str {
        self.elements.iter().find(|(name, _)| name == tag).map_or("", |(_, text)| text)
    }

    /// The values of `href` in links that readers follow.
    pub fn hrefs(&self) -> Vec<&str> {
        self.addresses
            .iter()
            .filter(|address| address.tag == "a")
            .map(|address| &*address.value)
            .collect()
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The part of a page that its Markdown made: what stands in `<div class="body">`.
pub fn body(page: &str) -> &str {
    let mark = "<div class=\"body\">\n";
    let start =
        page.find(mark).unwrap_or_else(|| panic!("the page has a body: {page}")) + mark.len();
    let rest = &page[start..];
    let end = rest
        .find("<footer class=\"credits\">")
        .or_else(|| rest.find("</article>"))
        .unwrap_or(rest.len());
    rest[..end].trim_end().strip_suffix("</div>").unwrap_or(&rest[..end]).trim_end()
}

/// Where a link leads, seen from an output: a path below the web root, and the fragment.
/// `None` for other hosts, mail and the like, and for links that climb above the root.
pub fn resolve(from: &str, href: &str) -> Option<(String, String)> {
    let (rest, fragment) = href.split_once('#').unwrap_or((href, ""));
    let path = rest.split('?').next().unwrap_or_default();
    let scheme = path.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if scheme || path.starts_with("//") {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let decoded = etappe_base::path::decode(path);
    let joined = match decoded.strip_prefix('/') {
        Some(rooted) => etappe_base::path::join("", rooted)?,
        None if decoded.is_empty() => from.to_owned(),
        None => etappe_base::path::join(folder, &decoded)?,
    };
    let is_folder = decoded.ends_with('/') || joined.is_empty();
    let target = match (is_folder, joined.is_empty()) {
        (true, true) => "index.html".to_owned(),
        (true, false) => format!("{joined}/index.html"),
        _ => joined,
    };
    Some((target, etappe_base::path::decode(fragment)))
}
