//! What is never published, whatever folder it was put in: names that tell of secrets, and what
//! systems and editors strew about. Pure: judges names and bytes, knows no disk.

/// Why a file or folder of some name is not for readers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Systems, editors and packers leave it behind: nobody put it there on purpose, and nobody
    /// misses it.
    Litter,
    /// Its name begins with a dot.
    Hidden,
    /// Such files hold passwords of programs.
    Environment,
    /// Such files hold private keys.
    Key,
    /// It holds a private key, whatever its name says.
    HoldsKey,
    /// It is a symbolic link that is not followed.
    Link,
}

impl Reason {
    /// The reason as a clause that can follow a colon.
    pub fn clause(self) -> &'static str {
        match self {
            Self::Litter => "systems and editors leave files of this name behind",
            Self::Hidden => "its name begins with a dot",
            Self::Environment => "files of this name hold passwords",
            Self::Key => "files of this name hold private keys",
            Self::HoldsKey => "it holds a private key",
            Self::Link => "it is a symbolic link that is not followed",
        }
    }
}

/// Hidden names that are meant for web servers.
const PUBLIC: [&str; 2] = [".well-known", ".nojekyll"];

/// What systems, editors and version control put beside files, by its whole name in any case.
#[rustfmt::skip]
const LITTER: &[&str] = &[
    "__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini",
    ".ds_store", ".localized", ".directory", ".spotlight-v100", ".fseventsd", ".appledouble",
    ".gitkeep", ".keep", ".gitignore", ".gitattributes", ".editorconfig",
    ".obsidian", ".vscode", ".idea",
];

/// Beginnings of names that are litter: AppleDouble, open documents, and files that were removed
/// while they were open.
const LITTER_STARTS: [&str; 8] =
    ["._", "~$", ".#", ".~", ".trash", ".fuse_hidden", ".nfs", ".goutputstream-"];

/// Ends of names of files with keys and certificates.
const KEY_ENDS: [&str; 4] = [".pem", ".key", ".p12", ".pfx"];

/// Why a file or folder of this name is withheld; `None` where it may be published. Case does not
/// count: `.ENV` is `.env`.
pub fn of_name(name: &str) -> Option<Reason> {
    // Some systems drop spaces and dots at the end of a name.
    let name = name.trim_end_matches([' ', '.']);
    if PUBLIC.contains(&name) {
        return None;
    }
    if is_litter(name) {
        return Some(Reason::Litter);
    }
    if starts(name, ".env") {
        return Some(Reason::Environment);
    }
    if KEY_ENDS.iter().any(|end| ends(name, end)) {
        return Some(Reason::Key);
    }
    name.starts_with('.').then_some(Reason::Hidden)
}

/// The path up to its first part that is not for readers, and why that part is not.
pub fn in_path(path: &str) -> Option<(&str, Reason)> {
    let mut start = 0;
    for part in path.split('/') {
        let end = start + part.len();
        if let Some(reason) = of_name(part) {
            return Some((&path[..end], reason));
        }
        start = end + 1;
    }
    None
}

/// Whether systems and editors leave files of this name behind.
pub fn is_litter(name: &str) -> bool {
    name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || name.ends_with(".swp")
        || name.ends_with(".tmp")
        || LITTER_STARTS.iter().any(|start| starts(name, start))
        || LITTER.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a file of this name may be a key, so that its bytes have to be looked at: `id_rsa` is a
/// key, `id_card.svg` is a picture.
pub fn may_hold_key(name: &str) -> bool {
    starts(name, "id_")
}

/// How many bytes of a file are searched for a key; keys stand at the beginning.
pub const KEY_WITHIN: usize = 64 << 10;

/// Whether a private key begins in `bytes`, in the form of PEM, OpenSSH, PuTTY, SSH2, PGP or age.
pub fn holds_key(bytes: &[u8]) -> bool {
    let bytes = &bytes[..bytes.len().min(KEY_WITHIN)];
    let has = |bytes: &[u8]| {
        const MARKS: [&[u8]; 5] = [
            b"PRIVATE KEY-----",
            b"PRIVATE KEY ----",
            b"PRIVATE KEY BLOCK-----",
            b"PuTTY-User-Key-File-",
            b"AGE-SECRET-KEY-",
        ];
        MARKS.iter().any(|mark| memchr::memmem::find(bytes, mark).is_some())
            || bytes.starts_with(b"openssh-key-v1\0")
    };
    // In a file saved as UTF-16, every other byte is zero.
    has(bytes) || (bytes.iter().take(64).any(|byte| *byte == 0) && has(&without_zeros(bytes)))
}

fn without_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != 0).collect()
}

fn starts(name: &str, start: &str) -> bool {
    name.as_bytes()
        .get(..start.len())
        .is_some_and(|part| part.eq_ignore_ascii_case(start.as_bytes()))
}

fn ends(name: &str, end: &str) -> bool {
    let from = name.len().checked_sub(end.len());
    from.is_some_and(|from| name.as_bytes()[from..].eq_ignore_ascii_case(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_is_not_for_readers_in_any_case() {
        let cases: [(Option<Reason>, &[&str]); 5] = [
            (
                Some(Reason::Environment),
                &[".env", ".ENV", ".env.local", ".Env.production", ".envrc"],
            ),
            (
                Some(Reason::Key),
                &[
                    "server.pem",
                    "SERVER.PEM",
                    "a.b.key",
                    "x.p12",
                    "x.PfX",
                    ".pem",
                    "slides.key",
                    "a.pem.",
                ],
            ),
            (Some(Reason::Hidden), &[".htpasswd", ".git", ".ssh", ".npmrc", ".a", ".WELL-KNOWN"]),
            (
                Some(Reason::Litter),
                &[
                    "._photo.jpg",
                    "__MACOSX",
                    "__macosx",
                    "~$report.docx",
                    "Thumbs.db",
                    "THUMBS.DB",
                    ".DS_Store",
                    "a~",
                    "#a#",
                    ".a.swp",
                ],
            ),
            (
                None,
                &[
                    "a.md",
                    "key",
                    "pem",
                    "a.keys",
                    "env",
                    "id_rsa",
                    "id_card.svg",
                    ".well-known",
                    ".nojekyll",
                    "été.pdf",
                    "~a",
                    "_x",
                ],
            ),
        ];
        for (expected, names) in cases {
            for name in names {
                assert_eq!(of_name(name), expected, "{name}");
            }
        }
    }

    #[test]
    fn the_outermost_part_of_a_path_counts() {
        assert_eq!(in_path("static/.git/x.pem"), Some(("static/.git", Reason::Hidden)));
        assert_eq!(in_path("static/a/b.pem"), Some(("static/a/b.pem", Reason::Key)));
        assert_eq!(in_path("static/.well-known/security.txt"), None);
    }

    #[test]
    fn bytes_tell_a_private_key() {
        let utf16: Vec<u8> = "\u{feff}-----BEGIN PRIVATE KEY-----"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for key in [
            b"-----BEGIN RSA PRIVATE KEY-----\nMII".as_slice(),
            b"-----BEGIN PRIVATE KEY-----\nMII",
            b"\n# mine\n-----BEGIN OPENSSH PRIVATE KEY-----\nb3B",
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\r\n",
            b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
            b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
            b"PuTTY-User-Key-File-3: ssh-ed25519\n",
            b"AGE-SECRET-KEY-1QQQ",
            &utf16,
        ] {
            assert!(holds_key(key), "{:?}", String::from_utf8_lossy(key));
        }
        for other in [
            b"ssh-ed25519 AAAAC3 me@here".as_slice(),
            b"-----BEGIN PUBLIC KEY-----",
            b"A private key is private.",
            b"",
            b"\0\0",
        ] {
            assert!(!holds_key(other), "{:?}", String::from_utf8_lossy(other));
        }
    }
}
