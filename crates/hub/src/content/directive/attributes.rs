//! The attributes of a directive against what its theme declares.

use super::head::{DirectiveHead, WrittenAttribute as Raw};
use super::{AttributeWritten, Attributes};
use crate::config::directives::{AttributeKind, Declaration, Label};
use crate::content::body::LinkKind;
use crate::content::remarks::Remarks;
use etappe_base::finding::{did_you_mean, unmistakable};

/// What a directive's attributes say. What they cannot say is reported.
pub(in crate::content) fn attributes(
    source: &str,
    head: &DirectiveHead,
    known: &Declaration,
    remarks: &mut Remarks,
) -> Attributes {
    let mut all = Attributes::default();
    let mut seen: Vec<&str> = Vec::new();
    for raw in &head.attributes {
        let repeated = &*raw.key != "class" && seen.contains(&&*raw.key);
        seen.push(&raw.key);
        if repeated {
            let help = "keep one of them; the first stands".to_owned();
            remarks.attribute(
                raw.key_span.clone(),
                format!("The attribute `{}` stands here twice.", raw.key),
                help,
            );
            continue;
        }
        match &*raw.key {
            "id" => all.id = Some((raw.value.clone(), raw.value_span.clone())),
            "class" => all.class = format!("{} {}", all.class, raw.value).trim().into(),
            _ if known.attribute(&raw.key).is_none() => {
                unknown(&source[head.name.clone()], raw, known, remarks)
            }
            _ => {}
        }
    }
    for attribute in &known.attributes {
        let raw = head.attributes.iter().find(|raw| *raw.key == *attribute.name);
        let value = raw.and_then(|raw| value(raw, &attribute.kind, remarks));
        if raw.is_none() && attribute.required {
            let message = format!("`{}` has no `{}`.", &source[head.name.clone()], attribute.name);
            remarks.attribute(
                head.name.clone(),
                message,
                format!("add `{{{}=\"…\"}}`: {}", attribute.name, attribute.kind.describe()),
            );
        }
        let value = value.unwrap_or_else(|| {
            attribute.default.clone().map_or(AttributeWritten::Nothing, AttributeWritten::Value)
        });
        all.values.push((attribute.name.as_str().into(), value));
    }
    let name = &source[head.name.clone()];
    match (known.label, &head.label) {
        (Label::Required, None) => {
            let help = format!("write it in square brackets: `{name}[…]`");
            remarks.attribute(head.name.clone(), format!("`{name}` has no label."), help);
        }
        (Label::None, Some(label)) => {
            let help = "put the text between the lines of the directive".to_owned();
            remarks.attribute(label.clone(), format!("`{name}` takes no label."), help);
        }
        _ => {}
    }
    all
}

fn unknown(name: &str, raw: &Raw, known: &Declaration, remarks: &mut Remarks) {
    let names = || known.attributes.iter().map(|attribute| attribute.name.as_str());
    let help = match known.attributes.is_empty() {
        true => "it takes none but `#id` and `.class`".to_owned(),
        false => did_you_mean(&raw.key, names()),
    };
    remarks.attribute(
        raw.key_span.clone(),
        format!("`{name}` has no attribute `{}`.", raw.key),
        help,
    );
    if let Some(meant) = unmistakable(&raw.key, names()) {
        remarks.fix_with(raw.key_span.clone(), meant);
    }
}

fn value(raw: &Raw, kind: &AttributeKind, remarks: &mut Remarks) -> Option<AttributeWritten> {
    let link = |kind| AttributeWritten::Link {
        dest: raw.value.trim().into(),
        at: raw.value_span.clone(),
        kind,
    };
    match kind {
        AttributeKind::Link | AttributeKind::Image if raw.value.trim().is_empty() => None,
        AttributeKind::Link => Some(link(LinkKind::Page)),
        AttributeKind::Image => Some(link(LinkKind::Image)),
        kind => kind.read(&raw.value).map(AttributeWritten::Value),
    }
    .or_else(|| {
        let at = if raw.value.is_empty() { raw.key_span.clone() } else { raw.value_span.clone() };
        let message =
            format!("`{}` must be {}, but it is `{}`.", raw.key, kind.describe(), raw.value);
        remarks.attribute(at, message, format!("write `{}=\"…\"`", raw.key));
        None
    })
}
