//! llms.txt: what a site holds, as Markdown in the form that llmstxt.org describes.

use std::borrow::Cow;

use crate::view::feed::ContentsInputs;

pub(super) fn llms_txt(contents: &ContentsInputs<'_>, out: &mut Vec<u8>) {
    let mut text = format!("# {}\n", contents.title);
    if !contents.company.is_empty() {
        text.push_str(&format!("\n> {}\n", contents.company));
    }
    for stage in &contents.stages {
        text.push_str(&format!("\n## {}\n\n", stage.label));
        for page in &stage.pages {
            text.push_str("- [");
            text.push_str(&bracketed(page.title));
            text.push_str("](");
            text.push_str(&page.url);
            text.push(')');
            if !page.summary.is_empty() {
                text.push_str(": ");
                text.push_str(&in_a_line(page.summary));
            }
            text.push('\n');
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn in_a_line(text: &str) -> Cow<'_, str> {
    if text.contains('\n') { Cow::Owned(text.replace('\n', " ")) } else { Cow::Borrowed(text) }
}

/// A text that can stand between the brackets of a link.
fn bracketed(text: &str) -> Cow<'_, str> {
    if !text.contains(['[', ']', '\\', '\n']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    Cow::Owned(out)
}
