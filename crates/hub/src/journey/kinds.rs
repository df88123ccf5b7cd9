//! What sort of file a name is of, as people tell files apart: who misses a film is not helped by a
//! picture.

/// A sort of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FileKind<'n> {
    /// A page of a hub, or of another tool.
    Page,
    /// What is looked at.
    Image,
    /// What is watched.
    Film,
    /// What is listened to.
    Sound,
    /// What is read beside a film.
    Captions,
    /// A text to take away.
    Document,
    /// Columns and rows.
    Sheet,
    /// Slides to show.
    Slides,
    /// Any other, by its extension as it is written.
    Other(&'n str),
}

/// Extensions by the sort of file that has them.
const KNOWN: [(FileKind<'static>, &[&str]); 8] = [
    (FileKind::Page, &["md", "markdown", "html", "htm"]),
    (
        FileKind::Image,
        &[
            "png", "jpg", "jpeg", "jfif", "jpe", "gif", "webp", "avif", "svg", "bmp", "tif",
            "tiff", "ico", "heic", "heif", "apng",
        ],
    ),
    (FileKind::Film, &["mp4", "m4v", "webm", "mov", "ogv", "avi", "mkv", "wmv", "mpg", "mpeg"]),
    (FileKind::Sound, &["mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "aac"]),
    (FileKind::Captions, &["vtt", "srt"]),
    (FileKind::Document, &["pdf", "doc", "docx", "odt", "rtf", "txt", "epub"]),
    (FileKind::Sheet, &["xls", "xlsx", "ods", "csv", "tsv"]),
    (FileKind::Slides, &["ppt", "pptx", "odp"]),
];

impl<'n> FileKind<'n> {
    /// Told by the extension; a name without one is of a page.
    pub(super) fn of(name: &'n str) -> Self {
        let Some((_, extension)) = name.rsplit_once('.') else { return Self::Page };
        let is_it = |known: &&str| known.eq_ignore_ascii_case(extension);
        let known = KNOWN.iter().find(|(_, extensions)| extensions.iter().any(is_it));
        known.map_or(Self::Other(extension), |(kind, _)| *kind)
    }

    /// As messages call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Film => "film",
            Self::Sound => "recording",
            Self::Captions => "file of captions",
            _ => "file",
        }
    }

    /// What becomes of a place that shows a file of this sort which does not exist.
    pub(super) fn loss(self) -> &'static str {
        match self {
            Self::Film => "readers see no film here",
            Self::Sound => "readers hear nothing here",
            Self::Captions => "readers see no captions here",
            Self::Image => "readers see a broken image",
            _ => "readers see an empty frame",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_what_people_do_with_them() {
        for (one, other) in
            [("a.PNG", "b.svg"), ("film.mp4", "x.webm"), ("a.docx", "b.pdf"), ("a.md", "page")]
        {
            assert_eq!(FileKind::of(one), FileKind::of(other), "{one} {other}");
        }
        for (one, other) in [("film.mp4", "film.png"), ("a.docx", "a.png"), ("a.xyz", "a.zip")] {
            assert_ne!(FileKind::of(one), FileKind::of(other), "{one} {other}");
        }
    }
}
