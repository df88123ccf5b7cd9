//! Links to pages and images, and old addresses of the page itself.

use std::marker::PhantomData;

use crate::config::Config;
use crate::config::fields::{Fields, Reader};
use crate::config::keys::{Form, ReadIn, Shape, Source, WrittenValue};
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
        let path = alias.value.trim_matches('/').trim_end_matches("/index.html").to_owned();
        let clean = etappe_base::path::OutPath::new(&path).is_some()
            && !path.contains(['?', '#', ':'])
            && path.split('/').all(|part| part.len() <= 200);
        if clean {
            good.push(Spanned { value: path, span: alias.span });
        } else {
            let help =
                "write the old path below the persona's site: `/service/old-name/`".to_owned();
            reader.invalid(
                alias.span,
                format!("`{}` cannot be an alias.", alias.value),
                Some(help),
            );
        }
    }
    good
}
