//! Pages of the preview itself. Everything that comes from a hub is escaped on its way in.

use etappe_base::finding::overlay::Shown;
use etappe_hub::content;

/// Text as HTML takes it, in an element or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    content::escape(&mut html, text);
    html
}

/// A page of the desk. `current` is its name in the navigation; `before` goes above the part that
/// is kept up to date.
pub(crate) fn desk(title: &str, current: &str, before: &str, body: &str) -> String {
    let link = |(name, label): &(&str, &str)| {
        let here = if *name == current { " aria-current=\"page\"" } else { "" };
        format!("<li><a href=\"/_etappe/{name}\"{here}>{label}</a></li>")
    };
    let pages = [
        ("", "Overview"),
        ("findings", "Findings"),
        ("pages", "Pages"),
        ("compare", "Side by side"),
    ];
    let links: String = pages.iter().map(link).collect();
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} – desk</title>\n\
         <link rel=\"stylesheet\" href=\"/_etappe/desk.css\">\n<script type=\"module\" src=\"/_etappe/desk.js\"></script>\n</head>\n\
         <body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header>\n<p class=\"brand\"><a href=\"/\">To the sites</a></p>\n\
         <nav aria-label=\"Desk\"><ul>{links}</ul></nav>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n<h1>{title}</h1>\n{before}\
         {LIVE}{body}</div>\n</main>\n</body>\n</html>\n"
    )
}

/// A page of the desk with a note at the top of the part that is kept up to date.
pub(crate) fn with_note(page: &str, note: &str) -> String {
    page.replacen(LIVE, &format!("{LIVE}{note}"), 1)
}

/// Begins the part that is kept up to date. Authors' text comes only after it, or escaped.
const LIVE: &str = "<div id=\"live\">\n";

/// A page in place of an output that cannot be made: says what is wrong, without the theme.
pub(crate) fn notice(title: &str, text: &str, findings: &[(Shown, String)]) -> String {
    let title = escaped(title);
    let text = escaped(text);
    let list = self::findings(findings);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"/_etappe/desk.css\">\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n{list}\
         <p><a href=\"/_etappe/\">To the desk</a></p>\n</main>\n</body>\n</html>\n"
    )
}

/// Findings as a list, each with the link that opens its line in an editor.
pub(crate) fn findings(findings: &[(Shown, String)]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let items: String = findings.iter().map(|(finding, editor)| item(finding, editor)).collect();
    format!("<ul class=\"findings\">\n{items}</ul>\n")
}

fn item(finding: &Shown, editor: &str) -> String {
    let Shown { code, severity, line, column, .. } = finding;
    let word = if *severity == "info" { "note" } else { severity };
    let message = escaped(&finding.message);
    let place = finding.file.as_ref().map_or(String::new(), |file| {
        let place = if *line > 0 { format!("{file}:{line}:{column}") } else { file.to_string() };
        let label = if finding.label.is_empty() {
            String::new()
        } else {
            format!(": {}", escaped(&finding.label))
        };
        format!("<p><a href=\"{}\">{}</a>{label}</p>", escaped(editor), escaped(&place))
    });
    let excerpt = if finding.excerpt.is_empty() {
        String::new()
    } else {
        format!("<pre>{}</pre>", escaped(&finding.excerpt))
    };
    let (times, others) = others(finding);
    let help: String = finding
        .help
        .iter()
        .map(|help| format!("<p><span class=\"soft\">Help:</span> {}</p>", escaped(help)))
        .collect();
    format!(
        "<li><p><strong class=\"{severity}\">{word}</strong> {message}{times} \
         <a class=\"code\" href=\"/_etappe/explain?code={code}\">{code}</a></p>{place}{excerpt}{others}{help}</li>\n"
    )
}

/// How often the same is found, and where else; both empty for a finding by itself.
fn others(finding: &Shown) -> (String, String) {
    if finding.count < 2 {
        return (String::new(), String::new());
    }
    let mut places = finding.elsewhere.join(", ");
    let left = finding.count - 1 - finding.elsewhere.len();
    if left > 0 {
        places.push_str(&format!(" and {left} more"));
    }
    let places = format!("<p><span class=\"soft\">The same at:</span> {}</p>", escaped(&places));
    (format!(" ({} times)", finding.count), places)
}
