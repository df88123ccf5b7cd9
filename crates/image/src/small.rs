//! Smaller sizes of photographs, for small screens: decoded, turned upright, scaled and written as
//! WebP.

/// Raised with every change of what [`shrink`] gives, so that sizes made by an older program are
/// made again.
pub const VERSION: u32 = 1;

/// The widths of smaller sizes, in pixels; each is made only of an image that is wider.
#[cfg(feature = "images")]
pub const WIDTHS: &[u32] = &[480, 960, 1600];
#[cfg(not(feature = "images"))]
pub const WIDTHS: &[u32] = &[];

#[cfg(not(feature = "images"))]
pub fn shrink(_bytes: &[u8], _widths: &[u32]) -> Option<Vec<Vec<u8>>> {
    None
}

#[cfg(feature = "images")]
pub use with_pixels::shrink;

#[cfg(feature = "images")]
mod with_pixels {
    use fast_image_resize::images::Image as Pixels;
    use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
    use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

    /// WebP's quality, of 100: a reader sees no difference.
    const QUALITY: f32 = 78.0;

    /// The longest side of an image that is decoded, in pixels; below, the memory that decoding may
    /// take, in bytes.
    const LARGEST: u32 = 20_000;
    const MEMORY: u64 = 512 << 20;

    /// An image in each of `widths`, as WebP, decoded once. `None` when it cannot be decoded.
    pub fn shrink(bytes: &[u8], widths: &[u32]) -> Option<Vec<Vec<u8>>> {
        let (image, profile) = decode(bytes)?;
        let (wide, high) = (image.width(), image.height());
        let alpha = image.color().has_alpha();
        let pixels = match alpha {
            true => Pixels::from_vec_u8(wide, high, image.into_rgba8().into_raw(), PixelType::U8x4),
            false => Pixels::from_vec_u8(wide, high, image.into_rgb8().into_raw(), PixelType::U8x3),
        };
        let pixels = pixels.ok()?;
        let mut resizer = Resizer::new();
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        let one = |width: &u32| {
            let height =
                (u64::from(high) * u64::from(*width)).div_ceil(u64::from(wide)).max(1) as u32;
            let mut small = Pixels::new(*width, height, pixels.pixel_type());
            resizer.resize(&pixels, &mut small, &options).ok()?;
            let encoder = match alpha {
                true => webp::Encoder::from_rgba(small.buffer(), *width, height),
                false => webp::Encoder::from_rgb(small.buffer(), *width, height),
            };
            let encoded = encoder.encode_simple(false, QUALITY).ok()?.to_vec();
            Some(match &profile {
                Some(profile) => with_profile(&encoded, profile, alpha, *width, height),
                None => encoded,
            })
        };
        widths.iter().map(one).collect()
    }

    /// The pixels, upright, and their colour profile where they have one.
    fn decode(bytes: &[u8]) -> Option<(DynamicImage, Option<Vec<u8>>)> {
        let mut reader =
            ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().ok()?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(LARGEST);
        limits.max_image_height = Some(LARGEST);
        limits.max_alloc = Some(MEMORY);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().ok()?;
        let (width, height) = decoder.dimensions();
        if !crate::is_decoded(width, height) {
            return None;
        }
        let profile = decoder.icc_profile().ok().flatten();
        let orientation = decoder.orientation().ok();
        let mut image = DynamicImage::from_decoder(decoder).ok()?;
        if let Some(orientation) = orientation {
            image.apply_orientation(orientation);
        }
        Some((image, profile))
    }

    /// The same picture in WebP's extended form, which can hold the colour profile.
    fn with_profile(
        simple: &[u8],
        profile: &[u8],
        alpha: bool,
        width: u32,
        height: u32,
    ) -> Vec<u8> {
        const HAS_PROFILE: u8 = 0x20;
        const HAS_ALPHA: u8 = 0x10;
        let part = |name: &[u8; 4], says: &[u8]| {
            let padding = vec![0; says.len() % 2];
            [name.as_slice(), &(says.len() as u32).to_le_bytes(), says, &padding].concat()
        };
        let picture = match simple.get(12..16) {
            // It is extended already: its own header is replaced.
            Some(b"VP8X") => simple.get(30..).unwrap_or_default(),
            _ => simple.get(12..).unwrap_or_default(),
        };
        let flags = HAS_PROFILE | if alpha { HAS_ALPHA } else { 0 };
        let side = |pixels: u32| (pixels - 1).to_le_bytes();
        let header = [&[flags, 0, 0, 0], &side(width)[..3], &side(height)[..3]].concat();
        let parts = [part(b"VP8X", &header), part(b"ICCP", profile), picture.to_vec()].concat();
        [b"RIFF".as_slice(), &(parts.len() as u32 + 4).to_le_bytes(), b"WEBP", &parts].concat()
    }
}
