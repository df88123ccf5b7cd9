//! Documents that embed small hubs, with every finding written beside the line it points at.
//!
//! A document in `tests/cases/` holds cases, each below its own `##` heading. A fenced block whose
//! info string ends in a path is a file of the case's hub; files that it does not give are those of
//! [`HubBuilder::small`]. Under a line stand the findings that point at it, as carets, severity,
//! code and message, followed by what else the finding says:
//!
//! ```text
//! stage = "awarenes"
//!         ^^^^^^^^^^ error front.unknown-stage: Unknown stage `awarenes`.
//!                    = here: no such stage
//!                    = help: did you mean `awareness`?
//! ```
//!
//! These lines are no part of the file. A finding on a file as a whole, on the hub, or in a file
//! that the case does not show stands in a block named `findings` after the files. A case without
//! findings says that there must be none. Words after the path change how the file is put there:
//! `absent` leaves a default file out, `escaped` reads `\x00`, `\r` and `\u{feff}`, `symlink` makes
//! a link to what the block says, `unreadable` refuses to be read, `heavy` weighs two megabytes.
//!
//! Three blocks are no files: `published` lists the pages of an earlier build, output and file;
//! `answers` says what other sites answer, since no test asks them: an address and `fine`, `moved`
//! and a new address, a status, or `timeout`; `standing` lists the pages of a release that stands
//! while no other is built, file and the day on which each ends, or `-`.
//!
//! Findings on the journey as a whole (`journey.*`), of which every small hub has some, are shown
//! in `journey.md` alone.
//!
//! After a change that is meant, write the documents anew with
//! `SNAPSHOTS=overwrite cargo test --test it cases`, and read every line of the difference as its
//! author would.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use crate::support::{
    HubBuilder, Loaded, TODAY, day, files_below, is_on_journey, position, program, root, sorted,
};
use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_base::source::{LineIndex, Position};
use etappe_external::{self as external, Address, Doubt, LinkFault, LinkVerdict};
use etappe_session::io::{Disk, FileEntry, Files, Memory};
use etappe_session::{self as session, StandingPage, StandingPages};

#[test]
fn every_case_gives_the_findings_beside_its_lines() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for document in documents().iter().filter(|document| document.is_asked_for()) {
        compared += 1;
        let expected =
            snapbox::Data::read_from(&document.path, Some(snapbox::data::DataFormat::Text)).raw();
        let name = document
            .path
            .file_name()
            .expect("a document has a name")
            .to_string_lossy()
            .into_owned();
        let same = snapbox::Assert::new().action_env("SNAPSHOTS").try_eq(
            Some(&name),
            document.annotated().into(),
            expected,
        );
        wrong.extend(same.err().map(|error| error.to_string()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 0, "no document and no case is called so");
}

/// Codes of findings that take a repository; `policy_from` has them.
const OF_REPOSITORIES: [&str; 2] = ["approval.after-merge", "approval.unaudited"];

#[cfg(unix)]
#[test]
fn every_code_has_a_case() {
    let mut seen: BTreeSet<&str> = all_findings().map(|(_, finding)| finding.code.id).collect();
    seen.extend(OF_REPOSITORIES);
    let missing: Vec<&str> =
        codes::ALL.iter().map(|code| code.id).filter(|code| !seen.contains(code)).collect();
    assert!(missing.is_empty(), "without a case in tests/cases: {missing:?}");
}

#[test]
fn every_message_is_one_sentence() {
    let is_sentence = |message: &str| {
        let plain = without_quotations(message);
        let begins = plain
            .starts_with(|c: char| c.is_uppercase() || c == '`' || c == '[' || c.is_ascii_digit());
        begins
            && plain.ends_with('.')
            && !plain.trim_end_matches('.').contains(". ")
            && !plain.ends_with("..")
            && !plain.contains('\n')
    };
    let wrong: Vec<String> = all_findings()
        .filter(|(_, finding)| !is_sentence(&finding.message))
        .map(|(case, finding)| report(case, finding))
        .collect();
    assert!(wrong.is_empty(), "no sentence:\n{}", wrong.join("\n"));
}

#[test]
fn every_finding_says_what_to_do() {
    let helpless = |finding: &Finding| {
        finding.help.is_empty() || finding.help.iter().any(|help| help.trim().is_empty())
    };
    let wrong: Vec<String> = all_findings()
        .filter(|(_, finding)| helpless(finding))
        .map(|(case, finding)| report(case, finding))
        .collect();
    assert!(wrong.is_empty(), "without help:\n{}", wrong.join("\n"));
}

#[test]
fn every_finding_points_into_its_file() {
    for document in documents() {
        for case in &document.cases {
            for finding in &case.found().standing {
                let places = finding
                    .place
                    .iter()
                    .chain(finding.related.iter().map(|related| &related.place));
                for place in places {
                    let text = case.text(&place.file).unwrap_or_default();
                    let fits =
                        place.span.start <= place.span.end && place.span.end as usize <= text.len();
                    assert!(
                        fits,
                        "{}: {:?} in a file of {} bytes",
                        report(&case.name, finding),
                        place.span,
                        text.len()
                    );
                }
            }
        }
    }
}

fn report(case: &str, finding: &Finding) -> String {
    format!("  {case}: {}: {}", finding.code.id, finding.message)
}

/// The text without what it quotes: names of files and values may hold any full stop.
fn without_quotations(message: &str) -> String {
    let mut plain = String::new();
    let mut within = None;
    for c in message.chars() {
        match (within, c) {
            (None, '`') => within = Some('`'),
            (None, '“') => within = Some('”'),
            (Some(end), c) if c == end => within = None,
            (Some(_), _) => {}
            (None, c) => plain.push(c),
        }
        if within.is_some() && matches!(c, '`' | '“') {
            plain.push('`');
        }
    }
    plain
}

/// Every finding of every case, with the case's name.
fn all_findings() -> impl Iterator<Item = (&'static str, &'static Finding)> {
    let cases = documents().iter().flat_map(|document| &document.cases);
    cases.flat_map(|case| {
        let Found { standing, waived } = case.found();
        standing
            .iter()
            .chain(waived.iter().map(|(finding, _)| finding))
            .map(|finding| (&*case.name, finding))
    })
}

struct Document {
    path: PathBuf,
    parts: Vec<Part>,
    cases: Vec<Case>,
}

enum Part {
    /// A line of prose.
    Line(String),
    /// A `##` heading: what follows is another hub.
    Case(String),
    File(FileBlock),
}

#[derive(Clone)]
struct FileBlock {
    /// The backticks.
    fence: String,
    info: String,
    path: String,
    how: How,
    lines: Vec<String>,
}

/// The blocks that are no files.
const PUBLISHED: &str = "published";
const ANSWERS: &str = "answers";
const STANDING: &str = "standing";

#[derive(Clone, Copy, PartialEq)]
enum How {
    AsWritten,
    Absent,
    Escaped,
    Symlink,
    Unreadable,
    Heavy,
}

struct Case {
    name: String,
    files: Vec<FileBlock>,
    /// Whether findings on the journey as a whole are shown.
    on_journey: bool,
    found: OnceLock<Found>,
}

/// What a hub earns: the findings that stand, and those that a waiver covers, with its reason.
struct Found {
    standing: Vec<Finding>,
    waived: Vec<(Finding, String)>,
}

/// Every document, read once.
fn documents() -> &'static [Document] {
    static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(read_documents);
    &DOCUMENTS
}

fn read_documents() -> Vec<Document> {
    let paths = files_below(&root().join("tests/cases"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "md"));
    // Links, and names with a backslash, are made on Unix alone.
    let can = |document: &Document| cfg!(unix) || !document.cases.iter().any(Case::needs_disk);
    let documents: Vec<Document> = paths.map(|path| Document::read(&path)).filter(can).collect();
    assert!(!documents.is_empty(), "there are cases");
    documents
}

impl Document {
    /// Whether it, or one of its cases, has the name in `CASE`; any, where nothing is asked for.
    fn is_asked_for(&self) -> bool {
        let Ok(asked) = std::env::var("CASE") else { return true };
        let file = self.path.file_name().is_some_and(|name| name.to_string_lossy() == asked);
        file || self.cases.iter().any(|case| case.name.contains(&asked))
    }

    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a case can be read");
        let mut parts = Vec::new();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let ticks = line.len() - line.trim_start_matches('`').len();
            let (fence, info) = line.split_at(ticks);
            if ticks < 3 {
                parts.push(match line.strip_prefix("## ") {
                    Some(name) => Part::Case(name.to_owned()),
                    None => Part::Line(line.to_owned()),
                });
                continue;
            }
            let content: Vec<String> =
                lines.by_ref().take_while(|line| *line != fence).map(str::to_owned).collect();
            if info == "findings" {
                // Written anew; with it goes the empty line before it.
                parts.pop();
            } else {
                parts.push(Part::File(FileBlock::new(fence, info, content)));
            }
        }
        let mut cases: Vec<Case> = Vec::new();
        let on_journey = path.file_stem().is_some_and(|stem| stem == "journey");
        for part in &parts {
            match part {
                Part::Case(name) => cases.push(Case {
                    name: name.clone(),
                    files: Vec::new(),
                    on_journey,
                    found: OnceLock::new(),
                }),
                Part::File(file) => cases
                    .last_mut()
                    .expect("a file stands below a `##` heading")
                    .files
                    .push(file.clone()),
                Part::Line(_) => {}
            }
        }
        Self { path: path.to_owned(), parts, cases }
    }

    /// The document with the findings that there really are.
    fn annotated(&self) -> String {
        let mut out = String::new();
        let mut cases = self.cases.iter();
        let mut current: Option<&Case> = None;
        let mut left = 0;
        for part in &self.parts {
            match part {
                Part::Line(line) => push_line(&mut out, line),
                Part::Case(name) => {
                    push_line(&mut out, &format!("## {name}"));
                    current = cases.next();
                    left = current.map_or(0, |case| case.files.len());
                }
                Part::File(file) => {
                    let case = current.expect("a file stands below a `##` heading");
                    file.annotate(case, &mut out);
                    left -= 1;
                    if left == 0 {
                        case.annotate_rest(&mut out);
                    }
                }
            }
        }
        out
    }
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

impl FileBlock {
    fn new(fence: &str, info: &str, lines: Vec<String>) -> Self {
        let (_, name) = info.split_once(' ').unwrap_or_else(|| panic!("`{info}` names a path"));
        let words = [
            ("absent", How::Absent),
            ("escaped", How::Escaped),
            ("symlink", How::Symlink),
            ("unreadable", How::Unreadable),
            ("heavy", How::Heavy),
        ];
        let how = words
            .into_iter()
            .find_map(|(word, how)| Some((name.strip_suffix(word)?.strip_suffix(' ')?, how)));
        let (path, how) = how.unwrap_or((name, How::AsWritten));
        let lines = lines.into_iter().filter(|line| !is_annotation(line)).collect();
        Self { fence: fence.to_owned(), info: info.to_owned(), path: path.to_owned(), how, lines }
    }

    fn bytes(&self) -> Vec<u8> {
        let text: String = self.lines.iter().flat_map(|line| [line, "\n"]).collect();
        match self.how {
            How::Escaped => unescape(&text),
            How::Heavy => vec![0; 2_000_000],
            _ => text.into_bytes(),
        }
    }

    /// Each line, cut at its first space.
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.lines.iter().map(|line| line.split_once(' ').expect("two words")).collect()
    }

    fn is_shown(&self) -> bool {
        matches!(self.how, How::AsWritten)
    }

    /// The block, each line followed by the findings that point at it.
    fn annotate(&self, case: &Case, out: &mut String) {
        push_line(out, &format!("{}{}", self.fence, self.info));
        let text = String::from_utf8_lossy(&self.bytes()).into_owned();
        let index = LineIndex::new(&text);
        for (at, line) in self.lines.iter().enumerate() {
            push_line(out, line);
            for finding in case
                .found()
                .standing
                .iter()
                .filter(|finding| self.is_shown() && is_beside(finding, &self.path))
            {
                let span = finding.place.as_ref().map(|place| place.span).unwrap_or_default();
                let (start, end) = (index.position(span.start), index.position(span.end));
                if start.line as usize == at + 1 {
                    let carets = carets(start, end, line);
                    let indent = " ".repeat(carets.chars().count() + 1);
                    push_line(out, &format!("{carets} {}", message(finding)));
                    case.push_rest(finding, &indent, out);
                }
            }
        }
        push_line(out, &self.fence);
    }
}

/// Whether a finding has a line of its own in the file, rather than the file as a whole.
fn is_beside(finding: &Finding, path: &str) -> bool {
    finding.place.as_ref().is_some_and(|place| {
        place.file.as_str() == path && (place.span.start, place.span.end) != (0, 0)
    })
}

fn carets(start: Position, end: Position, line: &str) -> String {
    let length = line.chars().count() as u32 + 1;
    let (width, more) = match end.line == start.line {
        true => (end.column.saturating_sub(start.column), ""),
        false => (length.saturating_sub(start.column), "…"),
    };
    format!("{}{}{more}", " ".repeat(start.column as usize - 1), "^".repeat(width.max(1) as usize))
}

fn message(finding: &Finding) -> String {
    format!("{} {}: {}", finding.severity, finding.code.id, finding.message)
}

/// `  ^^^ error …` and the `= help: …` lines below it.
fn is_annotation(line: &str) -> bool {
    let text = line.trim_start();
    let after = text.trim_start_matches('^');
    let severity =
        after.trim_start_matches('…').strip_prefix(' ').and_then(|rest| rest.split(' ').next());
    let is_finding = after.len() < text.len()
        && severity.is_some_and(|word| etappe_base::finding::Severity::from_name(word).is_some());
    is_finding || ["= here: ", "= help: ", "= see: "].iter().any(|mark| text.starts_with(mark))
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        if let Some(hex) = escape.strip_prefix('x') {
            bytes.push(u8::from_str_radix(&hex[..2], 16).expect("two hex digits"));
            rest = &hex[2..];
        } else if let Some(code) = escape.strip_prefix("u{") {
            let (hex, after) = code.split_once('}').expect("a closed escape");
            let c =
                u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).expect("a character");
            bytes.extend_from_slice(c.to_string().as_bytes());
            rest = after;
        } else {
            bytes.extend_from_slice(
                escape.strip_prefix('r').map(|_| b"\r".as_slice()).expect("\\x, \\u or \\r"),
            );
            rest = &escape[1..];
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

impl Case {
    fn found(&self) -> &Found {
        self.found.get_or_init(|| self.find())
    }

    fn find(&self) -> Found {
        let mut hub = HubBuilder::small();
        for file in &self.files {
            match file.how {
                _ if file.path == PUBLISHED => {
                    hub = file
                        .pairs()
                        .into_iter()
                        .fold(hub, |hub, (output, source)| hub.published(output, source));
                }
                _ if file.path == ANSWERS || file.path == STANDING => {}
                How::AsWritten | How::Escaped | How::Unreadable | How::Heavy
                    if !file.path.contains('\\') =>
                {
                    hub = hub.file(&file.path, file.bytes())
                }
                How::Absent => hub = hub.without(&file.path),
                _ => {}
            }
        }
        let loaded = if self.needs_disk() {
            self.load_from_disk(&hub)
        } else {
            hub.load_from(&Closed { files: hub.files.clone(), blocks: &self.files })
        };
        let loaded = loaded.examined();
        let waived = loaded
            .revision
            .judged()
            .waived
            .iter()
            .map(|waived| (waived.finding.clone(), waived.reason.clone()))
            .collect();
        let mut standing = loaded.findings().to_vec();
        standing.extend(self.external(&loaded));
        standing.extend(self.taken_down(&hub, &loaded));
        standing.retain(|finding| self.on_journey || !is_on_journey(finding));
        Found { standing: sorted(standing), waived }
    }

    /// The findings on links to other sites, given what those answer.
    fn external(&self, loaded: &Loaded) -> Vec<Finding> {
        let (Some(content), Some(answers)) =
            (&loaded.revision.content, self.files.iter().find(|file| file.path == ANSWERS))
        else {
            return Vec::new();
        };
        let mentions = external::mentions(
            loaded.hub(),
            content.material.docs.as_slice(),
            &loaded.hub().config.external,
        );
        let verdict = |answer: &str| match answer.split_once(' ') {
            Some(("moved", to)) => LinkVerdict::Moved { to: to.to_owned() },
            _ if answer == "fine" => LinkVerdict::Fine,
            _ if answer == "timeout" => LinkVerdict::Unsure { why: Doubt::Timeout },
            _ => LinkVerdict::Broken { why: LinkFault::Status(answer.parse().expect("a status")) },
        };
        let address = |text: &str| Address::read(text).expect("of the web").expect("an address");
        let verdicts = answers
            .pairs()
            .into_iter()
            .map(|(url, answer)| (address(url), verdict(answer)))
            .collect();
        external::findings(&mentions, &verdicts)
    }

    /// Whether it has what no hub in memory can have.
    fn needs_disk(&self) -> bool {
        self.files.iter().any(|file| file.how == How::Symlink || file.path.contains('\\'))
    }

    /// The findings on pages that have to go, or are left, while no release is built.
    fn taken_down(&self, hub: &HubBuilder, loaded: &Loaded) -> Vec<Finding> {
        let Some(standing) = self.files.iter().find(|file| file.path == STANDING) else {
            return Vec::new();
        };
        let page = |(file, until): (&str, &str)| {
            (HubPath::new(file).expect("a path"), StandingPage::unsigned(until.parse().ok()))
        };
        let pages: StandingPages = standing.pairs().into_iter().map(page).collect();
        let files = Closed { files: hub.files.clone(), blocks: &self.files };
        session::look(program(), &files, &loaded.hub().config, &pages, day(TODAY)).findings()
    }

    fn load_from_disk(&self, hub: &HubBuilder) -> Loaded {
        let folder = hub.on_disk();
        for file in &self.files {
            let at = folder.join(&file.path);
            match file.how {
                How::Symlink => {
                    std::fs::create_dir_all(at.parent().expect("below the hub"))
                        .expect("the folder can be made");
                    #[cfg(unix)]
                    std::os::unix::fs::symlink(file.lines.concat(), &at)
                        .expect("the link can be made");
                }
                How::AsWritten => folder.write(&file.path, file.bytes()),
                _ => {}
            }
        }
        hub.load_from(&Disk::new(folder.path()))
    }

    /// The text of a file as the case gives it, or the default.
    fn text(&self, path: &HubPath) -> Option<Vec<u8>> {
        let own = self.files.iter().find(|file| file.path == path.as_str()).map(FileBlock::bytes);
        own.or_else(|| HubBuilder::small().files.get(path.as_str()).map(<[u8]>::to_vec))
    }

    fn place(&self, place: &Place) -> String {
        let mut files = Memory::new();
        if let Some(text) = self.text(&place.file) {
            files.put(place.file.as_str(), text);
        }
        position(place, &files)
    }

    /// What a finding says beside its message.
    fn push_rest(&self, finding: &Finding, indent: &str, out: &mut String) {
        if !finding.label.is_empty() {
            push_line(out, &format!("{indent}= here: {}", finding.label));
        }
        for help in &finding.help {
            push_line(out, &format!("{indent}= help: {help}"));
        }
        for related in &finding.related {
            push_line(
                out,
                &format!("{indent}= see: {} ({})", self.place(&related.place), related.label),
            );
        }
    }

    /// The findings that have no line in a file that is shown.
    fn annotate_rest(&self, out: &mut String) {
        let Found { standing, waived } = self.found();
        let shown = |finding: &&Finding| {
            self.files.iter().any(|file| file.is_shown() && is_beside(finding, &file.path))
        };
        let rest: Vec<&Finding> = standing.iter().filter(|finding| !shown(finding)).collect();
        if rest.is_empty() && waived.is_empty() {
            return;
        }
        push_line(out, "\n```findings");
        for finding in rest {
            let place =
                finding.place.as_ref().map_or("the hub".to_owned(), |place| self.place(place));
            push_line(out, &format!("{place}: {}", message(finding)));
            self.push_rest(finding, "  ", out);
        }
        for (finding, reason) in waived {
            let place =
                finding.place.as_ref().map_or("the hub".to_owned(), |place| self.place(place));
            push_line(
                out,
                &format!("{place}: waived {}: {} ({reason})", finding.code.id, finding.message),
            );
        }
        push_line(out, "```");
    }
}

/// A hub in memory of which some files cannot be read.
struct Closed<'c> {
    files: Memory,
    blocks: &'c [FileBlock],
}

impl Files for Closed<'_> {
    fn list(&self) -> (Vec<FileEntry>, Vec<Finding>) {
        self.files.list()
    }

    fn read(&self, path: &HubPath) -> io::Result<Vec<u8>> {
        let is_closed = self
            .blocks
            .iter()
            .any(|file| file.how == How::Unreadable && file.path == path.as_str());
        if is_closed {
            Err(io::Error::from(io::ErrorKind::PermissionDenied))
        } else {
            self.files.read(path)
        }
    }
}

/// The cases by the words in their names, so that none is told twice.
#[test]
fn every_case_has_a_name_of_its_own() {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for case in documents().iter().flat_map(|document| &document.cases) {
        *names.entry(&case.name).or_default() += 1;
    }
    let twice: Vec<&&str> =
        names.iter().filter(|(_, count)| **count > 1).map(|(name, _)| name).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
