//! The Memory Care Hub with `tests/overlay` laid over it: what is wrong there is found, and stops a
//! release.

use std::collections::BTreeSet;

use crate::support::{HubBuilder, files_below, root};
use etappe_base::finding::Severity;

#[test]
fn what_is_wrong_in_the_overlay_is_found_and_nothing_else() {
    let overlay = root().join("tests/overlay");
    let mut hub = HubBuilder::memory_care();
    let before = told(&hub);
    for path in files_below(&overlay) {
        let name = path.strip_prefix(&overlay).expect("it is below").to_string_lossy().into_owned();
        if name != "README.md" {
            hub = hub.file(&name, std::fs::read(&path).expect("it can be read"));
        }
    }
    let found: Vec<(String, String, Severity)> = told(&hub).difference(&before).cloned().collect();
    let expected = [
        ("approval.drifted", "content/consideration/argument-list.md", Severity::Error),
        ("audience.unqualified", "content/service/tablet-at-home.md", Severity::Error),
        // They lead to the page that is no longer what was signed.
        ("link.unpublished", "content/awareness/how-it-works.md", Severity::Warning),
        ("link.unpublished", "content/consideration/phase3.md", Severity::Warning),
        ("link.unpublished", "content/purchase/first-prescription.md", Severity::Warning),
    ];
    let expected = expected.map(|(code, file, severity)| (code.into(), file.into(), severity));
    assert_eq!(found, expected);
}

/// The findings that stop a release or warn: code, file, severity.
fn told(hub: &HubBuilder) -> BTreeSet<(String, String, Severity)> {
    let loaded = hub.load();
    let weighty = loaded.findings().iter().filter(|finding| finding.severity >= Severity::Warning);
    let told = weighty.map(|finding| {
        let file = finding.place.as_ref().map(|place| place.file.to_string()).unwrap_or_default();
        (finding.code.id.to_owned(), file, finding.severity)
    });
    told.collect()
}
