//! Whether an output that stands names a page: by its title, or by its address. Judged from the
//! bytes alone, for a day on which nothing can be rendered.

use quick_xml::escape::{resolve_html5_entity, unescape_with};

use etappe_base::path;

/// The titles and addresses that the pages are known by.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// As [`folded`] gives them.
    titles: Vec<String>,
    /// Below the web root, without `index.html`.
    addresses: Vec<String>,
}

/// Characters that separate pieces of a text output, each of which could be an address.
const BORDERS: [char; 9] = ['"', '\'', '<', '>', '(', ')', '\n', ' ', '='];

impl Names {
    pub(super) fn title(&mut self, title: &str) {
        let folded = folded(title);
        if !folded.is_empty() && !self.titles.contains(&folded) {
            self.titles.push(folded);
        }
    }

    /// Adds the title in an output of the page, from its main heading.
    pub(super) fn headed(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let heading = text
            .split_once("<h1")
            .and_then(|(_, rest)| rest.split_once('>')?.1.split_once("</h1>"));
        if let Some((heading, _)) = heading {
            self.title(&decoded(&without_tags(heading)));
        }
    }

    /// Adds the address of an output of the page.
    pub(super) fn output(&mut self, path: &str) {
        self.addresses.push(folder(path).to_lowercase());
    }

    /// Whether the output at `path` names any of the pages.
    pub(super) fn stand_in(&self, path: &str, bytes: &[u8]) -> bool {
        let text = decoded(&String::from_utf8_lossy(bytes));
        let words = folded(&text);
        self.titles.iter().any(|title| has_words(&words, title)) || self.is_linked(path, &text)
    }

    fn is_linked(&self, path: &str, text: &str) -> bool {
        let own = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // Search data hold addresses from the site's root.
        let is_data = path.ends_with(".json");
        let is_address = |piece: &str| {
            let piece = path::decode(piece.split(['#', '?']).next().unwrap_or_default());
            match piece.split_once("://") {
                // If a persona has a host of its own, its folder is no part of the address.
                Some((_, rest)) => {
                    rest.split_once('/').is_some_and(|(_, below)| self.is_address(below))
                }
                None => {
                    path::join(own, &piece).is_some_and(|target| self.is_address(&target))
                        || (is_data && self.is_address(&piece))
                }
            }
        };
        text.split(BORDERS).filter(|piece| piece.contains(['/', '.'])).any(is_address)
    }
}

impl Names {
    fn is_address(&self, target: &str) -> bool {
        let target = folder(target.trim_start_matches('/')).to_lowercase();
        !target.is_empty() && self.addresses.iter().any(|address| ends_with(address, &target))
    }
}

/// Whether `address` is `target`, or `target` below a persona's folder.
fn ends_with(address: &str, target: &str) -> bool {
    address.strip_suffix(target).is_some_and(|before| {
        before.is_empty() || (before.ends_with('/') && before.matches('/').count() == 1)
    })
}

/// The address of an output, without `index.html` and without a slash at its end.
fn folder(path: &str) -> &str {
    path.strip_suffix("index.html").unwrap_or(path).trim_end_matches('/')
}

/// Whether an output is a text that readers or programs read.
pub(super) fn is_text(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["html", "xml", "atom", "json", "txt", "md", "js", "webmanifest"].contains(&extension)
}

fn without_tags(html: &str) -> String {
    let parts = html.split('<').enumerate();
    parts
        .map(
            |(at, part)| {
                if at == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) }
            },
        )
        .collect()
}

/// The text with the escapes of HTML, XML and JSON resolved.
fn decoded(text: &str) -> String {
    // Resolved piece by piece: a faulty reference must not hide the others.
    let piece = |piece: &str| match piece.split_once(';') {
        Some((name, rest)) => match unescape_with(&format!("&{name};"), resolve_html5_entity) {
            Ok(meant) => format!("{meant}{rest}"),
            Err(_) => format!("&{piece}"),
        },
        None => format!("&{piece}"),
    };
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    pieces.for_each(|text| plain.push_str(&piece(text)));
    if plain.contains('\\') { without_escapes(&plain) } else { plain }
}

/// The text with the escapes of JSON resolved: `\u00e9`, `\/` and the like.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let code = after
            .strip_prefix('u')
            .and_then(|code| u32::from_str_radix(code.get(..4)?, 16).ok())
            .and_then(char::from_u32);
        rest = match (code, after.chars().next()) {
            (Some(letter), _) => {
                plain.push(letter);
                &after[5..]
            }
            (None, Some(letter)) => {
                plain.push(if matches!(letter, 'n' | 'r' | 't') { ' ' } else { letter });
                &after[letter.len_utf8()..]
            }
            (None, None) => after,
        };
    }
    plain.push_str(rest);
    plain
}

/// The words of a text in lower case, with single spaces, without invisible marks.
fn folded(text: &str) -> String {
    let seen: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}'))
        .collect();
    seen.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `words` stand in `text` as whole words.
fn has_words(text: &str, words: &str) -> bool {
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(words).any(|(at, found)| {
        let (first, last) = (words.chars().next(), words.chars().next_back());
        let joined_before = is_word(first) && is_word(text[..at].chars().next_back());
        let joined_after = is_word(last) && is_word(text[at + found.len()..].chars().next());
        !joined_before && !joined_after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.title("Dose & rest: the “new” scheme");
        names.output("gp/service/dose/index.html");
        names
    }

    #[test]
    fn a_title_is_seen_however_it_is_written() {
        for text in [
            "<h2>Dose &amp; rest: the “new” scheme</h2>",
            "<h2>dose &#38; REST: the\n  &ldquo;new&rdquo; scheme</h2>",
            "{\"title\":\"Dose \\u0026 rest: the \\u201cnew\\u201d scheme\"}",
            "Read Dose & rest: the “new” scheme, please.",
            "<a>Do\u{ad}se &AMP; rest: the “new” scheme</a>",
        ] {
            assert!(names().stand_in("index.html", text.as_bytes()), "{text}");
        }
        for text in
            ["<h2>Dose</h2>", "Overdose & rest: the “new” scheme", "Dose & rest: the “new” schemes"]
        {
            assert!(!names().stand_in("index.html", text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn an_address_is_seen_from_wherever_it_is_linked() {
        for (path, text) in [
            ("gp/index.html", "<a href=\"service/dose/\">"),
            ("gp/index.html", "<a href=service/dose/index.html>"),
            ("gp/service/rest/index.html", "<a href='../dose/#when'>"),
            ("gp/nl/service/rest/index.html", "<a href='../../../service/dose/'>"),
            ("gp/sitemap.xml", "<loc>https://hub.example/gp/service/dose/</loc>"),
            ("gp/sitemap.xml", "<loc>https://gp.example/service/dose/</loc>"),
            ("gp/search/index.json", "{\"path\":\"\\/gp\\/service\\/dose\\/\"}"),
            ("gp/search/index.json", "{\"path\":\"service/dose/\"}"),
            ("gp/llms.txt", "- [Other words](https://hub.example/gp/service/D%6Fse/): x"),
        ] {
            assert!(names().stand_in(path, text.as_bytes()), "{path}: {text}");
        }
        for (path, text) in [
            ("gp/index.html", "<a href=\"service/doses/\">"),
            ("gp/index.html", "<a href=\"service/\">"),
            ("nurse/index.html", "<a href=\"care/dose/\">"),
            ("nurse/sitemap.xml", "<loc>https://hub.example/gp/service/rest/</loc>"),
        ] {
            assert!(!names().stand_in(path, text.as_bytes()), "{path}: {text}");
        }
    }
}
