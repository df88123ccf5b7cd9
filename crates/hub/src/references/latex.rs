//! LaTeX in references, as text: what the library leaves of it, which knows accents and little else.

use std::str::Chars;

use biblatex::Chunk;
use etappe_base::slug::composed;

/// How deep braces may stand in each other; what stands deeper is left out.
const MAX_BRACES: usize = 64;

/// Commands that only say how their argument looks.
#[rustfmt::skip]
const LOOKS: &[&str] = &[
    "textit", "emph", "textbf", "textsc", "textrm", "textsf", "texttt", "textup", "textsl",
    "textmd", "textnormal", "text", "mbox", "hbox", "mathrm", "mathit", "mathbf", "mathsf",
    "mathtt", "mathcal", "mathbb", "mathnormal", "operatorname", "underline", "ensuremath",
    "NoCaseChange", "uppercase", "lowercase", "boldsymbol", "bm", "relax", "url", "href",
];

/// Commands that change how the rest looks, or say nothing to readers.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "it", "em", "bf", "rm", "sc", "sf", "tt", "sl", "itshape", "bfseries", "scshape", "upshape",
    "rmfamily", "sffamily", "ttfamily", "normalfont", "left", "right", "big", "Big", "bigl",
    "bigr", "protect", "noopsort", "displaystyle", "textstyle", "small", "limits", "nolimits",
];

/// Characters by the names of their commands.
#[rustfmt::skip]
const SYMBOLS: &[(&str, &str)] = &[
    ("alpha", "α"), ("beta", "β"), ("gamma", "γ"), ("delta", "δ"), ("epsilon", "ε"),
    ("varepsilon", "ε"), ("zeta", "ζ"), ("eta", "η"), ("theta", "θ"), ("vartheta", "ϑ"),
    ("iota", "ι"), ("kappa", "κ"), ("lambda", "λ"), ("mu", "μ"), ("nu", "ν"), ("xi", "ξ"),
    ("omicron", "ο"), ("pi", "π"), ("rho", "ρ"), ("sigma", "σ"), ("varsigma", "ς"), ("tau", "τ"),
    ("upsilon", "υ"), ("phi", "φ"), ("varphi", "φ"), ("chi", "χ"), ("psi", "ψ"), ("omega", "ω"),
    ("Gamma", "Γ"), ("Delta", "Δ"), ("Theta", "Θ"), ("Lambda", "Λ"), ("Xi", "Ξ"), ("Pi", "Π"),
    ("Sigma", "Σ"), ("Upsilon", "Υ"), ("Phi", "Φ"), ("Psi", "Ψ"), ("Omega", "Ω"), ("times", "×"),
    ("pm", "±"), ("mp", "∓"), ("cdot", "·"), ("div", "÷"), ("ast", "∗"), ("le", "≤"), ("leq", "≤"),
    ("leqslant", "≤"), ("ge", "≥"), ("geq", "≥"), ("geqslant", "≥"), ("ne", "≠"), ("neq", "≠"),
    ("lt", "<"), ("gt", ">"), ("ll", "≪"), ("gg", "≫"), ("sim", "∼"), ("approx", "≈"),
    ("simeq", "≃"), ("equiv", "≡"), ("propto", "∝"), ("infty", "∞"), ("to", "→"),
    ("rightarrow", "→"), ("leftarrow", "←"), ("leftrightarrow", "↔"), ("Rightarrow", "⇒"),
    ("uparrow", "↑"), ("downarrow", "↓"), ("circ", "∘"), ("degree", "°"), ("textdegree", "°"),
    ("prime", "′"), ("ell", "ℓ"), ("sum", "∑"), ("prod", "∏"), ("in", "∈"), ("cup", "∪"),
    ("cap", "∩"), ("partial", "∂"), ("nabla", "∇"), ("forall", "∀"), ("star", "⋆"),
    ("dagger", "†"), ("ddagger", "‡"), ("dag", "†"), ("bullet", "•"), ("ldots", "…"),
    ("cdots", "⋯"), ("textmu", "µ"), ("micro", "µ"), ("textperthousand", "‰"), ("euro", "€"),
    ("texteuro", "€"), ("textsterling", "£"), ("textyen", "¥"), ("textcent", "¢"),
    ("textcopyright", "©"), ("textonehalf", "½"), ("textonequarter", "¼"), ("texttimes", "×"),
    ("textpm", "±"), ("textminus", "−"), ("textlangle", "⟨"), ("textrangle", "⟩"),
    ("textnumero", "№"), ("textrightarrow", "→"), ("textasciimacron", "¯"), ("textdblhyphen", "-"),
    ("quad", " "), ("qquad", " "), ("space", " "), ("textspace", " "), ("newline", " "),
    ("backslash", "\\"), ("lbrace", "{"), ("rbrace", "}"), ("i", "ı"), ("j", "ȷ"), ("o", "ø"),
    ("slash", "/"), ("textslash", "/"), ("allowbreak", ""), ("linebreak", " "), ("and", "&"),
];

/// Accents by the letter or sign of their commands.
#[rustfmt::skip]
const ACCENTS: &[(char, char)] = &[
    ('`', '\u{300}'), ('\'', '\u{301}'), ('^', '\u{302}'), ('~', '\u{303}'), ('=', '\u{304}'),
    ('u', '\u{306}'), ('.', '\u{307}'), ('"', '\u{308}'), ('r', '\u{30a}'), ('H', '\u{30b}'),
    ('v', '\u{30c}'), ('d', '\u{323}'), ('c', '\u{327}'), ('k', '\u{328}'), ('b', '\u{332}'),
];

const RAISED: (&str, &str) =
    ("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ");
const LOWERED: (&str, &str) =
    ("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ");

/// What a part of a field says without LaTeX.
pub(super) struct PlainField {
    pub text: String,
    /// The names of commands that nobody knows here: what they stand around is kept.
    pub unknown: Vec<String>,
}

/// Reads what the library leaves of a part of a field. `None` where it is plain already.
pub(super) fn read(chunk: &Chunk) -> Option<PlainField> {
    let (text, is_math) = match chunk {
        Chunk::Normal(text) | Chunk::Verbatim(text) => (text, false),
        Chunk::Math(text) => (text, true),
    };
    let is_plain =
        !is_math && !text.contains(['\\', '~']) && !text.contains("``") && !text.contains("''");
    if is_plain {
        return None;
    }
    let mut reader = LatexReader { rest: text.chars(), unknown: Vec::new(), depth: 0 };
    let mut plain = String::new();
    // A brace too many ends nothing.
    while !reader.rest.as_str().is_empty() {
        plain.push_str(&reader.group(is_math));
    }
    Some(PlainField { text: composed(&plain).into_owned(), unknown: reader.unknown })
}

struct LatexReader<'t> {
    rest: Chars<'t>,
    unknown: Vec<String>,
    depth: usize,
}

impl LatexReader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.rest.next();
        }
        is_next
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.rest.next();
        }
    }

    /// Reads to the brace that closes the group, or to the end.
    fn group(&mut self, is_math: bool) -> String {
        let mut out = String::new();
        while let Some(c) = self.rest.next() {
            match c {
                '}' => break,
                '{' => out.push_str(&self.nested(is_math)),
                '\\' => self.command(is_math, &mut out),
                '$' => {}
                '~' => out.push('\u{a0}'),
                '^' if is_math => out.push_str(&raised(&self.argument(true))),
                '_' if is_math => out.push_str(&lowered(&self.argument(true))),
                '-' if is_math => out.push('−'),
                '\'' if is_math => out.push('′'),
                '`' if self.take_if('`') => out.push('“'),
                '\'' if self.take_if('\'') => out.push('”'),
                c => out.push(c),
            }
        }
        out
    }

    /// The rest of a group whose opening brace was read.
    fn nested(&mut self, is_math: bool) -> String {
        self.depth += 1;
        let inner = if self.depth > MAX_BRACES { String::new() } else { self.group(is_math) };
        self.depth -= 1;
        inner
    }

    /// What a command is about: a group, another command, or one character.
    fn argument(&mut self, is_math: bool) -> String {
        self.skip_spaces();
        match self.rest.next() {
            Some('{') => self.nested(is_math),
            Some('\\') => {
                self.depth += 1;
                let mut out = String::new();
                if self.depth <= MAX_BRACES {
                    self.command(is_math, &mut out);
                }
                self.depth -= 1;
                out
            }
            Some(c) => c.to_string(),
            None => String::new(),
        }
    }

    /// The group that follows, if one does.
    fn group_behind(&mut self, is_math: bool) -> String {
        if self.take_if('{') { self.nested(is_math) } else { String::new() }
    }

    /// A command whose backslash was read.
    fn command(&mut self, is_math: bool, out: &mut String) {
        let Some(first) = self.rest.next() else { return out.push('\\') };
        if first.is_ascii_alphabetic() {
            let mut name = String::from(first);
            while let Some(letter) = self.peek().filter(char::is_ascii_alphabetic) {
                name.push(letter);
                self.rest.next();
            }
            self.skip_spaces();
            return self.named(&name, is_math, out);
        }
        match first {
            ',' | ':' | ';' | '>' | '\\' | ' ' => out.push(' '),
            '!' | '/' | '-' | '(' | ')' | '[' | ']' => {}
            // What the library makes of an accent on a dotless letter: `\'\i`.
            mark if ('\u{300}'..='\u{36f}').contains(&mark) => {
                let letter = self.argument(is_math);
                accented(&letter, mark, out);
            }
            sign => match accent(sign) {
                Some(mark) => {
                    let letter = self.argument(is_math);
                    accented(&letter, mark, out);
                }
                None => out.push(sign),
            },
        }
    }

    fn named(&mut self, name: &str, is_math: bool, out: &mut String) {
        if LOOKS.contains(&name) {
            out.push_str(&self.group_behind(is_math));
        } else if SWITCHES.contains(&name) {
        } else if let Some((_, symbol)) = SYMBOLS.iter().find(|(known, _)| *known == name) {
            out.push_str(symbol);
            // An empty group only ends the name.
            out.push_str(&self.group_behind(is_math));
        } else if let Some(mark) = single(name).and_then(accent) {
            let letter = self.argument(is_math);
            accented(&letter, mark, out);
        } else {
            self.composed_of(name, is_math, out);
        }
    }

    /// Commands with arguments of their own; and those that nobody knows.
    fn composed_of(&mut self, name: &str, is_math: bool, out: &mut String) {
        match name {
            "textsubscript" => out.push_str(&lowered(&self.argument(is_math))),
            "textsuperscript" => out.push_str(&raised(&self.argument(is_math))),
            "frac" | "dfrac" | "tfrac" => {
                let (above, below) = (self.argument(true), self.argument(true));
                out.push_str(&format!("{above}/{below}"));
            }
            "sqrt" => out.push_str(&format!("√{}", self.argument(true))),
            "enquote" => out.push_str(&format!("“{}”", self.argument(is_math))),
            "ce" => out.push_str(&formula(&self.argument(is_math))),
            _ => {
                self.unknown.push(name.to_owned());
                out.push_str(&self.group_behind(is_math));
            }
        }
    }
}

fn single(name: &str) -> Option<char> {
    let mut chars = name.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn accent(sign: char) -> Option<char> {
    ACCENTS.iter().find(|(known, _)| *known == sign).map(|(_, mark)| *mark)
}

/// Puts an accent on the first letter.
fn accented(letters: &str, mark: char, out: &mut String) {
    let mut letters = letters.chars();
    match letters.next() {
        Some('ı') => out.push('i'),
        Some('ȷ') => out.push('j'),
        Some(letter) => out.push(letter),
        None => {}
    }
    out.push(mark);
    out.push_str(letters.as_str());
}

fn raised(text: &str) -> String {
    match text {
        "∘" | "°" => "°".to_owned(),
        // A prime is raised as it is.
        "′" | "*" | "∗" | "†" | "‡" => text.to_owned(),
        _ => in_letters_of(text, RAISED).unwrap_or_else(|| format!("^{text}")),
    }
}

fn lowered(text: &str) -> String {
    in_letters_of(text, LOWERED).unwrap_or_else(|| text.to_owned())
}

/// The text in raised or lowered letters. `None` where one of them does not exist.
fn in_letters_of(text: &str, (plain, other): (&str, &str)) -> Option<String> {
    let letter = |c: char| other.chars().nth(plain.chars().position(|known| known == c)?);
    text.chars().map(letter).collect()
}

/// A chemical formula: numbers behind letters are lowered.
fn formula(text: &str) -> String {
    let mut out = String::new();
    let mut is_behind_letter = false;
    for c in text.chars() {
        is_behind_letter =
            c.is_alphabetic() || matches!(c, ')' | ']') || (is_behind_letter && c.is_ascii_digit());
        match c {
            '0'..='9' if is_behind_letter => out.push_str(&lowered(&c.to_string())),
            '^' | '_' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let plain = read(&Chunk::Normal(text.to_owned())).expect("it holds LaTeX");
        assert_eq!((plain.text.as_str(), plain.unknown.len()), (expected, 0), "{text}");
    }

    fn check_math(text: &str, expected: &str) {
        let plain = read(&Chunk::Math(text.to_owned())).expect("math is LaTeX");
        assert_eq!((plain.text.as_str(), plain.unknown.len()), (expected, 0), "{text}");
    }

    #[test]
    fn looks_are_left_out_and_symbols_are_characters() {
        check("\\textit{in vivo} and \\emph{\\textbf{more}}", "in vivo and more");
        check("{\\em old} {\\it ways}", "old ways");
        check("H\\textsubscript{2}O, 10\\textsuperscript{6}, \\ce{CO2}", "H₂O, 10⁶, CO₂");
        check("\\textalpha{}".replace("text", "").as_str(), "α");
        check("\\beta -amyloid", "β-amyloid");
        check("``so''~he said", "“so”\u{a0}he said");
        check("\\v{S}koda \\\"{u}ber na\\\"\\i ve", "Škoda über naïve");
        check("Mart\\\u{301}inez \\'\\i", "Martínez í");
        check("5\\,mg \\& more\\%", "5 mg & more%");
    }

    #[test]
    fn formulas_are_text() {
        check_math("\\beta", "β");
        check_math("p < 0.05", "p < 0.05");
        check_math("10^{-6}", "10⁻⁶");
        check_math("CO_2", "CO₂");
        check_math("\\mathrm{A\\beta}_{42}", "Aβ₄₂");
        check_math("37^\\circ C", "37°C");
        check_math("\\frac{1}{2}", "1/2");
        check_math("\\pm 2", "±2");
        check_math("x^{qQ}", "x^qQ");
    }

    #[test]
    fn what_nobody_knows_keeps_its_text() {
        let plain = read(&Chunk::Normal("a \\unheard{of} b".to_owned())).expect("it holds LaTeX");
        assert_eq!((plain.text.as_str(), &*plain.unknown), ("a of b", &["unheard".to_owned()][..]));
        assert!(read(&Chunk::Normal("plain text, 5 µg".to_owned())).is_none());
        let deep = format!("\\x{}", "{\\x".repeat(5_000));
        read(&Chunk::Normal(deep)).expect("it ends");
        for odd in ["\\", "\\textit", "}}\\alpha}", "{{{\\"] {
            read(&Chunk::Normal(odd.to_owned())).expect("it ends");
        }
    }
}
