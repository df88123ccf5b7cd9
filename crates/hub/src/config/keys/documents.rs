//! Tables of keys for the documents, as Markdown.

use super::{Form, Key, Keys};

/// A row for each key of a kind of file; what a table within it holds is named in its row.
pub fn overview(keys: &Keys) -> String {
    let mut text = head();
    for key in keys.all {
        let within = within(key.form).map_or_else(String::new, |keys| {
            let names: Vec<String> = keys.all.iter().map(|key| format!("`{}`", key.name)).collect();
            format!(" With {}.", names.join(", "))
        });
        row(&mut text, &place(key, ""), key, &within);
    }
    text
}

/// A row for each key of a kind of file, and for each key of the tables within it.
pub fn reference(keys: &Keys) -> String {
    let mut text = head();
    rows(&mut text, keys, "");
    text
}

fn head() -> String {
    "| key | is | | meaning |\n|---|---|---|---|\n".to_owned()
}

fn rows(text: &mut String, keys: &Keys, before: &str) {
    for key in keys.all {
        let place = place(key, before);
        row(text, &place, key, "");
        if let Some(keys) = within(key.form) {
            let before = match key.form {
                Form::NamedTables(_) | Form::AnyTables(_) => format!("{place}.NAME."),
                Form::Table(_) => format!("{place}."),
                _ => format!("{place}[]."),
            };
            rows(text, keys, &before);
        }
    }
}

fn place(key: &Key, before: &str) -> String {
    format!("{before}{}", key.name)
}

fn within(form: Form) -> Option<&'static Keys> {
    match form {
        Form::Table(keys)
        | Form::Tables(keys)
        | Form::SomeTables(keys)
        | Form::NamedTables(keys)
        | Form::AnyTables(keys) => Some(keys),
        _ => None,
    }
}

fn row(text: &mut String, place: &str, key: &Key, within: &str) {
    let is_required = key.missing.is_some() || matches!(key.form, Form::SomeTables(_));
    let usual = match (is_required, key.usual, key.unless) {
        (true, ..) => "required".to_owned(),
        (_, Some(usual), _) => usual.to_owned(),
        (_, _, Some((flag, _))) => format!("required if `{flag} = false`"),
        _ => String::new(),
    };
    let same: String = key.others.iter().map(|other| format!(" `{other}` is the same.")).collect();
    let help = key.help().replace('*', "\\*").replace('<', "\\<");
    let words = key.form.words();
    text.push_str(&format!("| `{place}` | {words} | {usual} | {help}{same}{within} |\n"));
}
