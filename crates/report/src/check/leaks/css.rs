//! Style sheets, as far as they make browsers fetch something.

/// Tells every address that a style sheet, or a part of one, makes a browser fetch.
pub(super) fn read(css: &str, tell: &mut dyn FnMut(&str)) {
    let mut reader =
        CssReader { css, at: 0, wants_text: false, is_namespace: false, images: Vec::new() };
    while let Some(byte) = reader.peek() {
        match byte {
            b'/' if reader.rest().starts_with("/*") => reader.skip_comment(),
            b'"' | b'\'' => {
                let text = reader.text(byte);
                if reader.wants_text || reader.images.last() == Some(&true) {
                    tell(&text);
                }
            }
            b'@' => {
                reader.at += 1;
                let rule = reader.name();
                reader.wants_text = rule == "import";
                reader.is_namespace = rule == "namespace";
            }
            b';' | b'{' | b'}' => {
                reader.at += 1;
                (reader.wants_text, reader.is_namespace) = (false, false);
                reader.images.clear();
            }
            b'(' => {
                reader.at += 1;
                reader.images.push(reader.images.last() == Some(&true));
            }
            b')' => {
                reader.at += 1;
                reader.images.pop();
            }
            _ if is_part_of_name(byte) => reader.value(tell),
            _ => reader.at += 1,
        }
    }
}

struct CssReader<'c> {
    css: &'c str,
    at: usize,
    /// Behind `@import`: a string is an address.
    wants_text: bool,
    /// Behind `@namespace`: an address is a name.
    is_namespace: bool,
    /// By open bracket: whether a string in it is the address of an image.
    images: Vec<bool>,
}

impl CssReader<'_> {
    fn peek(&self) -> Option<u8> {
        self.css.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.css.get(self.at..).unwrap_or_default()
    }

    fn skip_comment(&mut self) {
        let rest = self.rest();
        self.at += rest.get(2..).and_then(|rest| rest.find("*/")).map_or(rest.len(), |end| end + 4);
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// A name in small letters, without escapes.
    fn name(&mut self) -> String {
        let mut name = String::new();
        while self.peek().is_some_and(is_part_of_name) {
            self.character(&mut name);
        }
        name.make_ascii_lowercase();
        name
    }

    /// One character, which may be escaped: `\75`.
    fn character(&mut self, out: &mut String) {
        let Some(character) = self.rest().chars().next() else { return };
        self.at += character.len_utf8();
        if character != '\\' {
            return out.push(character);
        }
        let digits = self.rest().bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits == 0 {
            // A line that goes on.
            let escaped = self.rest().chars().next();
            self.at += escaped.map_or(0, char::len_utf8);
            return out.extend(escaped.filter(|character| *character != '\n'));
        }
        let code = u32::from_str_radix(&self.rest()[..digits], 16).ok().and_then(char::from_u32);
        out.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.at += digits;
        if self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// A string, whose quote is next.
    fn text(&mut self, quote: u8) -> String {
        self.at += 1;
        let mut text = String::new();
        while let Some(byte) = self.peek() {
            if byte == quote || byte == b'\n' {
                self.at += 1;
                break;
            }
            self.character(&mut text);
        }
        text
    }

    /// A name, and the address in brackets if it is `url` or the like.
    fn value(&mut self, tell: &mut dyn FnMut(&str)) {
        let name = self.name();
        if self.peek() != Some(b'(') {
            return;
        }
        match name.as_str() {
            "url" | "src" => {
                self.at += 1;
                self.skip_spaces();
                let address = match self.peek() {
                    Some(quote @ (b'"' | b'\'')) => self.text(quote),
                    _ => self.bare(),
                };
                // Nothing else in these brackets is an address.
                self.images.push(false);
                if !self.is_namespace {
                    tell(&address);
                }
            }
            "image-set" | "-webkit-image-set" | "cross-fade" | "-webkit-cross-fade" | "image" => {
                self.at += 1;
                self.images.push(true);
            }
            // The type of an image is no address.
            "type" => {
                self.at += 1;
                self.images.push(false);
            }
            _ => {}
        }
    }

    /// An address without quotes.
    fn bare(&mut self) -> String {
        let mut address = String::new();
        while self.peek().is_some_and(|byte| byte != b')' && !byte.is_ascii_whitespace()) {
            self.character(&mut address);
        }
        address
    }
}

fn is_part_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'\\' | 0x80..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(css: &str, expected: &[&str]) {
        let mut found = Vec::new();
        read(css, &mut |address| found.push(address.to_owned()));
        assert_eq!(found, expected, "{css}");
    }

    #[test]
    fn every_way_to_fetch_is_seen() {
        check("a { background: URL( //x.example/a.png ) }", &["//x.example/a.png"]);
        check("a{b:url('x y')}c{d:u\\72l(\"z\")}", &["x y", "z"]);
        check(
            "@import \"a.css\"; @IMPORT url(b.css) screen;@import'c.css'",
            &["a.css", "b.css", "c.css"],
        );
        check(
            "a{b:image-set(\"x.png\" 1x type(\"image/png\"), url(y.png) 2x)}",
            &["x.png", "y.png"],
        );
        check("a{b:url(\\2f\\2f x.example)}", &["//x.example"]);
        check("@font-face{src:url(f.woff2)format('woff2')}", &["f.woff2"]);
        check("fill:url(x.svg#a)", &["x.svg#a"]);
    }

    #[test]
    fn what_is_only_said_is_not_fetched() {
        check("/* url(x) @import 'y' */ a::after { content: \"url(x)\" }", &[]);
        check("@namespace svg url(http://www.w3.org/2000/svg);", &[]);
        check("a[href='//x'] { curl: (x) } .url { } @media (x: 'y')", &[]);
        check("", &[]);
        check("@import", &[]);
        check("url(", &[""]);
    }
}
