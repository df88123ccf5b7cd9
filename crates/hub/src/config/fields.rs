//! Reads one table key by key: each key is taken with the type it must have, and a key that was
//! never taken is unknown.

use crate::config::tree::{Item, Table, Value};
use etappe_base::date::Day;
use etappe_base::finding::{Code, Finding, Place, codes, did_you_mean};
use etappe_base::moment::Written;
use etappe_base::path::HubPath;
use etappe_base::source::{Span, Spanned};

/// The codes that one kind of file has for the mistakes that all kinds share.
#[derive(Clone, Copy)]
pub struct FieldCodes {
    /// For a key that the table does not take.
    pub unknown_key: &'static Code,
    /// For a required key that is absent.
    pub missing_key: &'static Code,
    /// For a value of another type than its key takes.
    pub wrong_type: &'static Code,
    /// For a value of the right type that its key cannot take.
    pub invalid_value: &'static Code,
}

/// hub.toml, persona cards and theme manifests.
pub const CONFIG_CODES: FieldCodes = FieldCodes {
    unknown_key: &codes::CONFIG_UNKNOWN_KEY,
    missing_key: &codes::CONFIG_MISSING_KEY,
    wrong_type: &codes::CONFIG_WRONG_TYPE,
    invalid_value: &codes::CONFIG_INVALID_VALUE,
};

/// The front matter of pages, and `_defaults.toml`.
pub const FRONT_CODES: FieldCodes = FieldCodes {
    unknown_key: &codes::FRONT_UNKNOWN_KEY,
    missing_key: &codes::FRONT_MISSING_KEY,
    wrong_type: &codes::FRONT_WRONG_TYPE,
    invalid_value: &codes::FRONT_INVALID_VALUE,
};

/// Collects the findings of one file.
pub struct Reader<'f> {
    /// The file that all places of findings are in.
    pub file: &'f HubPath,
    /// Which codes this kind of file has.
    pub codes: FieldCodes,
    /// In the order they were reported.
    pub findings: Vec<Finding>,
}

impl<'f> Reader<'f> {
    /// `codes` must be those of the kind of file that is read.
    pub fn new(file: &'f HubPath, codes: FieldCodes) -> Self {
        Self { file, codes, findings: Vec::new() }
    }

    /// A place in the file that is read.
    pub fn place(&self, span: Span) -> Place {
        Place::new(self.file, span)
    }

    /// Adds a finding to those of the file.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Whether anything so far keeps the file from being used.
    pub fn is_faulty(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
    }

    /// Reports a value that its key cannot take. `error` says why, and after a semicolon what to do
    /// about it.
    pub fn unusable(&mut self, span: Span, key: &str, error: &str) {
        let (what, help) =
            error.split_once("; ").unwrap_or((error, "correct it, or leave the key out"));
        self.invalid(span, format!("`{key}` cannot be used: {what}."), Some(help.to_owned()));
    }

    /// Reports a value that its key cannot take.
    pub fn invalid(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        let finding =
            Finding::new(self.codes.invalid_value, self.place(span), message).maybe_help(help);
        self.report(finding);
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, item: &Item) {
        let message = format!("`{key}` must be {wanted}, but it is {}.", item.value.kind());
        let example = match wanted {
            "true or false" => format!("{key} = true"),
            "a whole number" => format!("{key} = 3"),
            "a date" => format!("{key} = 2026-11-22"),
            "a table" => format!("{key} = {{ … }}"),
            "text or a list of texts" => format!("{key} = [\"…\"]"),
            wanted if wanted.starts_with("a list of tables") => format!("[[{key}]]"),
            _ => format!("{key} = \"…\""),
        };
        let finding = Finding::new(self.codes.wrong_type, self.place(item.span), message)
            .label(format!("expected {wanted}"));
        self.report(finding.help(format!("write `{example}`")));
    }

    /// The value as text; whole numbers, `true` and `false` are taken as text too. Any other type
    /// is reported under `key`, and gives `None`.
    pub fn as_text(&mut self, key: &str, item: &Item) -> Option<Spanned<String>> {
        match &item.value {
            Value::Text(text) => Some(Spanned { value: text.clone(), span: item.span }),
            // YAML writes 404 or true without quotes where a title was meant.
            Value::Integer(number) => Some(Spanned { value: number.to_string(), span: item.span }),
            Value::Bool(value) => Some(Spanned { value: value.to_string(), span: item.span }),
            _ => {
                self.wrong_type(key, "text", item);
                None
            }
        }
    }

    fn as_table<'t>(&mut self, key: &str, item: &'t Item) -> Option<&'t Table> {
        match &item.value {
            Value::Table(table) => Some(table),
            _ => {
                self.wrong_type(key, "a table", item);
                None
            }
        }
    }
}

/// More keys than most tables have.
const MANY_KEYS: usize = 40;

/// One table being read.
pub struct Fields<'t> {
    table: &'t Table,
    span: Span,
    /// What the table is, for messages: "a stage", "the page".
    what: &'static str,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    /// `span` is where a missing key is reported.
    pub fn new(table: &'t Table, span: Span, what: &'static str) -> Self {
        Self { table, span, what, asked: Vec::with_capacity(MANY_KEYS) }
    }

    /// Where the table was written, or where its missing keys are reported.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether `key` was written at all.
    pub fn has(&self, key: &str) -> bool {
        self.table.entries.iter().any(|entry| entry.key == key && entry.item.value != Value::Null)
    }

    /// The value of `key`, whatever its type. An empty YAML value counts as absent.
    pub fn take(&mut self, key: &'static str) -> Option<&'t Item> {
        self.asked.push(key);
        self.table
            .entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.item)
            .filter(|item| item.value != Value::Null)
    }

    /// Reports that a required key is missing.
    pub fn missing(&self, reader: &mut Reader<'_>, key: &str, help: &str) {
        let message = format!("{} has no `{key}`.", capitalised(self.what));
        let finding =
            Finding::new(reader.codes.missing_key, reader.place(self.span), message).help(help);
        reader.report(finding);
    }

    /// Takes a text. `None` when it is absent, or reported as no text.
    pub fn text(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<String>> {
        let item = self.take(key)?;
        reader.as_text(key, item)
    }

    /// Takes a list of texts; a single text is a list of one. `None` when it is absent, or reported
    /// as another type; items of another type are reported and left out.
    pub fn texts(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Vec<Spanned<String>>> {
        let item = self.take(key)?;
        match &item.value {
            Value::List(items) => {
                Some(items.iter().filter_map(|item| reader.as_text(key, item)).collect())
            }
            Value::Table(_) | Value::Date(_) | Value::Float(_) => {
                reader.wrong_type(key, "text or a list of texts", item);
                None
            }
            _ => reader.as_text(key, item).map(|text| vec![text]),
        }
    }

    /// Takes `true` or `false`. `None` when it is absent, or reported as neither.
    pub fn boolean(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<bool> {
        let item = self.take(key)?;
        match item.value {
            Value::Bool(value) => Some(value),
            _ => {
                reader.wrong_type(key, "true or false", item);
                None
            }
        }
    }

    /// Takes a whole number. `None` when it is absent, or reported as another type.
    pub fn integer(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<i64>> {
        let item = self.take(key)?;
        match item.value {
            Value::Integer(value) => Some(Spanned { value, span: item.span }),
            _ => {
                reader.wrong_type(key, "a whole number", item);
                None
            }
        }
    }

    /// Takes a whole number of at least `least`, such as a size or a count. `None` when it is
    /// absent, or reported as anything else.
    pub fn count(&mut self, reader: &mut Reader<'_>, key: &'static str, least: u32) -> Option<u32> {
        let number = self.integer(reader, key)?;
        let count = u32::try_from(number.value).ok().filter(|count| *count >= least);
        if count.is_none() {
            let help = format!("write `{key} = {}`", least.max(1));
            reader.invalid(
                number.span,
                format!("`{key}` must be {least} or more, but it is {}.", number.value),
                Some(help),
            );
        }
        count
    }

    /// Takes a date, and gives its day as written, whatever day that moment is in other zones.
    pub fn day(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<Day>> {
        self.date(reader, key)
            .map(|written| Spanned { value: written.value.day, span: written.span })
    }

    /// Takes a day, with a time or without. `None` when it is absent, or reported as no date.
    pub fn date(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Option<Spanned<Written>> {
        let item = self.take(key)?;
        let (Value::Date(text) | Value::Text(text)) = &item.value else {
            reader.wrong_type(key, "a date", item);
            return None;
        };
        match text.parse() {
            Ok(value) => Some(Spanned { value, span: item.span }),
            Err(error) => {
                reader.unusable(item.span, key, &error);
                None
            }
        }
    }

    /// Takes a table, with the span of the table. `None` when it is absent, or reported as another
    /// type.
    pub fn table(
        &mut self,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<(&'t Table, Span)> {
        let item = self.take(key)?;
        reader.as_table(key, item).map(|table| (table, item.span))
    }

    /// Takes a list of tables, as `[[key]]` writes it, with their spans. Empty when it is absent;
    /// anything but a table is reported and left out.
    pub fn tables(&mut self, reader: &mut Reader<'_>, key: &'static str) -> Vec<(&'t Table, Span)> {
        let Some(item) = self.take(key) else { return Vec::new() };
        let Value::List(items) = &item.value else {
            reader.wrong_type(key, &format!("a list of tables, written as [[{key}]]"), item);
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| reader.as_table(key, item).map(|table| (table, item.span)))
            .collect()
    }

    /// Reports every key that was never taken.
    pub fn finish(self, reader: &mut Reader<'_>) {
        for entry in &self.table.entries {
            if !self.asked.contains(&entry.key.as_str()) {
                let message = format!("Unknown key `{}` in {}.", entry.key, self.what);
                let help = did_you_mean(&entry.key, self.asked.iter().copied());
                let finding =
                    Finding::new(reader.codes.unknown_key, reader.place(entry.key_span), message)
                        .label("not a key")
                        .help(help);
                reader.report(finding);
            }
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
