//! Atom feeds (RFC 4287) and sitemaps (sitemaps.org 0.9, with hreflang links), well-formed by construction.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::view::feed::{FeedEntry, FeedInputs, SitemapInputs, SitemapUrl};

const SOUND: &str = "writing to memory does not fail";

type Xml<'o> = Writer<&'o mut Vec<u8>>;

pub fn atom(feed: &FeedInputs<'_>, out: &mut Vec<u8>) {
    let mut xml = begin(out);
    let root = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom")).with_attribute(("xml:lang", feed.lang));
    root.write_inner_content(|xml| {
        text(xml, "title", &feed.title)?;
        text(xml, "id", &feed.home)?;
        text(xml, "updated", &feed.updated)?;
        link(xml, "alternate", &feed.home)?;
        link(xml, "self", &feed.own)?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", feed.author))?;
        feed.entries.iter().try_for_each(|one| entry(xml, one))
    })
    .expect(SOUND);
    out.push(b'\n');
}

fn entry(xml: &mut Xml<'_>, entry: &FeedEntry<'_>) -> io::Result<()> {
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "title", entry.title)?;
        text(xml, "id", &entry.url)?;
        link(xml, "alternate", &entry.url)?;
        if let Some(published) = &entry.published {
            text(xml, "published", published)?;
        }
        text(xml, "updated", &entry.updated)?;
        if entry.summary.is_empty() { Ok(()) } else { text(xml, "summary", entry.summary) }
    })?;
    Ok(())
}

pub fn sitemap(sitemap: &SitemapInputs, out: &mut Vec<u8>) {
    let mut xml = begin(out);
    let root = xml
        .create_element("urlset")
        .with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"))
        .with_attribute(("xmlns:xhtml", "http://www.w3.org/1999/xhtml"));
    root.write_inner_content(|xml| sitemap.urls.iter().try_for_each(|one| url(xml, one))).expect(SOUND);
    out.push(b'\n');
}

fn url(xml: &mut Xml<'_>, url: &SitemapUrl) -> io::Result<()> {
    xml.create_element("url").write_inner_content(|xml| {
        text(xml, "loc", &url.loc)?;
        if let Some(lastmod) = &url.lastmod {
            text(xml, "lastmod", lastmod)?;
        }
        url.alternates.iter().try_for_each(|(lang, href)| {
            let link = xml.create_element("xhtml:link").with_attribute(("rel", "alternate"));
            link.with_attribute(("hreflang", lang.as_str())).with_attribute(("href", href.as_str())).write_empty().map(|_| ())
        })
    })?;
    Ok(())
}

fn begin(out: &mut Vec<u8>) -> Xml<'_> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))).expect(SOUND);
    xml
}

fn text(xml: &mut Xml<'_>, name: &str, text: &str) -> io::Result<()> {
    // XML has no way to say control characters.
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect();
    xml.create_element(name).write_text_content(BytesText::new(&clean)).map(|_| ())
}

fn link(xml: &mut Xml<'_>, rel: &str, href: &str) -> io::Result<()> {
    xml.create_element("link").with_attribute(("rel", rel)).with_attribute(("href", href)).write_empty().map(|_| ())
}
