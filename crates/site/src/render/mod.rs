//! `(view, theme) → bytes`: a pure function. Never sees hub, plan or disk.

mod text;

use tera::Value;

use crate::theme::{CARD, Failure, Theme};
use crate::view::View;
use etappe_base::hash::Digest;
use etappe_base::path::HubPath;

/// The result of rendering a view.
pub enum Rendered {
    /// The buffer holds the bytes.
    Bytes,
    /// The output is this file of the hub, as it is.
    Copy(HubPath),
    /// The output is what is published of this file.
    Published(HubPath),
    /// The output is a smaller size of an image of the hub.
    Small {
        /// The image.
        file: HubPath,
        /// Of the whole file, as it was when it was read.
        digest: Digest,
        /// In pixels.
        width: u32,
    },
    /// The buffer holds a drawing, and the output is the picture of it.
    Drawing,
}

/// Renders into `out`, which is emptied first.
///
/// # Errors
/// When a template fails on the view.
pub fn render(view: View<'_>, theme: &Theme, out: &mut Vec<u8>) -> Result<Rendered, Failure> {
    out.clear();
    match view {
        View::Template { name, context } => theme.templates.render(name, &context, out)?,
        View::Page { name, mut context, mut page, text } => {
            page.body = Value::safe_string(&text::fill(&text, &theme.templates)?);
            context.insert("page", &page);
            theme.templates.render(name, &context, out)?;
        }
        View::Drawing(context) => {
            theme.templates.render(CARD, &context, out)?;
            return Ok(Rendered::Drawing);
        }
        View::Written(data) => data.write(out),
        View::Text(text) => out.extend_from_slice(text.as_bytes()),
        View::Bytes(bytes) => out.extend_from_slice(&bytes),
        View::Copy(file) => return Ok(Rendered::Copy(file)),
        View::Published(file) => return Ok(Rendered::Published(file)),
        View::Small { file, digest, width } => return Ok(Rendered::Small { file, digest, width }),
    }
    Ok(Rendered::Bytes)
}
