//! Ranges of bytes, as browsers ask for them to play films (RFC 9110, 14). One range is answered; of
//! several, the whole.

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sent {
    /// All of it: no range was asked for, or none that can be understood.
    Whole,
    /// From the first byte to the one before the second number.
    Part(u64, u64),
    /// Nothing: the range begins behind the end.
    Nothing,
}

/// What a `Range` field asks for, of something that is `length` bytes long.
pub(crate) fn sent(field: &str, length: u64) -> Sent {
    let Some((unit, ranges)) = field.split_once('=') else { return Sent::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || ranges.contains(',') {
        return Sent::Whole;
    }
    let Some((first, last)) = ranges.trim().split_once('-') else { return Sent::Whole };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // A number that no computer counts to is as good as the largest.
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    match (first.trim(), last.trim()) {
        (first, last) if !digits(first) || !digits(last) => Sent::Whole,
        ("", "") => Sent::Whole,
        // The last so many bytes.
        ("", last) => match number(last) {
            0 => Sent::Nothing,
            _ if length == 0 => Sent::Nothing,
            last => Sent::Part(length.saturating_sub(last), length),
        },
        (first, "") => open(number(first), length, length),
        (first, last) if number(last) < number(first) => Sent::Whole,
        (first, last) => open(number(first), number(last).saturating_add(1), length),
    }
}

fn open(first: u64, end: u64, length: u64) -> Sent {
    if first < length { Sent::Part(first, end.min(length)) } else { Sent::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (field, expected) in [
            ("bytes=0-1", Sent::Part(0, 2)),
            ("bytes=0-", Sent::Part(0, 10)),
            ("Bytes= 3-99 ", Sent::Part(3, 10)),
            ("bytes=9-9", Sent::Part(9, 10)),
            ("bytes=-3", Sent::Part(7, 10)),
            ("bytes=-99", Sent::Part(0, 10)),
            ("bytes=0-99999999999999999999", Sent::Part(0, 10)),
            ("bytes=10-", Sent::Nothing),
            ("bytes=10-20", Sent::Nothing),
            ("bytes=-0", Sent::Nothing),
            ("bytes=99999999999999999999-", Sent::Nothing),
            ("bytes=5-4", Sent::Whole),
            ("bytes=0-1,4-5", Sent::Whole),
            ("bytes=", Sent::Whole),
            ("bytes=-", Sent::Whole),
            ("bytes=a-b", Sent::Whole),
            ("bytes=+1-2", Sent::Whole),
            ("lines=0-1", Sent::Whole),
            ("0-1", Sent::Whole),
        ] {
            assert_eq!(sent(field, 10), expected, "{field}");
        }
        assert_eq!(sent("bytes=0-", 0), Sent::Nothing);
        assert_eq!(sent("bytes=-5", 0), Sent::Nothing);
    }
}
