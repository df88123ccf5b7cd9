//! Links to pages and images, and old addresses of the page itself.

use std::marker::PhantomData;

use crate::config::Config;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Source, WrittenValue};
use etappe_base::path;
use etappe_base::slug::composed;
use etappe_base::source::Spanned;

/// A page or a file, as a link to it would be written. What it leads to is known later.
pub struct Link<S>(PhantomData<S>);

/// What a link leads to.
pub trait Linked {
    /// The same as data.
    const SOURCE: Source;
}

/// A page of the hub.
pub struct Pages;

impl Linked for Pages {
    const SOURCE: Source = Source::Pages;
}

/// An image of the hub.
pub struct Images;

impl Linked for Images {
    const SOURCE: Source = Source::Images;
}

impl<S: Linked> Shape for Link<S> {
    type Value = String;
    const FORM: Form = Form::Known(S::SOURCE);
}

impl<S: Linked> ReadIn<Config> for Link<S> {
    fn read(written: WrittenValue<'_>, fields: &mut Fields<'_>, _: &Config) -> Option<String> {
        fields.reader.as_text(written.name, written.item).map(|text| text.value)
    }
}

/// Old addresses below a persona's site, without slashes at the ends.
pub struct Aliases;

impl Shape for Aliases {
    type Value = Vec<Spanned<String>>;
    const FORM: Form = Form::Aliases;
}

impl ReadIn<Config> for Aliases {
    fn read(
        written: WrittenValue<'_>,
        fields: &mut Fields<'_>,
        _: &Config,
    ) -> Option<Vec<Spanned<String>>> {
        let aliases = fields.reader.as_texts(written.name, written.item)?;
        Some(check_aliases(aliases, &mut fields.reader))
    }
}

fn check_aliases(aliases: Vec<Spanned<String>>, reader: &mut Reader) -> Vec<Spanned<String>> {
    let mut good = Vec::with_capacity(aliases.len());
    for alias in aliases {
        match clean_alias(&alias.value) {
            Ok(value) => good.push(Spanned { value, span: alias.span }),
            Err(help) => {
                let message = format!("`{}` cannot be an alias.", alias.value);
                reader.invalid(alias.span, message, Some(help.to_owned()));
            }
        }
    }
    good
}

/// The path of an old address as servers look for it: decoded, and without slashes at its ends; or
/// what to do about it.
fn clean_alias(written: &str) -> Result<String, &'static str> {
    /// Deeper paths reach the limits of file systems.
    const MOST_PARTS: usize = 20;
    let Some(decoded) = path::decode_whole(written) else {
        return Err("a percent sign begins two hexadecimal digits; one that is meant is `%25`");
    };
    if decoded.contains(['?', '#', ':']) {
        return Err("write the old path below the persona's site, without host, `?` and `#`: \
                    `/service/old-name/`");
    }
    let refused = |c: char| c.is_control() || "<>\"*;|\u{fffe}\u{ffff}".contains(c);
    if decoded.contains(refused) {
        return Err("leave out signs that servers and disks refuse, such as `<>\"*;`");
    }
    let alias = composed(decoded.trim_matches('/').trim_end_matches("/index.html")).into_owned();
    if alias.split('/').count() > MOST_PARTS {
        return Err("an alias has at most 20 parts");
    }
    let fits = |part: &str| part.len() <= 200 && part.trim() == part;
    if path::OutPath::new(&alias).is_none() || !alias.split('/').all(fits) {
        return Err("write the old path below the persona's site: `/service/old-name/`");
    }
    Ok(alias)
}
