//! What is wrong among records although each is right by itself.

use std::collections::BTreeMap;

use etappe_base::finding::{Finding, Place, codes};
use etappe_base::path::HubPath;
use etappe_hub::config::approval::RecordKind;

use super::record::Record;
use super::records::Records;

/// One name in two cases of letters, which some systems take for one file, among `files`; and among
/// records: one that stands twice, one that names another that is not there, and one that takes
/// back a revocation.
pub fn conflicts(records: &Records, files: &[HubPath]) -> Vec<Finding> {
    let mut findings = one_name(files);
    for (copy, first) in records.copies() {
        let message = format!("`{copy}` is `{first}` once more, and counts no second time.");
        findings.push(
            faulty(copy, message)
                .help("delete the copy; what takes back one of them takes back both")
                .related(Place::file(first), "the same bytes"),
        );
    }
    for record in records.all().iter().map(|known| &known.record) {
        findings.extend(naming(records, record, files));
    }
    findings
}

fn one_name(files: &[HubPath]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<String, &HubPath> = BTreeMap::new();
    for path in files {
        if let Some(first) = seen.insert(path.as_str().to_lowercase(), path) {
            let message = format!("`{path}` and `{first}` are one name on many systems.");
            findings.push(
                faulty(path, message)
                    .help("give one of them another number")
                    .related(Place::file(first), "the other record"),
            );
        }
    }
    findings
}

/// What is wrong with the records that one names.
fn naming(records: &Records, record: &Record, files: &[HubPath]) -> Vec<Finding> {
    let named = [&record.revokes, &record.supersedes].into_iter().flatten();
    let gone = named.filter(|named| files.binary_search(named).is_err()).map(|gone| {
        let message = format!("There is no record `{gone}`, which this one names.");
        faulty(&record.file, message)
            .help("name a record by its path below `approvals/`: `CODE/NAME.toml`")
    });
    let revoked = record.revokes.as_ref().and_then(|revoked| records.find(revoked));
    let of_revocation = revoked.filter(|known| known.record.kind == RecordKind::REVOCATION);
    let twice = of_revocation.map(|known| {
        let message =
            format!("The revocation `{}` cannot be taken back itself.", known.record.file);
        faulty(&record.file, message).help("have what it took back signed again")
    });
    gone.chain(twice).collect()
}

fn faulty(file: &HubPath, message: String) -> Finding {
    Finding::new(&codes::APPROVAL_RECORD, Place::file(file), message)
}
