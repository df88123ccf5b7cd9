//! The pack's own HTML: what is said around pages, in English, as reports are.

use etappe_base::visible::harmless;
use etappe_hub::content::escape;

/// HTML being written.
#[derive(Default)]
pub(crate) struct Paper {
    out: String,
}

impl Paper {
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Markup of this program's own.
    pub(crate) fn raw(&mut self, html: &str) -> &mut Self {
        self.out.push_str(html);
        self
    }

    /// Any other text, escaped.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        escape(&mut self.out, &harmless(text));
        self
    }

    pub(crate) fn element(&mut self, name: &str, text: &str) -> &mut Self {
        self.raw("<").raw(name).raw(">").text(text).raw("</").raw(name).raw(">\n")
    }

    /// A link within the pack.
    pub(crate) fn link(&mut self, href: &str, text: &str) -> &mut Self {
        self.raw("<a href=\"").text(href).raw("\">").text(text).raw("</a>")
    }

    /// A row of a list of facts; nothing where there is nothing to say.
    pub(crate) fn fact(&mut self, name: &str, value: &str) -> &mut Self {
        match value.is_empty() {
            true => self,
            false => self.fact_html(name, &escaped(value)),
        }
    }

    /// As [`Self::fact`], with a value that is HTML.
    pub(crate) fn fact_html(&mut self, name: &str, value: &str) -> &mut Self {
        self.raw("<div><dt>").text(name).raw("</dt><dd>").raw(value).raw("</dd></div>\n")
    }

    /// A table. Cells are HTML; where there are no rows, `none` is said instead.
    pub(crate) fn table(
        &mut self,
        name: &str,
        head: &[&str],
        rows: &[Vec<String>],
        none: &str,
    ) -> &mut Self {
        if rows.is_empty() {
            return self.element("p", none);
        }
        self.raw("<div class=\"rv-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"")
            .text(name)
            .raw("\"><table>\n<thead><tr>");
        head.iter().for_each(|cell| {
            self.raw("<th scope=\"col\">").text(cell).raw("</th>");
        });
        self.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.raw("<tr>");
            row.iter().for_each(|cell| {
                self.raw("<td>").raw(cell).raw("</td>");
            });
            self.raw("</tr>\n");
        }
        self.raw("</tbody></table></div>\n")
    }
}

/// Text as HTML takes it.
pub(crate) fn escaped(text: &str) -> String {
    Paper::default().text(text).out.clone()
}

/// A digest, which breaks where the line ends.
pub(crate) fn digest(text: &str) -> String {
    format!("<code class=\"rv-digest\">{}</code>", escaped(text))
}

/// An address, which breaks where the line ends.
pub(crate) fn address(text: &str) -> String {
    format!("<span class=\"rv-url\">{}</span>", escaped(text))
}

/// A name of the hub's own.
pub(crate) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// A text as a string of a style sheet.
pub(crate) fn css_text(text: &str) -> String {
    let mut out = String::from("\"");
    for c in harmless(text).chars() {
        match c {
            '"' | '\\' | '<' => out.push_str(&format!("\\{:x} ", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The styles of the pack.
const STYLE: &str = include_str!("review.css");

/// The styles of a file, with what stands at the foot of each printed sheet.
pub(crate) fn style(foot: &str) -> String {
    format!(
        "<style>\n{STYLE}@page{{size:A4;margin:16mm 14mm 20mm;@bottom-left{{content:{};font:8pt/1.3 \
         sans-serif;color:#333;width:82%;text-align:left}}@bottom-right{{content:counter(page) \
         \" / \" counter(pages);font:8pt sans-serif;color:#333}}}}\n</style>\n",
        css_text(foot)
    )
}

/// What no browser may do with a file: run, fetch, send.
pub(crate) const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
     img-src data:; font-src data:; form-action 'none'; base-uri 'none'\">\n\
     <meta name=\"robots\" content=\"noindex\">\n<meta name=\"referrer\" content=\"no-referrer\">\n";

/// A whole document of the pack's own.
pub(crate) fn document(title: &str, foot: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{POLICY}<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n{}</head>\n<body class=\"rv-plain\">\n\
         <main class=\"rv\">\n{body}</main>\n</body>\n</html>\n",
        escaped(title),
        style(foot)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_string_that_it_stands_in() {
        assert_eq!(css_text("a\"b\\c</style>\n"), "\"a\\22 b\\5c c\\3c /style>␊\"");
        assert_eq!(escaped("<a&\"b\">\u{202e}"), "&lt;a&amp;&quot;b&quot;&gt;\u{fffd}");
    }
}
