//! Feeds: Atom (RFC 4287), well-formed by construction, and JSON Feed 1.1.

use std::io;

use serde::Serialize;

use super::xml::{SOUND, Xml, begin, link, text};
use crate::view::feed::{FeedEntry, FeedForm, FeedInputs};

pub(super) fn feed(feed: &FeedInputs<'_>, out: &mut Vec<u8>) {
    match feed.form {
        FeedForm::Atom => atom(feed, out),
        FeedForm::Json => json(feed, out),
    }
}

#[derive(Serialize)]
struct JsonFeed<'f> {
    version: &'static str,
    title: &'f str,
    home_page_url: &'f str,
    feed_url: &'f str,
    language: &'f str,
    authors: [JsonAuthor<'f>; 1],
    items: Vec<JsonItem<'f>>,
}

#[derive(Serialize)]
struct JsonAuthor<'f> {
    name: &'f str,
}

#[derive(Serialize)]
struct JsonItem<'f> {
    id: &'f str,
    url: &'f str,
    title: &'f str,
    /// The format requires some content in every entry.
    content_text: &'f str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'f str>,
    date_modified: &'f str,
}

fn json(feed: &FeedInputs<'_>, out: &mut Vec<u8>) {
    let json = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.home,
        feed_url: &feed.own,
        language: feed.lang,
        authors: [JsonAuthor { name: feed.author }],
        items: feed.entries.iter().map(json_item).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &json).expect(SOUND);
    out.push(b'\n');
}

fn json_item<'f>(entry: &'f FeedEntry<'_>) -> JsonItem<'f> {
    JsonItem {
        id: &entry.url,
        url: &entry.url,
        title: entry.title,
        content_text: if entry.summary.is_empty() { entry.title } else { entry.summary },
        date_published: entry.published.as_deref(),
        date_modified: &entry.updated,
    }
}

fn atom(feed: &FeedInputs<'_>, out: &mut Vec<u8>) {
    let mut xml = begin(out);
    let root = xml
        .create_element("feed")
        .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
        .with_attribute(("xml:lang", feed.lang));
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
