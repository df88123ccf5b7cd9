//! Words as they are searched: without case, accents and the like.
//! `themes/default/assets/search.js` folds what a reader types in the same way; a change here is a
//! change there, and `tests/browser` compares the two.

use unicode_normalization::UnicodeNormalization;

/// The longest word that is kept whole, in characters.
pub(super) const LONGEST: usize = 40;

/// Hands the words of `text` to `found`. Scripts that put no spaces between words give their
/// characters, and each two in a row.
pub(super) fn words(text: &str, found: &mut dyn FnMut(&str)) {
    let folded = fold(text);
    for word in
        folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
    {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let kind = is_unspaced(first);
            let end = rest.find(|character| is_unspaced(character) != kind).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            rest = after;
            if kind { pairs(run, found) } else { found(shortened(stem(run))) }
        }
    }
}

/// Lower case, compatible forms, no marks above or below.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in
        text.nfkd().filter(|character| !is_mark(*character)).flat_map(char::to_lowercase)
    {
        match character {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            'ة' => folded.push('ه'),
            'ى' | 'ی' => folded.push('ي'),
            'ک' => folded.push('ك'),
            other => folded.push(other),
        }
    }
    folded
}

/// Marks that make no other word: accents, vowel points, and those that only guide the breaking of
/// lines.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Thai, Lao, Burmese, Khmer, Japanese and Chinese.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

fn pairs(run: &str, found: &mut dyn FnMut(&str)) {
    let mut last = None;
    for (at, character) in run.char_indices() {
        let end = at + character.len_utf8();
        found(&run[at..end]);
        if let Some(before) = last {
            found(&run[before..end]);
        }
        last = Some(at);
    }
}

/// An Arabic word without its article, and what is written together with that.
fn stem(word: &str) -> &str {
    let joined = word.strip_prefix(['و', 'ف', 'ب', 'ك']).unwrap_or(word);
    let without = joined
        .strip_prefix("ال")
        .or_else(|| word.strip_prefix("ال"))
        .or_else(|| word.strip_prefix("لل"));
    without.filter(|rest| rest.chars().nth(1).is_some()).unwrap_or(word)
}

fn shortened(word: &str) -> &str {
    if word.len() <= LONGEST {
        return word;
    }
    word.char_indices().nth(LONGEST).map_or(word, |(end, _)| &word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        words(text, &mut |word| found.push(word.to_owned()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn case_and_accents_make_no_difference() {
        check("Épilepsie, ÉPILEPSIE e\u{301}pilepsie", &["epilepsie", "epilepsie", "epilepsie"]);
        check("Straße Ærø Łódź İstanbul ﬁn", &["strasse", "aero", "lodz", "istanbul", "fin"]);
        check("ΟΔΟΣ οδός", &["οδοσ", "οδοσ"]);
        check("Ge\u{ad}heugen", &["geheugen"]);
        check("CO₂ 10⁶ HbA₁c Aβ₄₂", &["co2", "106", "hba1c", "aβ42"]);
    }

    #[test]
    fn words_end_where_letters_and_digits_do() {
        check(
            "l’enfant follow-up 2.5 mg/ml",
            &["l", "enfant", "follow", "up", "2", "5", "mg", "ml"],
        );
        check("“…”", &[]);
    }

    #[test]
    fn arabic_is_found_without_vowels_article_and_forms_of_letters() {
        check("العِلاجُ والعلاج للعلاج علاج", &["علاج", "علاج", "علاج", "علاج"]);
        check("الذاكرة أدوية إلى ـال", &["ذاكره", "ادويه", "الي", "ال"]);
        check("كال الم", &["كال", "الم"]);
    }

    #[test]
    fn scripts_without_spaces_give_characters_and_pairs() {
        check("认知症 x", &["认", "知", "认知", "症", "知症", "x"]);
        check("abc薬", &["abc", "薬"]);
    }

    #[test]
    fn endless_words_are_cut() {
        check(&"é".repeat(50), &[&"e".repeat(LONGEST)]);
    }
}
