//! How large a drawing is.

use quick_xml::events::BytesStart;

use crate::Picture;

/// The size that the drawing asks for, in pixels; else that of its view box.
pub(super) fn size(svg: &BytesStart<'_>) -> Option<Picture> {
    let attribute = |name: &str| -> Option<String> {
        let one = svg.try_get_attribute(name).ok().flatten()?;
        Some(one.value.trim().to_owned())
    };
    let pixels = |name: &str| {
        attribute(name)?
            .trim_end_matches("px")
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| *number >= 1.0)
    };
    let view: Vec<f64> = attribute("viewBox")
        .map(|text| {
            text.split([' ', ',', '\n', '\t']).filter_map(|part| part.parse().ok()).collect()
        })
        .unwrap_or_default();
    let view = match view.as_slice() {
        [_, _, width, height] if *width > 0.0 && *height > 0.0 => Some((*width, *height)),
        _ => None,
    };
    let (width, height) = match (pixels("width"), pixels("height"), view) {
        (Some(width), Some(height), _) => (width, height),
        (Some(width), None, Some((w, h))) => (width, width * h / w),
        (None, Some(height), Some((w, h))) => (height * w / h, height),
        (_, _, view) => view?,
    };
    let whole = |number: f64| number.round().clamp(1.0, 1e6) as u32;
    Some(Picture { width: whole(width), height: whole(height), shrinks: false })
}
