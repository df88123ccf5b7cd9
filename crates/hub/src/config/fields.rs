//! Reads one table key by key: each key is taken with the type it must have, and a key that was
//! never taken is unknown.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use crate::config::keys::{Key, Keys, WrittenValue};
use crate::config::tree::{CurlyQuotes, Entry, Item, Table, Value, curly_quotes, parse_toml};
use etappe_base::finding::{Code, Edit, Finding, Fix, Place, codes, did_you_mean};
use etappe_base::moment::WrittenDate;
use etappe_base::path::HubPath;
use etappe_base::source::{Span, Spanned};
use etappe_base::unusable::Unusable;

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
pub struct Reader {
    /// The file that all places of findings are in.
    pub file: HubPath,
    /// Which codes this kind of file has.
    pub codes: FieldCodes,
    /// In the order they were reported.
    pub findings: Vec<Finding>,
}

/// The type that a key's value must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    Text,
    Texts,
    Flag,
    WholeNumber,
    Date,
    Table,
    Tables,
}

impl Wanted {
    /// How a message names the type.
    fn name(self, key: &str) -> Cow<'static, str> {
        match self {
            Self::Text => "text".into(),
            Self::Texts => "text or a list of texts".into(),
            Self::Flag => "true or false".into(),
            Self::WholeNumber => "a whole number".into(),
            Self::Date => "a date".into(),
            Self::Table => "a table".into(),
            Self::Tables => format!("a list of tables, written as [[{key}]]").into(),
        }
    }

    /// A line that would do.
    fn example(self, key: &str) -> String {
        match self {
            Self::Text => format!("{key} = \"…\""),
            Self::Texts => format!("{key} = [\"…\"]"),
            Self::Flag => format!("{key} = true"),
            Self::WholeNumber => format!("{key} = 3"),
            Self::Date => format!("{key} = 2026-11-22"),
            Self::Table => format!("{key} = {{ … }}"),
            Self::Tables => format!("[[{key}]]"),
        }
    }
}

impl Reader {
    /// `codes` must be those of the kind of file that is read.
    pub fn new(file: &HubPath, codes: FieldCodes) -> Self {
        Self { file: file.clone(), codes, findings: Vec::new() }
    }

    /// A place in the file that is read.
    pub fn place(&self, span: Span) -> Place {
        Place::new(&self.file, span)
    }

    /// Adds a finding to those of the file.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Whether anything so far keeps the file from being used.
    pub fn is_faulty(&self) -> bool {
        self.findings.iter().any(Finding::is_error)
    }

    /// Reports a value that its key cannot take.
    pub fn unusable(&mut self, span: Span, key: &str, error: &Unusable) {
        let help = error.help.as_deref().unwrap_or("correct it, or leave the key out");
        let message = format!("`{key}` cannot be used: {}.", error.why);
        self.invalid(span, message, Some(help.to_owned()));
    }

    /// Reports a value that its key cannot take.
    pub fn invalid(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        let finding =
            Finding::new(self.codes.invalid_value, self.place(span), message).maybe_help(help);
        self.report(finding);
    }

    /// Reports a name that nothing in hub.toml has.
    pub fn no_such<'n>(
        &mut self,
        what: &str,
        name: &Spanned<String>,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let help = did_you_mean(&name.value, known);
        let message = format!("There is no {what} `{}` in hub.toml.", name.value);
        let place = self.place(name.span);
        self.report(Finding::new(&codes::CONFIG_UNKNOWN_ID, place, message).help(help));
    }

    /// Reports a name that is defined twice.
    pub fn duplicate(&mut self, span: Span, message: impl Into<String>, first: Option<Span>) {
        let mut finding = Finding::new(&codes::CONFIG_DUPLICATE, self.place(span), message);
        if let Some(first) = first {
            finding = finding.related(self.place(first), "first defined here");
        }
        self.report(finding.help("keep one of them, or give one another name"));
    }

    /// The tree of a configuration file. Its syntax errors become findings.
    pub fn parse(&mut self, text: &str) -> Table {
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (root, errors) = parse_toml(body, text.len() - body.len());
        if !errors.is_empty()
            && let Some(quotes) = curly_quotes(body, text.len() - body.len())
        {
            self.curly(&codes::CONFIG_SYNTAX, &quotes, text.len() - body.len(), body);
            return quotes.table.unwrap_or(root);
        }
        for error in errors {
            let message =
                format!("This is not valid TOML: {}.", error.message.trim_end_matches('.'));
            let finding = Finding::new(&codes::CONFIG_SYNTAX, self.place(error.span), message);
            let help = "correct this line; texts stand in quotes, and lists in square brackets";
            self.report(finding.help(help));
        }
        root
    }

    /// Reports curly quotes that keep TOML from being read: all that a parser says there follows
    /// from them. `text` begins `offset` bytes into the file.
    pub fn curly(&mut self, code: &'static Code, quotes: &CurlyQuotes, offset: usize, text: &str) {
        let place = |range: &Range<usize>| self.place(Span::from(range.clone()).shifted(offset));
        let quote = &text[quotes.first.clone()];
        let message =
            format!("`{quote}` is a curly quote: TOML takes a text in straight ones alone.");
        let edits: Vec<Edit> = quotes.all.iter().map(|at| Edit::new(place(at), "\"")).collect();
        let fix =
            (!edits.is_empty()).then(|| Fix { title: "Write straight quotes".to_owned(), edits });
        let help = "write `\"…\"`; word processors and some keyboards turn quotes as one types";
        let finding = Finding::new(code, place(&quotes.first), message);
        self.report(finding.help(help).maybe_fix(fix));
    }

    fn wrong_type(&mut self, key: &str, wanted: Wanted, item: &Item) {
        let name = wanted.name(key);
        let message = format!("`{key}` must be {name}, but it is {}.", item.value.kind());
        let finding = Finding::new(self.codes.wrong_type, self.place(item.span), message)
            .label(format!("expected {name}"));
        self.report(finding.help(format!("write `{}`", wanted.example(key))));
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
                self.wrong_type(key, Wanted::Text, item);
                None
            }
        }
    }

    /// The value as a list of texts; a single text is a list of one. Any other type is reported and
    /// gives `None`; items of another type are reported and left out.
    pub fn as_texts(&mut self, key: &str, item: &Item) -> Option<Vec<Spanned<String>>> {
        match &item.value {
            Value::List(items) => {
                Some(items.iter().filter_map(|item| self.as_text(key, item)).collect())
            }
            Value::Table(_) | Value::Date(_) | Value::Float(_) => {
                self.wrong_type(key, Wanted::Texts, item);
                None
            }
            _ => self.as_text(key, item).map(|text| vec![text]),
        }
    }

    /// The value as `true` or `false`. Any other type is reported, and gives `None`.
    pub fn as_flag(&mut self, key: &str, item: &Item) -> Option<bool> {
        match item.value {
            Value::Bool(value) => Some(value),
            _ => {
                self.wrong_type(key, Wanted::Flag, item);
                None
            }
        }
    }

    /// The value as a whole number. Any other type is reported, and gives `None`.
    pub fn as_whole_number(&mut self, key: &str, item: &Item) -> Option<Spanned<i64>> {
        match item.value {
            Value::Integer(value) => Some(Spanned { value, span: item.span }),
            _ => {
                self.wrong_type(key, Wanted::WholeNumber, item);
                None
            }
        }
    }

    /// The value as a day, with a time or without. Anything else is reported, and gives `None`.
    pub fn as_date(&mut self, key: &str, item: &Item) -> Option<Spanned<WrittenDate>> {
        let (Value::Date(text) | Value::Text(text)) = &item.value else {
            self.wrong_type(key, Wanted::Date, item);
            return None;
        };
        let written = text.parse().map(|value| Spanned { value, span: item.span });
        written.map_err(|error| self.unusable(item.span, key, &error)).ok()
    }

    /// Reports a value that should be a list of tables.
    pub fn no_tables(&mut self, key: &str, item: &Item) {
        self.wrong_type(key, Wanted::Tables, item);
    }

    /// The value as a table. Any other type is reported, and gives `None`.
    pub fn as_table<'t>(&mut self, key: &str, item: &'t Item) -> Option<&'t Table> {
        match &item.value {
            Value::Table(table) => Some(table),
            _ => {
                self.wrong_type(key, Wanted::Table, item);
                None
            }
        }
    }
}

/// More keys than most tables have.
const MANY_KEYS: usize = 40;

/// One table being read, with the findings of its file.
pub struct Fields<'t> {
    /// Of the file that the table stands in.
    pub reader: Reader,
    part: PartRead<'t>,
}

/// What is read at the moment: the file's own table, or one within it.
struct PartRead<'t> {
    table: &'t Table,
    /// A bit for each key that the table may have: most of those that are asked for it has not.
    sieve: u64,
    span: Span,
    /// What the table is, for messages: "a stage", "the page".
    what: &'static str,
    asked: Vec<&'static str>,
    /// Keys that no table takes, and that were reported.
    foreign: Vec<&'t str>,
}

impl<'t> PartRead<'t> {
    fn new(table: &'t Table, span: Span, what: &'static str) -> Self {
        let sieve = table.entries.iter().fold(0, |sieve, entry| sieve | bit_of(&entry.key));
        let asked = Vec::with_capacity(MANY_KEYS);
        Self { table, sieve, span, what, asked, foreign: Vec::new() }
    }
}

/// One of 64 bits, by the length and the first letter of a key.
fn bit_of(key: &str) -> u64 {
    let first = key.bytes().next().unwrap_or_default();
    1 << ((key.len() * 5 + usize::from(first)) % 64)
}

impl<'t> Fields<'t> {
    /// `span` is where a missing key is reported, and `what` names the table in messages.
    pub fn new(reader: Reader, table: &'t Table, span: Span, what: &'static str) -> Self {
        Self { reader, part: PartRead::new(table, span, what) }
    }

    /// Where the table was written, or where its missing keys are reported.
    pub fn span(&self) -> Span {
        self.part.span
    }

    /// The value of `key`, whatever its type.
    fn take(&mut self, key: &'static str) -> Option<&'t Item> {
        self.part.asked.push(key);
        if self.part.sieve & bit_of(key) == 0 {
            return None;
        }
        self.part.table.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.item)
    }

    /// The value of a key, under whichever of its names it stands. A key that stands under two
    /// names is reported.
    pub fn written(&mut self, key: &'static Key) -> Option<WrittenValue<'t>> {
        let mut found: Option<WrittenValue<'t>> = None;
        for name in key.names() {
            let Some(item) = self.take(name) else { continue };
            let Some(first) = found else {
                found = Some(WrittenValue { name, item });
                continue;
            };
            let first = first.name;
            let message = format!("`{first}` and `{name}` are the same key; the page has both.");
            let span = first_span(item, self.part.span);
            self.reader.invalid(span, message, Some(format!("keep `{first}`")));
        }
        found
    }

    /// Reports the keys that another key makes necessary by being `false`.
    pub fn require_unless(&mut self, keys: &Keys) {
        let table = self.part.table;
        let value_of = |name: &str| {
            table.entries.iter().find(|entry| entry.key == name).map(|entry| &entry.item.value)
        };
        for (key, (flag, help)) in keys.all.iter().filter_map(|key| Some((key, key.unless?))) {
            let says = match value_of(key.name) {
                Some(Value::Text(text)) => !text.is_empty(),
                Some(Value::Integer(_) | Value::Bool(_)) => true,
                _ => false,
            };
            if value_of(flag) == Some(&Value::Bool(false)) && !says {
                self.missing(key.name, help);
            }
        }
    }

    /// Reports that a required key is missing.
    pub fn missing(&mut self, key: &str, help: &str) {
        let message = format!("{} has no `{key}`.", capitalised(self.part.what));
        let place = self.reader.place(self.part.span);
        let finding = Finding::new(self.reader.codes.missing_key, place, message).help(help);
        self.reader.report(finding);
    }

    /// Has `read` read another table of the same file, and comes back to this one.
    pub fn within<R>(
        &mut self,
        table: &'t Table,
        span: Span,
        what: &'static str,
        read: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let outer = mem::replace(&mut self.part, PartRead::new(table, span, what));
        let value = read(self);
        self.report_unknown();
        self.part = outer;
        value
    }

    /// Reports the keys that nobody has taken so far and that `help` knows what to do about.
    pub fn report_foreign(&mut self, help: impl Fn(&Entry, &HubPath) -> Option<String>) {
        for entry in &self.part.table.entries {
            if self.part.asked.contains(&entry.key.as_str()) {
                continue;
            }
            let Some(help) = help(entry, &self.reader.file) else { continue };
            self.part.foreign.push(entry.key.as_str());
            let message = format!("Unknown key `{}` in {}.", entry.key, self.part.what);
            let place = self.reader.place(entry.key_span);
            let finding = Finding::new(self.reader.codes.unknown_key, place, message);
            self.reader.report(finding.label("not a key").help(help));
        }
    }

    /// Reports every key that was never taken, and hands back the findings of the file.
    pub fn finish(mut self) -> Reader {
        self.report_unknown();
        self.reader
    }

    fn report_unknown(&mut self) {
        let PartRead { table, what, asked, foreign, .. } = &self.part;
        let is_left = |key: &str| !asked.contains(&key) && !foreign.contains(&key);
        for entry in table.entries.iter().filter(|entry| is_left(&entry.key)) {
            let message = format!("Unknown key `{}` in {what}.", entry.key);
            let help = did_you_mean(&entry.key, asked.iter().copied());
            let place = self.reader.place(entry.key_span);
            let finding = Finding::new(self.reader.codes.unknown_key, place, message);
            self.reader.report(finding.label("not a key").help(help));
        }
    }
}

/// Where the first item of a list stands, or the value itself; `none` for an empty list.
fn first_span(item: &Item, none: Span) -> Span {
    match &item.value {
        Value::List(items) => items.first().map_or(none, |item| item.span),
        _ => item.span,
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
