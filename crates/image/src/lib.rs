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
    matches!(extension, "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif" | "svg" | "bmp" | "tiff")
}

/// Whether files of this kind are read for their size.
pub fn is_read(extension: &str) -> bool {
    matches!(extension, "png" | "jpg" | "jpeg" | "gif" | "webp" | "avif")
}

/// Reads the size of an image and what is unsafe in it. `None` for a file of another kind.
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

/// The bytes to publish for a file: an image without its metadata (where, when and with what it was
/// taken), a drawing without what could run or fetch, any other file as it is. Pixels are never
/// changed.
pub fn publish<'b>(extension: &str, bytes: &'b [u8]) -> Cow<'b, [u8]> {
    let edits = match extension {
        "svg" => svg::read(bytes).edits,
        "png" | "jpg" | "jpeg" | "webp" => metadata::edits(bytes),
        _ => Vec::new(),
    };
    if edits.is_empty() { Cow::Borrowed(bytes) } else { Cow::Owned(apply(bytes, &edits)) }
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
