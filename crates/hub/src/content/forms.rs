//! A page's text in other forms than the HTML that is kept: written from its source when it is
//! asked for.

use super::markdown::PageText;
use super::once::Library;
use super::writer::{Plain, PlainText, Writer};
use super::{Body, Document, as_text, fence, readers, weave};
use crate::config::fields::{FRONT_CODES, Reader};
use crate::config::{Config, PersonaIx};

/// The HTML of a text without front matter and directives, with its raw HTML as it was written:
/// what the Markdown parser is answerable for. Pages never get this; tests compare with it.
pub fn untended(source: &str) -> Body {
    weave::untended(PageText { source, ..PageText::default() })
}

impl Document {
    /// What the page says to a persona, as plain text; `None` for a page that is on no site.
    /// `bytes`, `config` and `library` are those that the document was read from.
    pub fn plain_text(
        &self,
        bytes: &[u8],
        config: &Config,
        library: &Library,
        persona: PersonaIx,
    ) -> Option<PlainText> {
        self.written(bytes, (config, library), persona, &Plain)
    }

    /// What the page says to a persona in the form that `writer` makes.
    fn written<W: Writer>(
        &self,
        bytes: &[u8],
        (config, library): (&Config, &Library),
        persona: PersonaIx,
        writer: &W,
    ) -> Option<W::Form> {
        let facets = &self.facets;
        if facets.blocked {
            return None;
        }
        // What there was to say about the file was said when it was read.
        let text = as_text(bytes, &mut Reader::new(&facets.file, FRONT_CODES));
        let body = fence::split(&text).body;
        let readers = readers(config, &facets.front, facets.lang());
        let page =
            PageText { source: &text[body..], offset: body, title: &facets.front.title, top: 0 };
        let context = weave::Context::new(&readers, library);
        let variants = weave::write_for(page, context, writer);
        variants.into_iter().nth(facets.variant(persona))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::directives::{Attribute, AttributeKind, Declaration, Form, Label};
    use crate::config::{self, PlanFiles, TextFile, directives::Directives};
    use crate::content::{Cite, Fill, Library, read};
    use etappe_base::path::HubPath;

    fn config() -> Config {
        let hub = HubPath::literal("hub.toml");
        let cards = ["personas/gp.toml", "personas/nurse.toml"].map(HubPath::literal);
        let text = "title = \"T\"\nlanguages = [\"en\"]\n[[stages]]\nid = \"use\"\nlabel = \"U\"\n";
        let cards: Vec<TextFile<'_>> =
            cards.iter().map(|path| TextFile { path, text: "label = \"L\"\n" }).collect();
        let hub = Some(TextFile { path: &hub, text });
        let files = PlanFiles { hub, personas: &cards, ..PlanFiles::default() };
        let mut config = config::read(files).0.expect("the hub is right");
        let href = Attribute {
            name: "href".into(),
            kind: AttributeKind::Text,
            required: false,
            default: None,
        };
        let any = Declaration {
            forms: Form::ALL.to_vec(),
            aliases: Vec::new(),
            label: Label::Optional,
            attributes: vec![href],
            inside: None,
        };
        config.set_directives(Directives([("tip".to_owned(), any)].into()));
        config
    }

    /// What a persona is told, with each gap in braces.
    fn said_to(persona: u16, markdown: &str) -> String {
        let config = config();
        let page = format!("+++\ntitle = 'T'\npersonas = 'all'\nstage = 'use'\n+++\n{markdown}");
        let file = HubPath::literal("content/a.md");
        let (document, _) = read(&file, page.as_bytes(), &config, &[]);
        let plain = document
            .plain_text(page.as_bytes(), &config, &Library::default(), PersonaIx(persona))
            .unwrap_or_else(|| panic!("{markdown} is on no site"));
        let filled = |fill| match fill {
            Fill::Link(at) => format!("{{to {}}}", plain.links[at as usize].dest),
            Fill::Word(word) => format!("{{{}}}", word.string()),
            Fill::Citation(at) => {
                let cites: Vec<&Cite> = plain.citations[at as usize].cites.iter().collect();
                format!("{{{}}}", Cite::written(&cites))
            }
            Fill::Open(at) => format!("{{{}:", plain.directives[at as usize].name),
            Fill::Content => "|".to_owned(),
            Fill::Close => "}".to_owned(),
            Fill::Part(_) | Fill::PartEnd | Fill::Reused(_) | Fill::ReusedEnd => {
                panic!("plain text has no seams: {markdown}")
            }
        };
        let pieces = plain.pieces().map(|(text, fill)| match fill {
            Some(fill) => format!("{text}{}", filled(fill)),
            None => text.to_owned(),
        });
        pieces.collect()
    }

    fn check(markdown: &str, expected: &str) {
        assert_eq!(said_to(0, markdown), expected, "{markdown}");
    }

    #[test]
    fn blocks_are_parted_by_empty_lines() {
        check(
            "## A *b* `c`\n\nOne\ntwo\\\nthree.\n\n---\n\nA\nb\n---\n\nEnd\n",
            "A b c\n\nOne two\nthree.\n\n---\n\nA b\n\nEnd\n",
        );
        check("", "");
    }

    #[test]
    fn emphasis_and_characters_are_text() {
        check("*a* **b** ~~c~~ `<d>` &amp; &lt;e&gt; \\*", "a b c <d> & <e> *\n");
    }

    #[test]
    fn items_begin_with_their_marks() {
        check("- a\n- b\n  - c\n\n3. d\n4. e\n", "- a\n- b\n  - c\n\n3. d\n4. e\n");
        check("- a\n\n  b\n\n- c\n", "- a\n\n  b\n\n- c\n");
        check("- [x] a\n- [ ] b\n", "- [x] a\n- [ ] b\n");
        check("-\n- a\n\nb\n", "-\n- a\n\nb\n");
    }

    #[test]
    fn quotes_and_alerts_are_marked_on_every_line() {
        check("> a\n>\n> - b\n>   c\n\nd\n", "> a\n>\n> - b c\n\nd\n");
        check("> [!TIP]\n> a\n", "> {alert_tip}\n>\n> a\n");
    }

    #[test]
    fn rows_of_tables_are_lines() {
        check("|a|b|\n|-|-:|\n|1|*2*|\n||3|\n\nc\n", "a | b\n1 | 2\n | 3\n\nc\n");
    }

    #[test]
    fn definitions_stand_below_their_terms() {
        check("a\n: b\n: c\n\nd\n: e\n", "a\n: b\n: c\nd\n: e\n");
    }

    #[test]
    fn code_keeps_its_lines() {
        check("a\n\n```rust\nfn b() {\n\n    c\n}\n```\n", "a\n\nfn b() {\n\n    c\n}\n");
        check("- a\n\n  ```\n  b\n    c\n  ```\n", "- a\n\n  b\n    c\n");
    }

    #[test]
    fn footnotes_stand_at_the_end_by_letter() {
        check(
            "a[^x] b[^y] c[^x]\n\n[^y]: Y.\n\n[^x]: X.\n\n    More.\n",
            "a[a] b[b] c[a]\n\n{footnotes}\n\n[a] X.\n\n    More.\n\n[b] Y.\n",
        );
    }

    #[test]
    fn images_are_their_descriptions() {
        check("![a *b*](c.png \"t\") d ![](e.png)", "[a b] d \n");
    }

    #[test]
    fn links_say_where_they_lead() {
        check("[a](b.md) c", "a{to b.md} c\n");
        check("[a](https://x.example/) [d](#e)", "a (https://x.example/) d\n");
        check(
            "<https://x.example> <m@x.example> [m](mailto:m@x.example)",
            "https://x.example m@x.example m (mailto:m@x.example)\n",
        );
        check("[![a](b.png)](c.md)", "[a]{to c.md}\n");
    }

    #[test]
    fn raw_html_is_read_as_readers_see_it() {
        check("a <b>c</b><!-- d --> e", "a c e\n");
        check("<div>\n<p>a</p><script>b</script>\n<p>c</p>\n</div>\n\nd\n", "a c\n\nd\n");
    }

    #[test]
    fn citations_leave_gaps() {
        check("a [@b, p. 4] [c [@d]](e.md)", "a {[@b, p. 4]} c {to e.md}{[@d]}\n");
    }

    #[test]
    fn directives_leave_gaps_around_label_and_content() {
        check(":::tip[A *b*]\nc\n\nd\n:::\n\ne\n", "{tip:A b\n|\nc\n\nd\n}\ne\n");
        check("a\n\n:::tip\nb\n:::\n", "a\n\n{tip:|b\n}");
        check("::tip[a]\n\nb\n", "{tip:a\n|}\nb\n");
        check("a :tip[b]{href=c} d", "a {tip:b|} d\n");
    }

    #[test]
    fn text_that_is_no_directive_stays_as_it_is() {
        check("a\n\n:::unknown\nb\n:::\n", "a\n\n:::unknown\n\nb\n\n:::\n");
    }

    #[test]
    fn everybody_is_told_what_is_for_them() {
        let text =
            "a :for[b]{persona=gp}\n\n:::for{persona=nurse}\n- c[^1]\n:::\n\n- d\n\n[^1]: E.\n";
        assert_eq!(said_to(0, text), "a b\n\n- d\n");
        assert_eq!(said_to(1, text), "a \n\n- c[a]\n\n- d\n\n{footnotes}\n\n[a] E.\n");
    }
}
