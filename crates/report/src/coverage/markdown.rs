//! The report for pull requests and wikis: Markdown tables.

use super::outline::{self, OutlineForm};
use super::sections::{Grid, Section};
use super::table::short;
use super::{Matrix, Report};
use etappe_base::visible::harmless;
use etappe_hub::config::PersonaIx;

/// A headline, a table and the next things to write, for each language.
pub fn emit(report: &Report<'_>) -> String {
    if let Some(change) = &report.change {
        return change.emit_markdown();
    }
    outline::write(report, &Markdown)
}

struct Markdown;

impl OutlineForm for Markdown {
    fn headline(&self, text: &str, out: &mut String) {
        out.push_str(&format!("{}\n\n", escape(text)));
    }

    fn cells(&self, report: &Report<'_>, matrix: &Matrix, out: &mut String) {
        table(report, matrix, out);
    }

    fn next(&self, out: &mut String) {
        out.push_str("\nNext:\n\n");
    }

    fn step(&self, number: usize, cell: &str, why: &str, out: &mut String) {
        out.push_str(&format!("{number}. {}: {}\n", escape(cell), escape(why)));
    }

    fn order(&self, text: &str, out: &mut String) {
        out.push_str(&format!("\n{text}\n"));
    }

    fn section(&self, section: &Section, out: &mut String) {
        out.push_str(&format!("**{}**\n\n", escape(&section.title)));
        for line in &section.lines {
            out.push_str(&format!("- {}\n", escape(&line.text)));
        }
        out.push('\n');
    }

    fn grid(&self, grid: &Grid, out: &mut String) {
        out.push_str(&format!("**{}**\n\n", escape(&grid.title)));
        for (at, row) in grid.rows.iter().enumerate() {
            let cells: Vec<String> = row.iter().map(|text| escape(text)).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
            if at == 0 {
                out.push_str(&format!("|---|{}\n", "--:|".repeat(row.len() - 1)));
            }
        }
        out.push('\n');
    }
}

fn table(report: &Report<'_>, matrix: &Matrix, out: &mut String) {
    let config = report.config;
    out.push_str("| |");
    for stage in &config.stages {
        out.push_str(&format!(" {} |", escape(stage.label.get(matrix.lang))));
    }
    out.push_str(&format!("\n|---|{}\n", "---|".repeat(config.stages.len())));
    let mut personas: Vec<PersonaIx> = matrix.cells.iter().map(|cell| cell.persona).collect();
    personas.dedup();
    for persona in personas {
        out.push_str(&format!("| {} |", escape(config.persona(persona).label.get(matrix.lang))));
        for cell in matrix.cells.iter().filter(|cell| cell.persona == persona) {
            out.push_str(&format!(" {} |", short(cell)));
        }
        out.push('\n');
    }
}

/// Text of authors as Markdown that says just this: no link, image, mark-up or HTML, and nobody is
/// mentioned. Text that GitHub itself would make a link is broken by a space of no width.
pub(super) fn escape(text: &str) -> String {
    let text = harmless(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let after = rest.peek().map_or(' ', |(_, after)| *after);
        let is_in_word = before.is_alphanumeric() && after.is_alphanumeric();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            '_' if !is_in_word => out.extend(['\\', c]),
            '@' | '#' => {
                out.push(c);
                out.push_str(APART);
            }
            ':' if text[at..].starts_with("://") => {
                out.push(c);
                out.push_str(APART);
            }
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => {
                out.push_str(APART);
                out.push(c);
            }
            '-' if text[..at].ends_with("GH") => {
                out.push_str(APART);
                out.push(c);
            }
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// A space of no width.
const APART: &str = "&#8203;";

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_of_authors_is_only_text() {
        let check = |text: &str, expected: &str| assert_eq!(escape(text), expected);
        check("[a](https://x.example) ![b](c)", "\\[a\\](https:&#8203;//x.example) !\\[b\\](c)");
        check("<img src=x> <!-- & -->", "&lt;img src=x&gt; &lt;!-- &amp; --&gt;");
        check(
            "@team #12 GH-3 www.x.example a@b.example",
            "@&#8203;team #&#8203;12 GH&#8203;-3 www&#8203;.x.example a@&#8203;b.example",
        );
        check(
            "**a** `b` _c_ d_e | ~~f~~ $g$",
            "\\*\\*a\\*\\* \\`b\\` \\_c\\_ d_e \\| \\~\\~f\\~\\~ \\$g\\$",
        );
        check("a\nb\u{202e}c", "a␊b\u{fffd}c");
        check("GP × Getting started (nl), 2+1", "GP × Getting started (nl), 2+1");
    }
}
