//! Modules: one Markdown file in, one [`Module`] out; and what is wrong with a module by itself.

use pulldown_cmark::{Event, Parser, Tag};

use super::body::Cite;
use super::dialect::options;
use super::directive::condition::Readers;
use super::directive::unwoven;
use super::front::Audience;
use super::markdown::PageText;
use super::once::{Library, MODULES, Module, ModuleKeys, ModuleText, OnceId};
use super::{as_text, fence, name, report_syntax, report_unclosed, weave};
use crate::config::Config;
use crate::config::fields::{FRONT_CODES, Reader};
use crate::config::keys::read_file;
use crate::config::tree::{Table, parse_toml, parse_yaml};
use etappe_base::finding::{Finding, codes};
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;
use etappe_base::source::Spanned;

/// Reads one module. Its text is read where it is used, and by [`check_modules`].
pub fn read_module(file: &HubPath, bytes: &[u8], config: &Config) -> (Module, Vec<Finding>) {
    let mut reader = Reader::new(file, FRONT_CODES);
    let text = as_text(bytes, &mut reader);
    let own = name::read(&mut reader, config);
    let split = fence::split(&text);
    let table = match &split.front {
        None => Table::default(),
        Some(front) => {
            report_unclosed(front, &mut reader);
            let source = &text[front.range.clone()];
            let (language, (table, errors)) = match front.fence {
                "---" => ("YAML", parse_yaml(source, front.range.start)),
                _ => ("TOML", parse_toml(source, front.range.start)),
            };
            let place = (source, front.range.start);
            report_syntax(errors, language, place, &mut reader).unwrap_or(table)
        }
    };
    // Readers who cannot be read are nobody: all would be told what is for some.
    let names_readers = table.entries.iter().any(|entry| entry.key.starts_with("persona"));
    let (keys, reader) = read_file::<ModuleKeys, _>(reader, &table, config);
    let plain = |text: Option<Spanned<String>>| text.map(|text| text.value).unwrap_or_default();
    let source = ModuleText::new(text[split.body..].to_owned());
    let (mut raw, mut top) = (Vec::new(), 7);
    for (event, range) in Parser::new_ext(&source.settled.text, options()).into_offset_iter() {
        match event {
            Event::Html(_) | Event::InlineHtml(_) => raw.push(range),
            Event::Start(Tag::Heading { level, .. }) => top = top.min(level as u8),
            _ => {}
        }
    }
    let module = Module {
        name: own.key.as_str().strip_prefix(MODULES).unwrap_or(own.key.as_str()).into(),
        lang: own.lang,
        file: file.clone(),
        title: plain(keys.title),
        owner: plain(keys.owner),
        expires: keys.expires.map(|day| day.value),
        markets: keys.markets.unwrap_or_default(),
        audience: keys.personas.unwrap_or(match names_readers {
            true => Audience::Only(Vec::new()),
            false => Audience::All,
        }),
        offset: split.body,
        bare: ModuleText::new(unwoven::without_escaped(&source.source, &raw)),
        text: source,
        top,
        digest: Digest::of(bytes),
    };
    (module, reader.findings)
}

/// What is wrong with modules by themselves: all that is wrong with their texts, and circles. Notes
/// what they cite.
pub fn check_modules(library: &mut Library, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut cites = Vec::new();
    for module in library.modules() {
        let (own, mut more) = check_module(module, library, config);
        findings.append(&mut more);
        if !own.is_empty() {
            cites.push((module.file.clone(), own));
        }
    }
    library.cites = cites;
    findings
}

/// Everybody whom a module may be for: who it is depends on the page.
pub(super) fn readers_of<'c>(module: &Module, config: &'c Config) -> Readers<'c> {
    let personas = config.persona_ixs().filter(|persona| config.is_built(*persona)).collect();
    Readers { config, personas, stage: None, lang: module.lang, markets: Vec::new() }
}

fn check_module(module: &Module, library: &Library, config: &Config) -> (Vec<Cite>, Vec<Finding>) {
    let readers = readers_of(module, config);
    let context = weave::Context { readers: &readers, library, is_bare: false };
    let page = PageText { source: &module.text.source, offset: module.offset, title: "" };
    let rendered = weave::render_for(page, context);
    // Whom a text is for depends on the page, and so does the level that headings begin at.
    let of_page =
        [&codes::DIRECTIVE_NEVER_SHOWN, &codes::HEADING_SKIPPED, &codes::HEADING_SEVERAL_H1];
    let said = rendered.remarks.into_iter().map(|remark| remark.into_finding(&module.file));
    let mut findings: Vec<Finding> =
        said.filter(|finding| !of_page.contains(&finding.code)).collect();
    let is_circle = |what: &OnceId| matches!(what, OnceId::Module(name) if *name == module.name);
    for used in rendered.used.iter().filter(|used| is_circle(&used.what)) {
        let message = format!("The module `{}` comes to hold itself here.", module.name);
        let place = etappe_base::finding::Place::new(&module.file, used.span);
        let help = "take this out, or take the module out of the one that is named here";
        findings.push(
            Finding::new(&codes::MODULE_CIRCLE, place, message)
                .label("left out where it would stand within itself")
                .help(help),
        );
    }
    let bodies = rendered.bodies.iter();
    let own = bodies.flat_map(|body| &body.citations).filter(|citation| !citation.is_borrowed);
    (own.flat_map(|citation| citation.cites.iter().cloned()).collect(), findings)
}
