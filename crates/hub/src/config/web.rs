//! Web addresses that hub.toml and cards name.

use super::fields::{Fields, Reader};
use super::keys::{Form, ReadIn, Shape, WrittenValue};
use etappe_base::source::Spanned;

/// A web address without a query, as it is written.
pub(super) struct Web;

impl Shape for Web {
    type Value = Spanned<String>;
    const FORM: Form = Form::Web;
}

impl<C: ?Sized> ReadIn<C> for Web {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &C) -> Option<Spanned<String>> {
        let url = fields.reader.as_text(written.name, written.item)?;
        check(&mut fields.reader, &url);
        Some(url)
    }
}

/// Why `url` cannot be a base URL, and what to do about it; `None` when it can. A base URL is
/// absolute, without query, fragment, name or password, since all readers see it.
pub fn unfit_address(url: &str) -> Option<(String, &'static str)> {
    let host = url.split_once("//").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next();
    if host.is_some_and(|host| host.contains('@')) {
        // The message does not repeat the address, since many people read reports.
        let message =
            "The address holds a name or a password, which every page would show.".to_owned();
        return Some((
            message,
            "write it without what stands before the `@`; how to log in is for the web server to \
             ask",
        ));
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_fit = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains(char::is_whitespace)
            && !rest.contains(['?', '#', '"', '<'])
    });
    (!is_fit).then(|| {
        (
            format!("`{url}` is no web address."),
            "write it as `https://hub.example`, without a query",
        )
    })
}

/// Reports an address that cannot be a base URL.
fn check(reader: &mut Reader, url: &Spanned<String>) {
    if let Some((message, help)) = unfit_address(&url.value) {
        reader.invalid(url.span, message, Some(help.to_owned()));
    }
}
