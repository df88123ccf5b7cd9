//! The nearest known name, for "did you mean".

/// How many faults of one page get a suggestion. Each search compares a name with every known one.
pub const MOST_SUGGESTIONS: usize = 50;

/// In bytes; a longer name is not taken for a misspelling of another.
const LONGEST_NAME: usize = 200;

/// The known name nearest to `name`, if any is near enough to be meant.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let lower = name.to_lowercase();
    known
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST_NAME)
        .map(|candidate| (strsim::jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(score, candidate)| {
            *score >= 0.8 || candidate.to_lowercase().contains(&lower) && lower.len() > 2
        })
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// The known name that `name` must be a misspelling of: one or two letters off, and no other as
/// near.
pub fn unmistakable<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let known = known.into_iter().filter(|other| other.len() <= LONGEST_NAME);
    let mut distances: Vec<(usize, &str)> =
        known.map(|other| (strsim::damerau_levenshtein(name, other), other)).collect();
    distances.sort_unstable();
    let (distance, nearest) = *distances.first()?;
    let alone = distances.get(1).is_none_or(|(next, _)| *next > distance + 2);
    (distance <= 2 && name.len() > 2 * distance && alone).then_some(nearest)
}

/// Help for an unknown name: the nearest known one, or the list of all that are known.
pub fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "none is defined yet".to_owned(),
        None => {
            let list: Vec<String> = known.iter().take(12).map(|name| format!("`{name}`")).collect();
            let more = if known.len() > 12 { ", …" } else { "" };
            format!("known here: {}{more}", list.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_name_and_nonsense_finds_none() {
        let known = ["out-of-the-loop", "awareness", "consideration", "gp-traditional"];
        assert_eq!(nearest("awarenes", known), Some("awareness"));
        assert_eq!(nearest("Consideraton", known), Some("consideration"));
        assert_eq!(nearest("gp", known), None);
        assert_eq!(nearest("xyzzy", known), None);
        assert!(did_you_mean("xyzzy", known).contains("`awareness`"));
    }
}
