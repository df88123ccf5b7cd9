//! A page that is whole by itself: its styles and pictures in it, nothing that runs, and nothing
//! that is fetched.

use crate::markup::{HtmlPiece, StartTag, is_void, read};
use crate::shelf::{Shelf, within};
use etappe_hub::content::escape;
use etappe_site::view::seam;

/// How large pictures are in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fit {
    /// As the page has them.
    Full,
    /// In the smallest size that the page offers.
    Small,
    /// Left out, with their descriptions in their place.
    Without,
}

/// A page, taken apart: what goes into the head of its file, and what into the body.
#[derive(Debug)]
pub(crate) struct WholePage {
    /// Attributes of the root element.
    pub root: StartTag,
    pub head: Vec<HtmlPiece>,
    /// Attributes of the body.
    pub body_tag: StartTag,
    pub body: Vec<HtmlPiece>,
    /// In the order of the page.
    pub links: Vec<FoundLink>,
    /// What a file cannot hold.
    pub left_out: Vec<String>,
    /// Name and content of its `meta` elements that describe it, in their order.
    pub metas: Vec<(String, String)>,
    /// What the browser's window is called.
    pub title: String,
}

/// A link of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FoundLink {
    pub text: String,
    pub to: LinkTo,
    /// Whether it stands in the page's own text.
    pub in_text: bool,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum LinkTo {
    /// An output, by its path, and the rest of the address.
    Output(String, String),
    /// An address as it is written.
    Address(String),
}

/// Gives the address within the pack of an output, if the pack has it.
pub(crate) type InPack<'p> = &'p dyn Fn(&str) -> Option<String>;

/// Makes a page whole. `page` is the path of the output that `pieces` came from.
pub(crate) fn whole(
    pieces: Vec<HtmlPiece>,
    page: &str,
    shelf: &Shelf<'_>,
    fit: Fit,
    in_pack: InPack<'_>,
) -> WholePage {
    let empty =
        |name: &str| StartTag { name: name.to_owned(), attributes: Vec::new(), is_closed: false };
    let mut rewriter = Rewriter {
        page,
        shelf,
        fit,
        in_pack,
        made: WholePage {
            root: empty("html"),
            head: Vec::new(),
            body_tag: empty("body"),
            body: Vec::new(),
            links: Vec::new(),
            left_out: Vec::new(),
            metas: Vec::new(),
            title: String::new(),
        },
        skipped: None,
        in_body: false,
        in_title: false,
        in_style: false,
        in_text: false,
        open_links: Vec::new(),
        reused: Vec::new(),
    };
    pieces.into_iter().for_each(|piece| rewriter.take(piece));
    rewriter.made
}

struct Rewriter<'w> {
    page: &'w str,
    shelf: &'w Shelf<'w>,
    fit: Fit,
    in_pack: InPack<'w>,
    made: WholePage,
    /// The element whose content is left out, and how many of its name are open.
    skipped: Option<(String, usize)>,
    in_body: bool,
    in_title: bool,
    in_style: bool,
    in_text: bool,
    /// The open links, by their places among all; `None` for one that is not listed.
    open_links: Vec<Option<usize>>,
    /// What ends each of what was written once that is open.
    reused: Vec<&'static str>,
}

impl Rewriter<'_> {
    fn take(&mut self, piece: HtmlPiece) {
        if let Some((name, depth)) = &mut self.skipped {
            match &piece {
                HtmlPiece::Start(tag) if tag.name == *name && !tag.is_closed => *depth += 1,
                HtmlPiece::End(end) if end == name => *depth -= 1,
                _ => {}
            }
            if *depth == 0 {
                self.skipped = None;
            }
            return;
        }
        match piece {
            HtmlPiece::Start(tag) => self.start(tag),
            HtmlPiece::End(name) => self.end(name),
            HtmlPiece::Text(text) => self.text(text),
            HtmlPiece::Comment(comment) => self.comment(&format!("<!--{comment}-->")),
            HtmlPiece::Code(code) if !self.in_style => self.push(HtmlPiece::Code(code)),
            HtmlPiece::Code(css) => {
                let css = self.shelf.style(&css, self.page, 0);
                self.push(HtmlPiece::Code(format!("@layer theme{{{css}}}")));
            }
            HtmlPiece::Own(own) => self.push(HtmlPiece::Own(own)),
            HtmlPiece::Doctype => {}
        }
    }

    fn push(&mut self, piece: HtmlPiece) {
        if self.in_body { self.made.body.push(piece) } else { self.made.head.push(piece) }
    }

    fn own(&mut self, html: &str) {
        self.push(HtmlPiece::Own(html.to_owned()));
    }

    fn text(&mut self, text: String) {
        if self.in_title {
            self.made.title.push_str(&text);
            return;
        }
        for link in self.open_links.iter().flatten() {
            self.made.links[*link].text.push_str(&text);
        }
        self.push(HtmlPiece::Text(text));
    }

    fn comment(&mut self, comment: &str) {
        if comment == seam::TEXT {
            self.in_text = true;
        } else if comment == seam::TEXT_END {
            self.in_text = false;
            // An author may have written what looks like a beginning.
            while let Some(end) = self.reused.pop() {
                self.own(end);
            }
        } else if comment == seam::REUSED_END {
            let end = self.reused.pop().unwrap_or_default();
            self.own(end);
        } else if let Some(name) = comment.strip_prefix(seam::REUSED) {
            let name = name.strip_suffix("-->").unwrap_or(name);
            let (element, end) = match name.starts_with("claim:") {
                true => ("span", "</span>"),
                false => ("div", "</div>"),
            };
            self.reused.push(end);
            self.own(&format!(
                "<{element} class=\"rv-reused\"><span class=\"rv-label rv-once\">reused: {name}\
                 </span> "
            ));
        }
    }

    fn start(&mut self, mut tag: StartTag) {
        tag.attributes.retain(|(name, _)| !is_unwanted(name));
        self.in_style = tag.name == "style";
        match tag.name.as_str() {
            "html" => self.made.root = tag,
            "head" => {}
            "body" => {
                self.in_body = true;
                self.made.body_tag = tag;
            }
            "title" if !self.in_body => self.in_title = true,
            "meta" => self.meta(&tag),
            "link" => self.link(&tag),
            "base" | "source" | "track" => {}
            "script" | "noscript" | "template" => self.skip(&tag),
            "video" | "audio" | "iframe" | "object" | "embed" => self.instead(&tag),
            "img" => self.picture(tag),
            "a" | "area" => self.anchor(tag),
            "details" => {
                tag.set("open", "");
                self.push(HtmlPiece::Start(tag));
            }
            "form" | "input" => {
                tag.remove("action");
                tag.remove("src");
                self.push(HtmlPiece::Start(tag));
            }
            "image" | "use" | "feimage" => self.drawn(tag),
            _ => {
                if let Some(style) = tag.get("style").filter(|style| style.contains("url(")) {
                    let style = self.shelf.style(style, self.page, 0);
                    tag.set("style", &style);
                }
                self.push(HtmlPiece::Start(tag));
            }
        }
    }

    fn end(&mut self, name: String) {
        match name.as_str() {
            "html" | "head" | "body" => {}
            "title" if !self.in_body => self.in_title = false,
            "a" => {
                let link = self.open_links.pop().flatten();
                self.push(HtmlPiece::End(name));
                let number =
                    |link: usize| self.made.links[link].in_text.then(|| self.number_of(link));
                if let Some(number) = link.and_then(number) {
                    self.own(&format!(
                        "<sup class=\"rv-n\"><span class=\"rv-heard\">link </span>L{number}</sup>"
                    ));
                }
            }
            _ => self.push(HtmlPiece::End(name)),
        }
    }

    /// The number of a link among those of the text, from 1.
    fn number_of(&self, link: usize) -> usize {
        self.made.links[..=link].iter().filter(|link| link.in_text).count()
    }

    fn skip(&mut self, tag: &StartTag) {
        if !is_void(&tag.name) && !tag.is_closed {
            self.skipped = Some((tag.name.clone(), 1));
        }
    }

    /// Keeps what describes the page, and leaves out what steers browsers.
    fn meta(&mut self, tag: &StartTag) {
        let name = tag.get("name").or_else(|| tag.get("property"));
        let (Some(name), Some(content)) = (name, tag.get("content")) else { return };
        if is_read(name) {
            self.made.metas.push((name.to_owned(), content.to_owned()));
        }
    }

    fn link(&mut self, tag: &StartTag) {
        let rel = tag.get("rel").unwrap_or_default();
        let href = tag.get("href").unwrap_or_default();
        match rel {
            "stylesheet" => {
                let Some(path) = within(self.page, href) else { return };
                let css = self.shelf.sheet(&path);
                let css = match tag.get("media").filter(|media| *media != "all") {
                    Some(media) => format!("@media {media}{{{css}}}"),
                    None => css.to_string(),
                };
                self.own(&format!("<style>@layer theme{{{css}}}</style>\n"));
            }
            "canonical" => self.made.metas.push(("address".to_owned(), href.to_owned())),
            _ => {}
        }
    }

    /// What plays or stands on another site is named in its place.
    fn instead(&mut self, tag: &StartTag) {
        let src = tag.get("src").or_else(|| tag.get("data")).unwrap_or_default().to_owned();
        let poster = tag.get("poster").and_then(|poster| within(self.page, poster));
        let poster = poster.filter(|_| self.fit < Fit::Without);
        if let Some(data) = poster.and_then(|poster| self.shelf.data(&poster)) {
            self.own(&format!("<img alt=\"\" src=\"{data}\">"));
        }
        let kind = if tag.name == "embed" { "object" } else { &tag.name };
        let said = format!("{kind} {src}").trim_end().to_owned();
        self.leave_out(said);
        self.skip(tag);
    }

    /// Names what the file cannot hold, in its place.
    fn leave_out(&mut self, what: String) {
        let mut note = String::from("<span class=\"rv-instead\">[Not in this file: ");
        escape(&mut note, &what);
        note.push_str("]</span>");
        self.push(HtmlPiece::Own(note));
        self.made.left_out.push(what);
    }

    fn picture(&mut self, mut tag: StartTag) {
        let src = tag.get("src").unwrap_or_default().to_owned();
        let small = tag.get("srcset").and_then(smallest).filter(|_| self.fit == Fit::Small);
        for name in ["srcset", "sizes", "loading"] {
            tag.remove(name);
        }
        if src.starts_with("data:") {
            return self.push(HtmlPiece::Start(tag));
        }
        let shown = small.or(Some(src.clone())).filter(|_| self.fit < Fit::Without);
        let data = shown.and_then(|shown| self.shelf.data(&within(self.page, &shown)?));
        match data {
            Some(data) => {
                tag.set("src", &data);
                self.push(HtmlPiece::Start(tag));
            }
            None => {
                let alt = tag.get("alt").unwrap_or_default();
                self.leave_out(format!("picture {src} ({alt})"));
            }
        }
    }

    /// What a drawing within the page brings in.
    fn drawn(&mut self, mut tag: StartTag) {
        for name in ["href", "xlink:href"] {
            let Some(href) = tag.get(name).filter(|href| !href.starts_with('#')) else { continue };
            let data = within(self.page, href).and_then(|path| self.shelf.data(&path));
            match data.filter(|_| self.fit < Fit::Without) {
                Some(data) => tag.set(name, &data),
                None => tag.remove(name),
            }
        }
        self.push(HtmlPiece::Start(tag));
    }

    fn anchor(&mut self, mut tag: StartTag) {
        let href = tag.get("href").map(ToOwned::to_owned);
        let listed = href.filter(|href| !href.starts_with('#')).map(|href| {
            let to = match within(self.page, &href) {
                Some(path) => {
                    let tail = href.find(['?', '#']).map_or("", |at| &href[at..]).to_owned();
                    match (self.in_pack)(&path) {
                        Some(own) => tag.set("href", &format!("{own}{}", fragment(&tail))),
                        None => tag.remove("href"),
                    }
                    LinkTo::Output(path, tail)
                }
                None => LinkTo::Address(href),
            };
            let link = FoundLink { text: String::new(), to, in_text: self.in_text };
            self.made.links.push(link);
            self.made.links.len() - 1
        });
        tag.remove("target");
        if tag.name == "a" {
            self.open_links.push(listed);
        }
        self.push(HtmlPiece::Start(tag));
    }
}

/// Whether readers somewhere read what an element of this name says: in a search, in a message.
fn is_read(name: &str) -> bool {
    let technical = ["viewport", "color-scheme", "referrer", "generator", "robots", "theme-color"];
    let is_technical = technical.contains(&name)
        || [":type", ":width", ":height", ":card", ":locale"].iter().any(|end| name.ends_with(end));
    !is_technical
}

/// The part of an address's tail that a file on disk knows.
fn fragment(tail: &str) -> &str {
    tail.find('#').map_or("", |at| &tail[at..])
}

/// Attributes that run something, fetch something, or let nobody read on.
fn is_unwanted(name: &str) -> bool {
    name.starts_with("on")
        || matches!(
            name,
            "integrity" | "nonce" | "ping" | "manifest" | "background" | "formaction" | "autofocus"
        )
}

/// The address of the narrowest picture of a `srcset`.
fn smallest(srcset: &str) -> Option<String> {
    let sizes = srcset.split(", ").filter_map(|one| {
        let (address, width) = one.trim().rsplit_once(' ')?;
        Some((width.trim_end_matches('w').parse::<u32>().ok()?, address.to_owned()))
    });
    sizes.min().map(|(_, address)| address)
}

/// The text of a page between its seams: where it begins and ends among the pieces.
pub(crate) fn text_of(pieces: &[HtmlPiece]) -> Option<std::ops::Range<usize>> {
    let is = |piece: &HtmlPiece, mark: &str| match piece {
        HtmlPiece::Comment(said) => mark == format!("<!--{said}-->"),
        _ => false,
    };
    let start = pieces.iter().position(|piece| is(piece, seam::TEXT))?;
    let end = pieces.iter().rposition(|piece| is(piece, seam::TEXT_END))?;
    (start < end).then_some(start + 1..end)
}

/// The pieces of an output that is a page; `None` where there is none.
pub(crate) fn pieces_of(shelf: &Shelf<'_>, path: &str) -> Option<Vec<HtmlPiece>> {
    Some(read(&shelf.text(path)?))
}
