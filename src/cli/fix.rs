//! `etappe check --fix`: makes the changes that findings call safe, and shows each.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use etappe_base::finding::{Edit, Finding};
use etappe_base::path::HubPath;
use etappe_base::source::Span;
use etappe_base::visible::harmless;
use etappe_session::io::{self, MachineError};

/// What was changed: a line for each change, and how many there were.
pub(super) struct Fixed {
    pub shown: String,
    pub count: usize,
}

/// Applies the fixes of `findings` to the files below `dir`. A fix that overlaps another, or whose
/// place is no longer what it was, is left for the next run.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn apply(dir: &Path, findings: &[Finding]) -> Result<Fixed, MachineError> {
    let mut by_file: BTreeMap<&HubPath, Vec<&Edit>> = BTreeMap::new();
    for edit in
        findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits)
    {
        by_file.entry(&edit.place.file).or_default().push(edit);
    }
    let mut fixed = Fixed { shown: String::new(), count: 0 };
    for (file, mut edits) in by_file {
        let path = dir.join(file.as_str());
        let bytes = fs::read(&path).map_err(|error| MachineError::new("read", &path, error))?;
        edits.sort_by_key(|edit| edit.place.span);
        // Of a file in another encoding, only the whole can be written anew.
        let whole = Span::new(0, bytes.len());
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            edits.retain(|edit| edit.place.span == whole);
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        let (changed, done) = match &edits[..] {
            [all] if all.place.span == whole => (all.text.clone(), vec![*all]),
            _ => edited(&text, &edits),
        };
        if done.is_empty() {
            continue;
        }
        io::rewrite(&path, changed.as_bytes())
            .map_err(|error| MachineError::new("write", &path, error))?;
        fixed.count += done.len();
        fixed.shown.push_str(&match &done[..] {
            [all] if all.place.span == whole => {
                format!("{}: written anew as UTF-8\n", harmless(file.as_str()))
            }
            done => show(file, &text, done),
        });
    }
    Ok(fixed)
}

/// The text after the edits that fit, and these edits.
fn edited<'e>(text: &str, edits: &[&'e Edit]) -> (String, Vec<&'e Edit>) {
    let mut changed = String::with_capacity(text.len());
    let mut done = Vec::new();
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.place.span.start as usize, edit.place.span.end as usize);
        let fits = start >= at
            && text.get(start..end).is_some()
            && (start > at || done.is_empty() || start < end);
        if fits {
            changed.push_str(&text[at..start]);
            changed.push_str(&edit.text);
            at = end;
            done.push(*edit);
        }
    }
    changed.push_str(&text[at..]);
    (changed, done)
}

/// Each change as the lines before and after.
fn show(file: &HubPath, text: &str, done: &[&Edit]) -> String {
    let mut shown = String::new();
    for edit in done {
        let (start, end) = (edit.place.span.start as usize, edit.place.span.end as usize);
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let to = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let number = text[..start].matches('\n').count() + 1;
        let after = format!("{}{}{}", &text[from..start], edit.text, &text[end..to]);
        shown.push_str(&format!("{}:{number}\n", harmless(file.as_str())));
        let before = &text[from..to];
        before.lines().for_each(|line| shown.push_str(&format!("- {}\n", harmless(line))));
        after.lines().for_each(|line| shown.push_str(&format!("+ {}\n", harmless(line))));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use etappe_base::finding::Place;

    #[test]
    fn edits_that_overlap_wait_for_the_next_run() {
        let file = HubPath::literal("a.md");
        let edit =
            |start, end, text: &str| Edit::new(Place::new(&file, Span::new(start, end)), text);
        let (one, two, three) = (edit(0, 2, "X"), edit(1, 3, "Y"), edit(4, 4, "Z"));
        let (changed, done) = edited("abcd\nef", &[&one, &two, &three]);
        assert_eq!((changed.as_str(), done.len()), ("XcdZ\nef", 2));
        assert!(show(&file, "abcd\nef", &done).contains("- abcd\n+ Xcd\n"));
    }
}
