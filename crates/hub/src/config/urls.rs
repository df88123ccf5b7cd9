//! The pattern of page URLs below a persona's site: `{stage}/{slug}` unless hub.toml says
//! otherwise.

use std::str::FromStr;

use super::keys::{Form, Formed, Parsed};
use super::known::Known;
use etappe_base::unusable::Unusable;

/// A checked pattern, which always holds `{slug}` or `{path}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UrlPattern {
    parts: Vec<Vec<Piece>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Stage,
    Slug,
    Dir,
    Path,
    Literal(String),
}

/// What the tokens stand for on one page. Every text is made of URL-safe parts.
#[derive(Clone, Copy, Debug)]
pub struct UrlParts<'p> {
    /// The slug of the page's first stage, in the language of the page.
    pub stage: &'p str,
    /// From front matter, or else from the name of the file.
    pub slug: &'p str,
    /// The page's folders as slugs, without slashes at the ends; empty where it is in none.
    pub dir: &'p str,
}

impl Default for UrlPattern {
    fn default() -> Self {
        Self { parts: vec![vec![Piece::Stage], vec![Piece::Slug]] }
    }
}

impl UrlPattern {
    /// The folder of a page below its site, without slashes at the ends; empty parts are left out.
    pub fn expand(&self, with: UrlParts<'_>) -> String {
        let mut url = String::with_capacity(64);
        for part in &self.parts {
            let before = url.len();
            if before > 0 {
                url.push('/');
            }
            let start = url.len();
            for piece in part {
                match piece {
                    Piece::Stage => url.push_str(with.stage),
                    Piece::Slug => url.push_str(with.slug),
                    Piece::Dir => url.push_str(with.dir),
                    Piece::Path if with.dir.is_empty() => url.push_str(with.slug),
                    Piece::Path => {
                        url.push_str(with.dir);
                        url.push('/');
                        url.push_str(with.slug);
                    }
                    Piece::Literal(text) => url.push_str(text),
                }
            }
            if url.len() == start {
                url.truncate(before);
            }
        }
        url
    }
}

keys! {
    /// `[urls]`, as it is written.
    pub(super) struct UrlKeys("[urls]") in Known {
        /// The address of a page below a persona's site, of {stage}, {slug}, {path} and {dir}.
        page: Parsed<UrlPattern> = "page", usually("{stage}/{slug}");
    }
}

impl Formed for UrlPattern {
    const FORM: Form = Form::UrlPattern;
}

impl FromStr for UrlPattern {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        let parts: Vec<Vec<Piece>> =
            text.trim_matches('/').split('/').map(pieces).collect::<Result<_, _>>()?;
        let names_page =
            parts.iter().flatten().any(|piece| matches!(piece, Piece::Slug | Piece::Path));
        if !names_page {
            return Err(Unusable::plain(
                "a page's URL needs `{slug}` or `{path}`, or all pages would share one",
            ));
        }
        Ok(Self { parts })
    }
}

fn pieces(part: &str) -> Result<Vec<Piece>, Unusable> {
    if part.is_empty() {
        return Err(Unusable::plain("there is an empty part between two slashes"));
    }
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some(open) = rest.find('{') {
        literal(&rest[..open], &mut pieces)?;
        let close =
            rest[open..].find('}').ok_or_else(|| Unusable::plain("a `{` is not closed"))? + open;
        pieces.push(match &rest[open..=close] {
            "{stage}" => Piece::Stage,
            "{slug}" => Piece::Slug,
            "{dir}" => Piece::Dir,
            "{path}" => Piece::Path,
            other => {
                return Err(Unusable::new(
                    format!("`{other}` is no token"),
                    "there are {stage}, {slug}, {path} and {dir}",
                ));
            }
        });
        rest = &rest[close + 1..];
    }
    literal(rest, &mut pieces)?;
    Ok(pieces)
}

fn literal(text: &str, pieces: &mut Vec<Piece>) -> Result<(), Unusable> {
    if text.is_empty() {
        return Ok(());
    }
    let safe =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if !text.chars().all(safe) || text.chars().all(|c| c == '.') {
        return Err(Unusable::plain(format!(
            "`{text}` may hold only lower-case letters, digits, hyphens and underscores"
        )));
    }
    pieces.push(Piece::Literal(text.to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: &str) {
        let parts = UrlParts { stage: "service", slug: "mri", dir: "" };
        let deep = UrlParts { dir: "a/b", ..parts };
        let pattern: UrlPattern = pattern.parse().unwrap();
        assert_eq!(format!("{} {}", pattern.expand(parts), pattern.expand(deep)), expected);
    }

    #[test]
    fn tokens_stand_for_parts_and_empty_parts_vanish() {
        check("{stage}/{slug}", "service/mri service/mri");
        check("{stage}/{path}", "service/mri service/a/b/mri");
        check("{dir}/{slug}", "mri a/b/mri");
        check("info/{stage}-{slug}/", "info/service-mri info/service-mri");
    }

    #[test]
    fn patterns_that_cannot_work_are_refused() {
        for bad in ["", "{stage}", "{stag}/{slug}", "{slug", "a//{slug}", "../{slug}", "A/{slug}"] {
            assert!(bad.parse::<UrlPattern>().is_err(), "{bad}");
        }
    }
}
