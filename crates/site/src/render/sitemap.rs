//! Sitemaps (sitemaps.org 0.9), with hreflang links, and the list of them.

use std::io;

use super::xml::{SOUND, Xml, begin, text};
use crate::view::feed::{SitemapIndexInputs, SitemapInputs, SitemapUrl};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

pub(super) fn sitemap(sitemap: &SitemapInputs, out: &mut Vec<u8>) {
    let mut xml = begin(out);
    let root = xml
        .create_element("urlset")
        .with_attribute(("xmlns", NAMESPACE))
        .with_attribute(("xmlns:xhtml", "http://www.w3.org/1999/xhtml"));
    root.write_inner_content(|xml| sitemap.urls.iter().try_for_each(|one| url(xml, one)))
        .expect(SOUND);
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
            link.with_attribute(("hreflang", lang.as_str()))
                .with_attribute(("href", href.as_str()))
                .write_empty()
                .map(|_| ())
        })
    })?;
    Ok(())
}

pub(super) fn index(index: &SitemapIndexInputs, out: &mut Vec<u8>) {
    let mut xml = begin(out);
    let root = xml.create_element("sitemapindex").with_attribute(("xmlns", NAMESPACE));
    root.write_inner_content(|xml| {
        index.sitemaps.iter().try_for_each(|url| {
            xml.create_element("sitemap").write_inner_content(|xml| text(xml, "loc", url))?;
            Ok(())
        })
    })
    .expect(SOUND);
    out.push(b'\n');
}
