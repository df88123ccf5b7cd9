//! Markdown to a form of it: the text is parsed, its directives are woven into the parser's events,
//! and each group of readers that is told the same gets a text of its own. Text is text: no
//! template syntax is ever evaluated in a body.

mod directed;
mod kind;
mod modules;
mod notes;
mod once;
mod variants;
mod weaver;
mod woven;

use std::cell::RefCell;

use pulldown_cmark::{BrokenLink, CowStr, Parser};

use super::body::Body;
use super::dialect::{self, Meaning, options};
use super::directive::condition::Readers;
use super::directive::{fences_of, hides_nothing_in};
use super::markdown::{Composer, PageText};
use super::once::{Library, Sentence, Sentences, Used};
use super::raw::Balance;
use super::remarks::Remark;
use super::writer::{Html, Writer};

/// What a text is woven by, beside itself.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub readers: &'c Readers<'c>,
    pub library: &'c Library,
    /// Modules are read without what they escape.
    pub is_bare: bool,
    /// The text is read by itself: modules are named in it, and do not stand there.
    pub is_alone: bool,
}

impl<'c> Context<'c> {
    /// For the text of a page.
    pub(super) fn new(readers: &'c Readers<'c>, library: &'c Library) -> Self {
        Self { readers, library, is_bare: false, is_alone: false }
    }
}

/// Renders a text for the readers of its page.
pub(super) fn render_for(page: PageText<'_>, context: Context<'_>) -> Rendered<Body> {
    if let Some(fences) = fences_of(page.source) {
        return directed::render(page, fences, context);
    }
    let balance = Balance::of(page.source);
    let rendered = composed(page, balance, &Html, context.library.has_claims());
    match rendered.bodies.iter().any(hides_nothing_in) {
        true => directed::render(page, Vec::new(), context),
        false => rendered,
    }
}

/// Writes a text in a form of its own, for the readers of its page. Whether the text hides what
/// it must is known only from its HTML: a page that [`render_for`] blocks is written in no form.
pub(super) fn write_for<W: Writer>(
    page: PageText<'_>,
    context: Context<'_>,
    writer: &W,
) -> Vec<W::Form> {
    let written = match fences_of(page.source) {
        Some(fences) => directed::write(page, fences, context, writer),
        None => without_directives(page, writer),
    };
    written.bodies
}

/// Writes a text with all that it tells anybody: blocks for some readers are blocks like any other.
/// With it comes what it uses of what was written once.
pub(super) fn write_whole<W: Writer>(
    page: PageText<'_>,
    context: Context<'_>,
    writer: &W,
) -> (W::Form, Vec<Used>) {
    directed::write_whole(page, fences_of(page.source).unwrap_or_default(), context, writer)
}

/// Writes a text that has no directives. With it come the ids that a fragment may name: of headings,
/// footnotes and raw HTML, sorted; and remarks on what readers will stumble over.
pub(super) fn without_directives<W: Writer>(page: PageText<'_>, writer: &W) -> Rendered<W::Form> {
    composed(page, Balance::of(page.source), writer, false)
}

/// A text without directives as the parser has it: raw HTML is as it was written.
pub(super) fn untended(page: PageText<'_>) -> Body {
    composed(page, Balance::untended(), &Html, false).bodies.remove(0)
}

/// Composes a text without directives; its sentences are gathered for a hub that has claims.
fn composed<'s, W: Writer>(
    page: PageText<'s>,
    balance: Balance<'s>,
    writer: &W,
    has_claims: bool,
) -> Rendered<W::Form> {
    let source = page.source;
    let (masked, masks) = dialect::masked(source, |_| false);
    let unresolved = RefCell::new(Vec::new());
    let note = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        let reference = masks.text(link.reference).to_string();
        unresolved.borrow_mut().push((link.link_type, reference, link.span));
        None
    };
    let mut parser =
        Parser::new_with_broken_link_callback(&masked, options(), Some(note)).into_offset_iter();
    let mut meaning = Meaning::new(source, masks);
    let mut composer = Composer::new(page);
    composer.balance = balance;
    composer.sentences = has_claims.then(Sentences::default);
    while let Some((event, range)) = parser.next() {
        if meaning.is_parsers() {
            composer.event(event, range, parser.reference_definitions());
        } else if let Some((event, range)) = meaning.of(event, range) {
            composer.event(event, range, parser.reference_definitions());
        }
    }
    composer.opaque.append(&mut meaning.comments);
    composer.remarks.definitions(source, parser.reference_definitions(), &composer.opaque);
    drop(parser);
    composer.remarks.lost_notes(source, &composer.opaque);
    composer.remarks.templates(source, &composer.opaque);
    composer.remarks.report_foreign(source);
    composer.remarks.unresolved(unresolved.into_inner());
    let sentences = composer.sentences.take().map(|sentences| sentences.finish(page.offset));
    let (text, ids, remarks) = composer.finish();
    Rendered {
        bodies: vec![writer.write(text)],
        variants: Box::default(),
        ids: Box::new([ids]),
        remarks: remarks.finish(),
        blocked: false,
        used: Vec::new(),
        sentences: sentences.unwrap_or_default(),
    }
}

/// The variants of a body in one form, and what came with them.
pub(super) struct Rendered<F> {
    pub bodies: Vec<F>,
    /// By persona: which of the bodies it is shown. Empty where there is only one.
    pub variants: Box<[u16]>,
    /// By variant: what fragments may name, sorted.
    pub ids: Box<[Box<[Box<str>]>]>,
    pub remarks: Vec<Remark>,
    /// The text cannot hide what it must, so nobody may be shown the page.
    pub blocked: bool,
    /// What it uses of what was written once, in the order of the text.
    pub used: Vec<Used>,
    /// Its sentences, in a hub that has claims; else none.
    pub sentences: Vec<Sentence>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::body::Fill;

    fn render(source: &str, offset: usize) -> Rendered<Body> {
        without_directives(PageText { source, offset, title: "The title", top: 0 }, &Html)
    }

    fn check(markdown: &str, html: &str) {
        let body = &render(markdown, 0).bodies[0];
        let mut filled = String::new();
        for (piece, fill) in body.pieces() {
            filled.push_str(piece);
            match fill {
                Some(Fill::Link(link)) => {
                    let link = &body.links[link as usize];
                    match link.kind.attribute() {
                        Some(name) => filled.push_str(&format!(" {name}=[{}]", link.dest)),
                        None => filled.push_str(&format!("[{}]", link.dest)),
                    }
                }
                Some(Fill::Word(word)) => filled.push_str(&format!("[{}]", word.string())),
                _ => {}
            }
        }
        assert_eq!(filled.trim_end(), html, "{markdown}");
    }

    fn check_spans(markdown: &str, dests: &[&str]) {
        let body = &render(&markdown[2..], 2).bodies[0];
        let found: Vec<_> = body
            .links
            .iter()
            .map(|link| &markdown[link.span.start as usize..link.span.end as usize])
            .collect();
        assert_eq!(found, dests, "{markdown}");
    }

    #[test]
    fn internal_links_leave_gaps_and_others_are_final() {
        check(
            "[a](b.md \"t\") [c](https://x.example/?a&b) [d](#e)",
            "<p><a href=[b.md] title=\"t\">a</a> <a href=\"https://x.example/?a&amp;b\">c</a> <a \
             href=\"#e\">d</a></p>",
        );
        check("![a *b*](c.png)", "<p><img src=[c.png] alt=\"a b\"></p>");
        check("<m@x.example>", "<p><a href=\"mailto:m@x.example\">m@x.example</a></p>");
        check("<div><a class=k href='b.md'>x</a></div>", "<div><a class=k href=[b.md]>x</a></div>");
        check("a <a href=\"/b/\">x</a>", "<p>a <a href=[/b/]>x</a></p>");
        check(
            "<img srcset=\"a.png 1x, https://x.example/b.png 2x\" alt>",
            "<img srcset=\"[a.png] 1x, https://x.example/b.png 2x\" alt>",
        );
    }

    #[test]
    fn spans_point_at_destinations() {
        check_spans(
            "..[a](b.md) and ![x](é.png \"t\") <https://y.example>",
            &["b.md", "é.png", "https://y.example"],
        );
        check_spans("..[a][r] [r]\n\n[r]: <c d.md>\n", &["c d.md", "c d.md"]);
        check_spans("..[![i](i.png)](p.md)", &["p.md", "i.png"]);
        check_spans("..> <div>\n> <a href=\"q.md\">\n> </div>", &["q.md"]);
    }

    #[test]
    fn tables_and_alerts_are_ready_for_themes() {
        let table = "<div class=\"table\" role=\"group\" aria-label=\"[table]\" tabindex=\"0\"><table><thead><tr><th>a</th><th class=\"right\">b</th></tr></thead><tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody></table></div>";
        check("|a|b|\n|-|-:|\n|1|2|\n", table);
        check(
            "> [!TIP]\n> x\n",
            "<blockquote class=\"markdown-alert-tip\">\n<p class=\"markdown-alert-title\">[alert_tip]</p>\n<p>x</p>\n</blockquote>",
        );
    }

    #[test]
    fn boxes_of_task_lists_have_names() {
        let list = "<ul>\n<li><input type=\"checkbox\" disabled checked aria-label=\"[task_done]\">\na</li>\n\
             <li><input type=\"checkbox\" disabled aria-label=\"[task_open]\">\nb</li>\n</ul>";
        check("- [x] a\n- [ ] b\n", list);
    }

    #[test]
    fn template_syntax_is_text() {
        check("{{ x }} {% y %}", "<p>{{ x }} {% y %}</p>");
    }

    #[test]
    fn headings_get_unique_ids() {
        check(
            "# A b\n\n## A b\n\n## C {#own}\n\n## !",
            "<h1 id=\"a-b\">A b</h1>\n<h2 id=\"a-b-1\">A b</h2>\n<h2 id=\"own\">C</h2>\n<h2 id=\"section\">!</h2>",
        );
        assert_eq!(*render("# A *b* `c`", 0).ids[0], ["a-b-c".into()]);
    }

    #[test]
    fn one_tilde_strikes_nothing() {
        check("~5 mg and ~10 mg, pO~2~", "<p>~5 mg and ~10 mg, pO~2~</p>");
        check("~x~ ~~y ~5 z~~ *~a~*", "<p>~x~ <del>y ~5 z</del> <em>~a~</em></p>");
        check("~~~\n~a~\n~~~\n", "<pre><code>~a~\n</code></pre>");
    }

    #[test]
    fn definitions_have_white_space_behind_their_colons() {
        check("Term\n:warning: text\n:x\n", "<p>Term\n:warning: text\n:x</p>");
        check("Term\n: x\n:\ty\n", "<dl>\n<dt>Term</dt>\n<dd>x</dd>\n<dd>y</dd>\n</dl>");
        check("[:a](:b) \n:c `\n:d`", "<p><a href=[:b]>:a</a>\n:c <code> :d</code></p>");
    }

    #[test]
    fn tables_may_have_tabs() {
        let rows = render("| a\t|\n|---\t|\n| b\t|\n", 0).bodies[0].html.matches("<tr>").count();
        assert_eq!(rows, 2);
        check("```\n|-\t|\n```\n", "<pre><code>|-\t|\n</code></pre>");
        check("a\n|-\t|-|", "<p>a\n|-\t|-|</p>");
    }

    #[test]
    fn braces_behind_a_heading_are_its_id_and_classes_or_text() {
        check(
            "## a {#b .c}\n\nd {.e}\n===\n",
            "<h2 id=\"b\" class=\"c\">a</h2>\n<h1 id=\"d\" class=\"e\">d</h1>",
        );
        check("## *a* {#b_c_} ##\n", "<h2 id=\"a-b_c_\"><em>a</em> {#b_c_}</h2>");
        check(
            "## *a* ## {#b}\n\n## C # {#c}\n",
            "<h2 id=\"b\"><em>a</em></h2>\n<h2 id=\"c\">C</h2>",
        );
        check("## {x} *y* {1,2}\n", "<h2 id=\"x-y-12\">{x} <em>y</em> {1,2}</h2>");
        check("## a {#b onclick=c}\n", "<h2 id=\"a-b-onclickc\">a {#b onclick=c}</h2>");
        check("## a {# b} {}\n", "<h2 id=\"a-b\">a {# b} {}</h2>");
        check("## a {#_b_}\n", "<h2 id=\"_b_\">a</h2>");
    }

    #[test]
    fn comments_reach_no_reader() {
        check("[//]: # (a)\n[//]: # \"b\"\n\nc\n[//]: # (d [e](f) *g*)\nh\n", "<p>c\nh</p>");
        check(
            "[//]: # no brackets\n\n> [//]: # (a (b)\n> c)\n> d\n",
            "<blockquote>\n<p>d</p>\n</blockquote>",
        );
        check("[comment]: # (a\n\nb)\n", "<p>b)</p>");
        check(
            "a [//]: # b\n\n```\n[//]: # c\n```\n",
            "<p>a [//]: # b</p>\n<pre><code>[//]: # c\n</code></pre>",
        );
    }

    #[test]
    fn a_heading_that_says_the_title_is_shown_once() {
        check(
            "# the  *Title*\n\nx\n\n# The title\n",
            "<span id=\"the-title\"></span>\n<p>x</p>\n<h1 id=\"the-title-1\">The title</h1>",
        );
        check("The title {#t}\n===\n", "<span id=\"t\"></span>");
        check(
            "> # The title\n",
            "<blockquote>\n<h1 id=\"the-title\">The title</h1>\n</blockquote>",
        );
        check("# The other title\n", "<h1 id=\"the-other-title\">The other title</h1>");
    }

    #[test]
    fn footnotes_stand_at_the_end_in_the_order_of_their_references() {
        let Rendered { bodies, ids, .. } =
            render("x[^b] y[^a] z[^b]\n\n[^a]: A.\n\n[^b]: B [l](m.md).\n\n[^c]: C.\n", 0);
        let (body, ids) = (&bodies[0], &ids[0]);
        let html = &*body.html;
        let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"));
        assert!(
            place("id=\"fn-1\"") < place(">B ")
                && place(">B ") < place(">A.")
                && place(">A.") < place(">C.")
        );
        assert!(html.contains("fnref-1-2"));
        assert!(ids.iter().any(|id| &**id == "fn-2"));
        assert_eq!(body.slots.iter().filter(|slot| matches!(slot.fill, Fill::Link(_))).count(), 1);
        assert!(html.contains(">b</a></sup> z<sup"), "notes are lettered in the order of the text");
    }

    #[test]
    fn words_are_counted_without_code() {
        assert_eq!(
            render("One two *three*.\n\n- four\n- five six\n\n```\nno no\n```\n", 0).bodies[0]
                .words,
            6
        );
    }
}
