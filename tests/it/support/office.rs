//! A hub in a git repository, and people with keys who sign it: with the real git and the real
//! `ssh-keygen`.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::command::{Etappe, Ran};
use super::{HubBuilder, HubOnDisk, left_out};

/// The page that both have to sign.
pub const PAGE: &str = "content/results.md";

/// Where readers find it.
pub const OUTPUT: &str = "public/huisartsen/possible/results/index.html";

/// Long after every signature of these tests was made.
pub const LATER: &str = "2090-01-01";

/// The stems of both records.
pub const MEDICAL: &str = "medical-anna-de-vries";
pub const LEGAL: &str = "legal-bram-jansen";

/// A hub in a repository, and two people who may sign.
pub struct Office {
    pub hub: HubOnDisk,
    keys: tempfile::TempDir,
}

/// Whether the programs are there; without them a test says that it is left out.
pub fn can_sign() -> bool {
    let is_there = |name: &str| Command::new(name).arg("-?").output().is_ok();
    let all = is_there("git") && is_there("ssh-keygen");
    if !all {
        left_out("approvals", "git or ssh-keygen is not installed");
    }
    all
}

pub fn ran(command: &mut Command) -> String {
    let output = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const RULES: &str = "\n[approval]\nroles = [\"medical\", \"legal\"]\nsignatures = true\nrevoked = \"approvals/revoked\"\n";

impl Office {
    /// Anna is medical, Bram is legal; one page needs both.
    pub fn open() -> Self {
        let page = "+++\ntitle = 'Results'\npersonas = 'gp'\nstage = 'awareness'\nkind = 'promo'\n+++\n\nIt slows.\n";
        let hub = HubBuilder::small()
            .extended("hub.toml", RULES)
            .file(PAGE, page)
            .page("other.md", "gp", "awareness", "Open. [Results](results.md)\n")
            .page("alone.md", "nurse", "service", "On its own.\n")
            .file(".gitignore", "/.etappe/\n/public/\n/preview/\n")
            .file(
                "roles.toml",
                "[[signers]]\nprincipal = 'anna@pharma.example'\nnames = ['Anna de Vries']\nroles = ['medical']\n\n\
                 [[signers]]\nprincipal = 'bram@pharma.example'\nnames = ['Bram Jansen']\nroles = ['legal']\n",
            )
            .file("approvals/revoked", "")
            .file(".gitattributes", "approvals/** -text\n");
        Self::of(hub)
    }

    /// A hub in a repository of its own; Anna's and Bram's keys may sign.
    pub fn of(hub: HubBuilder) -> Self {
        let office = Self { hub: hub.on_disk(), keys: tempfile::tempdir().expect("a folder") };
        office.list(&[("anna", ""), ("bram", "")]);
        office.git(&["init", "-q", "-b", "main"]);
        office.commit("The hub");
        office
    }

    pub fn root(&self) -> &Path {
        self.hub.path()
    }

    pub fn key(&self, name: &str) -> PathBuf {
        let path = self.keys.path().join(name);
        if !path.exists() {
            ran(Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
                .arg(&path));
        }
        path
    }

    /// Writes the list of allowed signers: whose key, and under which conditions.
    pub fn list(&self, of: &[(&str, &str)]) {
        let line = |(name, options): &(&str, &str)| {
            let public =
                std::fs::read_to_string(self.key(name).with_extension("pub")).expect("a key");
            let options = if options.is_empty() { String::new() } else { format!(" {options}") };
            format!("{name}@pharma.example{options} {public}")
        };
        self.hub.write("allowed_signers", of.iter().map(line).collect::<String>());
    }

    pub fn git(&self, args: &[&str]) -> String {
        ran(Command::new("git").arg("-C").arg(self.root()).args(args).envs([
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_AUTHOR_NAME", "Anna"),
            ("GIT_AUTHOR_EMAIL", "anna@pharma.example"),
            ("GIT_COMMITTER_NAME", "Anna"),
            ("GIT_COMMITTER_EMAIL", "anna@pharma.example"),
        ]))
    }

    pub fn commit(&self, title: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", title]);
    }

    pub fn ran(&self, args: &[&str]) -> Ran {
        Etappe::inside(self.root()).args(args).run()
    }

    pub fn approve(&self, who: &str, role: &str, more: &[&str]) -> Ran {
        let key = self.key(who);
        let signer = format!("{who}@pharma.example");
        let own = ["approve", "--role", role, "--code", "NL-1", "--signer", &signer, "--key"];
        let args: Vec<&str> = own
            .into_iter()
            .chain([key.to_str().expect("plain")])
            .chain(more.iter().copied())
            .collect();
        self.ran(&args)
    }

    /// Both sign the page as it is committed.
    pub fn sign(&self) {
        self.approve("anna", "medical", &["results"]).expect(0);
        self.approve("bram", "legal", &["results"]).expect(0);
        self.commit("Signed");
    }

    pub fn item(&self, more: &[&str]) -> Value {
        let args: Vec<&str> =
            ["approvals", "--format", "json"].into_iter().chain(more.iter().copied()).collect();
        let report = self.ran(&args).expect(0).json();
        report["items"].as_array().expect("a list").first().cloned().expect("the page needs both")
    }

    pub fn state(&self) -> String {
        self.item(&[])["state"].as_str().expect("a text").to_owned()
    }

    pub fn is_shown(&self) -> bool {
        self.root().join(OUTPUT).exists()
    }

    /// The record of a role.
    pub fn record(&self, name: &str) -> String {
        format!("approvals/NL-1/{name}-1.toml")
    }

    pub fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("it is there")
    }

    /// Signs the bytes of a record again, whatever it says.
    pub fn sign_again(&self, who: &str, record: &str, namespace: &str) {
        let path = self.root().join(record);
        let _there_may_be_none = std::fs::remove_file(path.with_extension("toml.sig"));
        ran(Command::new("ssh-keygen")
            .args(["-Y", "sign", "-n", namespace, "-f"])
            .arg(self.key(who))
            .arg(&path));
    }
}
