//! Pictures: bytes in, bytes out. How large one is, what of it is nobody's business, smaller sizes
//! of it, and cards for social media drawn from SVG. Two features leave out what takes long to
//! compile: `images` and `cards`.
//!
//! Must not know: hubs, pages, themes, files. What it gives back depends on the bytes that it got
//! and on [`VERSION`] alone.
//!
//! Begin with [`read`] for what a picture is, [`publish`] for the bytes that readers get,
//! [`smaller`] for a size of it, and [`card`] for drawings.

pub mod card;
mod metadata;
mod small;
mod svg;

use std::borrow::Cow;
use std::ops::Range;

use etappe_base::source::Span;

pub use small::{VERSION, WIDTHS, shrink};

/// A digest of the sources and features of this crate.
pub const SOURCES: &str = env!("ETAPPE_SOURCES");

/// What a page must know of an image before it is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Picture {
    /// In pixels, as it is shown: turned where its metadata says so.
    pub width: u32,
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
    /// What is left out of a drawing because it could run or fetch something: where, and what it
    /// is.
    pub unsafe_parts: Vec<(Span, String)>,
}

impl Picture {
    /// The widths that smaller sizes are made in.
    pub fn widths(self) -> impl Iterator<Item = u32> {
        WIDTHS.iter().copied().filter(move |width| self.shrinks && *width < self.width)
    }
}

/// One smaller size; the file as it is published where its pixels cannot be read.
pub fn smaller(extension: &str, bytes: &[u8], width: u32) -> Vec<u8> {
    let small = shrink(bytes, &[width]).and_then(|mut small| small.pop());
    small.unwrap_or_else(|| publish(extension, bytes).into_owned())
}

/// Whether a file is an image, by its extension.
pub fn is_image(extension: &str) -> bool {
    matches!(extension, "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "bmp" | "tiff")
}

/// Whether files of this kind are read for their size.
pub fn is_read(extension: &str) -> bool {
    matches!(extension, "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif")
}

/// Reads what an image says of itself. `None` for a file of another kind.
pub fn read(extension: &str, bytes: &[u8]) -> Option<Image> {
    match extension {
        "svg" => {
            let drawing = svg::read(bytes);
            Some(Image { picture: drawing.picture, unsafe_parts: drawing.unsafe_parts })
        }
        _ if is_read(extension) => Some(Image { picture: raster(bytes), unsafe_parts: Vec::new() }),
        _ => None,
    }
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

/// What is published of a file: an image without its metadata (where, when and with what it was
/// taken), a drawing without what could run or fetch. Pixels stay as they are. Files of other kinds
/// stay whole.
pub fn publish<'b>(extension: &str, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let edits = match extension {
        "svg" => svg::read(bytes).edits,
        "png" | "jpg" | "jpeg" | "webp" => metadata::edits(bytes),
        _ => Vec::new(),
    };
    if edits.is_empty() { Cow::Borrowed(bytes) } else { Cow::Owned(apply(bytes, &edits)) }
}

/// The most pixels of an image that is decoded: more than any usual camera takes. Several are in
/// memory at a time, each with up to eight bytes for a pixel.
const MOST_PIXELS: u64 = 80_000_000;

/// Whether an image of this size is ever decoded. Its header is asked first: a few kilobytes can
/// hold a billion pixels.
pub fn is_decoded(width: u32, height: u32) -> bool {
    u64::from(width) * u64::from(height) <= MOST_PIXELS
}

/// A change of a file: these bytes give way to those. In the order of the file, without overlap.
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
