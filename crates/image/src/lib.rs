//! Pictures: bytes in, bytes out. Reads how large one is, takes out private metadata, makes smaller
//! sizes, and draws cards for social media from SVG. Two features leave out what takes long to
//! compile: `images` and `cards`.
//!
//! Must not know: hubs, pages, themes, files. What it gives back depends only on the bytes that it
//! got and on [`VERSION`].
//!
//! Begin with [`read`] for what a picture is, [`publish`] for the bytes that readers get,
//! [`smaller`] for a size of it, and [`card`] for drawings.

pub mod card;
mod heif;
mod kind;
mod metadata;
mod small;
mod svg;
mod tiff;

use std::borrow::Cow;
use std::ops::Range;

use etappe_base::source::Span;

use kind::FileKind;
use svg::DrawingState;

pub use small::{VERSION, WIDTHS, shrink};

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");

/// What a page must know of an image before it is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// In pixels, as it is shown: after the turn that its metadata asks for.
    pub width: u32,
    /// In pixels, turned like the width.
    pub height: u32,
    /// Whether smaller sizes can be made of it: a photograph or drawing in pixels that does not
    /// move.
    pub shrinks: bool,
}

/// An image file, read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Image {
    /// `None` where its header cannot be read.
    pub picture: Option<Picture>,
    /// What is cut out of a drawing because it could run or fetch something: the place in the file,
    /// and a description.
    pub unsafe_parts: Vec<(Span, String)>,
    /// Why browsers would not show the file as an image; `None` where they do.
    pub flaw: Option<ImageFlaw>,
}

/// Why browsers show no image where a file is named as one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImageFlaw {
    /// It has no bytes.
    Empty,
    /// Git's extension for large files left a pointer where the file was not fetched.
    LfsPointer,
    /// It ends before the image does.
    CutShort,
    /// An image of telephones that most browsers do not know.
    Heic,
    /// An image for print and scanners that most browsers do not know.
    Tiff,
    /// A compressed drawing, or an archive.
    Compressed,
    /// Its name says that it is a drawing, but it is in pixels; or the other way round.
    Misnamed,
    /// Text that is no drawing, in a file that is named as one.
    NoDrawing,
    /// A film.
    Film,
    /// A recording.
    Sound,
    /// A text document, a table, slides or an archive.
    Document,
    /// Nothing that is known here.
    Unknown,
}

impl Picture {
    /// The widths that smaller sizes are made in.
    pub fn widths(self) -> impl Iterator<Item = u32> {
        WIDTHS.iter().copied().filter(move |width| self.shrinks && *width < self.width)
    }
}

/// One smaller size as WebP; where the pixels cannot be read, the file as it is published.
pub fn smaller(extension: &str, bytes: &[u8], width: u32) -> Vec<u8> {
    let small = shrink(bytes, &[width]).and_then(|mut small| small.pop());
    small.unwrap_or_else(|| publish(extension, bytes).into_owned())
}

/// Whether a file is an image, by its extension.
pub fn is_image(extension: &str) -> bool {
    is_read(extension) || matches!(extension, "svg" | "bmp" | "tif" | "tiff" | "heic" | "heif")
}

/// Whether files of this name are images in pixels that browsers show.
pub fn is_read(extension: &str) -> bool {
    is_jpeg(extension) || matches!(extension, "png" | "gif" | "webp" | "avif")
}

/// Whether JPEG files have this extension.
pub fn is_jpeg(extension: &str) -> bool {
    matches!(extension, "jpg" | "jpeg" | "jpe" | "jif" | "jfif" | "pjpeg" | "pjp")
}

/// Reads the size of an image, what is unsafe in it, and what keeps browsers from showing it. The
/// bytes say what it is, and not its name.
pub fn read(extension: &str, bytes: &[u8]) -> Image {
    let kind = kind::of(extension, bytes);
    if kind == FileKind::Drawing {
        let drawing = svg::read(bytes);
        let flaw = match drawing.state {
            DrawingState::NoDrawing => Some(ImageFlaw::NoDrawing),
            DrawingState::Broken => Some(ImageFlaw::CutShort),
            DrawingState::Whole if extension != "svg" => Some(ImageFlaw::Misnamed),
            DrawingState::Whole => None,
        };
        return Image { picture: drawing.picture, unsafe_parts: drawing.unsafe_parts, flaw };
    }
    let picture = match kind {
        FileKind::Jpeg | FileKind::Png | FileKind::Webp | FileKind::Gif | FileKind::Avif => {
            raster(bytes)
        }
        _ => None,
    };
    Image { picture, unsafe_parts: Vec::new(), flaw: flaw(kind, picture, extension, bytes) }
}

fn flaw(
    kind: FileKind,
    picture: Option<Picture>,
    extension: &str,
    bytes: &[u8],
) -> Option<ImageFlaw> {
    let flaw = match kind {
        FileKind::Empty => ImageFlaw::Empty,
        FileKind::LfsPointer => ImageFlaw::LfsPointer,
        FileKind::Heic => ImageFlaw::Heic,
        FileKind::Tiff => ImageFlaw::Tiff,
        FileKind::Compressed => ImageFlaw::Compressed,
        FileKind::Film => ImageFlaw::Film,
        FileKind::Sound => ImageFlaw::Sound,
        FileKind::Document => ImageFlaw::Document,
        FileKind::Drawing => return None,
        // Browsers know the bitmaps of Windows; nothing is read of them here.
        FileKind::Other if bytes.starts_with(b"BM") || bytes.starts_with(&[0, 0, 1, 0]) => {
            return None;
        }
        FileKind::Other => ImageFlaw::Unknown,
        _ if extension == "svg" => ImageFlaw::Misnamed,
        _ if picture.is_none() || metadata::is_cut_short(bytes) => ImageFlaw::CutShort,
        _ => return None,
    };
    Some(flaw)
}

fn raster(bytes: &[u8]) -> Option<Picture> {
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    let kind = metadata::kind(bytes);
    let (width, height) =
        if metadata::orientation(bytes) >= 5 { (height, width) } else { (width, height) };
    let shrinks = kind.is_some() && !metadata::moves(bytes) && is_decoded(width, height);
    (width > 0 && height > 0).then_some(Picture { width, height, shrinks })
}

/// The bytes to publish for a file: an image without its metadata (where, when and with what it was
/// taken), a drawing without what could run or fetch and what its makers noted, any other file as
/// it is. Pixels are never changed.
pub fn publish<'b>(extension: &str, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let cleaned = match kind::of(extension, bytes) {
        FileKind::Drawing => svg::read(bytes).published,
        FileKind::Tiff => tiff::cleaned(bytes),
        FileKind::Heic | FileKind::Avif => heif::cleaned(bytes),
        _ => {
            let edits = metadata::edits(bytes);
            (!edits.is_empty()).then(|| apply(bytes, &edits))
        }
    };
    cleaned.map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// The most pixels that an image may have to be decoded: more than any usual camera takes. Several
/// images are in memory at a time, each with up to eight bytes for a pixel.
const MOST_PIXELS: u64 = 80_000_000;

/// Whether an image of this size is ever decoded. The size is taken from its header: a few
/// kilobytes can hold a billion pixels.
pub fn is_decoded(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) <= MOST_PIXELS
}

/// A change of a file: the bytes to replace, and what replaces them. Lists of edits are in the
/// order of the file and do not overlap.
type Edit = (Range<usize>, Vec<u8>);

fn apply(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut done = 0;
    for (range, instead) in edits {
        out.extend_from_slice(bytes.get(done..range.start).unwrap_or_default());
        out.extend_from_slice(instead);
        done = range.end.max(done);
    }
    out.extend_from_slice(bytes.get(done..).unwrap_or_default());
    out
}
