//! Scores from counts of answers: NPS, CSAT and CES, each with n and a 95 % interval.

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.96;

/// Answers by their kind. Counts only: who answered is never known here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Answers {
    /// Promoters, passives, detractors.
    pub nps: [u64; 3],
    /// From 1, very dissatisfied, to 5, very satisfied.
    pub csat: [u64; 5],
    /// From 1, very hard, to 7, very easy.
    pub ces: [u64; 7],
}

impl Answers {
    /// Whether every count is 0.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds count to count; a sum stops at the largest number there is.
    pub fn add(&mut self, other: &Self) {
        let add = |own: &mut [u64], more: &[u64]| {
            own.iter_mut().zip(more).for_each(|(own, more)| *own = own.saturating_add(*more))
        };
        add(&mut self.nps, &other.nps);
        add(&mut self.csat, &other.csat);
        add(&mut self.ces, &other.ces);
    }

    /// Every score that has an answer.
    pub fn scores(&self) -> Vec<Score> {
        [nps(self.nps), csat(self.csat), ces(self.ces)].into_iter().flatten().collect()
    }
}

/// The scale that a score is on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scale {
    /// From -100 to 100: per cent of promoters less per cent of detractors.
    Nps,
    /// Per cent of answers that are 4 or 5.
    Csat,
    /// The mean, from 1 to 7.
    Ces,
}

impl Scale {
    /// As the JSON report and the columns of imports spell it.
    pub fn name(self) -> &'static str {
        ["nps", "csat", "ces"][self as usize]
    }
}

/// One score with its 95 % interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Score {
    /// Says what `value`, `low` and `high` are measured in.
    pub scale: Scale,
    /// The number of answers, never 0.
    pub n: u64,
    /// On its scale, not rounded.
    pub value: f64,
    /// The lower end of the 95 % interval, on its scale.
    pub low: f64,
    /// The upper end of the 95 % interval, on its scale.
    pub high: f64,
}

impl Score {
    /// `NPS 20 (95 % from 4 to 36, n = 120)`, or that there are too few answers to show it.
    pub fn words(&self, least: u64) -> String {
        let name = self.scale.name().to_uppercase();
        if self.n < least {
            return format!("{name} hidden: n = {}, fewer than {least}", self.n);
        }
        let digits = if self.scale == Scale::Ces { 2 } else { 0 };
        let Self { value, low, high, n, .. } = *self;
        format!("{name} {value:.digits$} (95 % from {low:.digits$} to {high:.digits$}, n = {n})")
    }

    /// The score as a share of its scale, in per cent, so that one limit fits scores of all scales.
    pub fn share(&self) -> f64 {
        match self.scale {
            Scale::Nps => (self.value + 100.0) / 2.0,
            Scale::Csat => self.value,
            Scale::Ces => (self.value - 1.0) / 6.0 * 100.0,
        }
    }
}

/// The interval is that of the mean of answers that count 1, 0 and -1.
fn nps([promoters, passives, detractors]: [u64; 3]) -> Option<Score> {
    let n = promoters.saturating_add(passives).saturating_add(detractors);
    let (p, d, all) = (promoters as f64, detractors as f64, n as f64);
    let mean = (p - d) / all;
    let half = Z * (((p + d) / all - mean * mean).max(0.0) / all).sqrt();
    (n > 0).then(|| Score {
        scale: Scale::Nps,
        n,
        value: mean * 100.0,
        low: (mean - half).max(-1.0) * 100.0,
        high: (mean + half).min(1.0) * 100.0,
    })
}

/// The interval is Wilson's, which holds for shares near 0 and 1 too.
fn csat(counts: [u64; 5]) -> Option<Score> {
    let n = counts.iter().fold(0, |n: u64, count| n.saturating_add(*count));
    let (all, share) = (n as f64, (counts[3] as f64 + counts[4] as f64) / n as f64);
    let spread = Z * (share * (1.0 - share) / all + Z * Z / (4.0 * all * all)).sqrt();
    let (centre, scale) = (share + Z * Z / (2.0 * all), 1.0 + Z * Z / all);
    let (low, high) = ((centre - spread) / scale, (centre + spread) / scale);
    (n > 0).then(|| Score {
        scale: Scale::Csat,
        n,
        value: share * 100.0,
        low: low.max(0.0) * 100.0,
        high: high.min(1.0) * 100.0,
    })
}

/// The interval is that of a mean, with the deviation of the sample.
fn ces(counts: [u64; 7]) -> Option<Score> {
    let n = counts.iter().fold(0, |n: u64, count| n.saturating_add(*count));
    let all = n as f64;
    let answers = || counts.iter().enumerate().map(|(at, count)| (at as f64 + 1.0, *count as f64));
    let mean = answers().map(|(answer, count)| answer * count).sum::<f64>() / all;
    let squares = answers().map(|(answer, count)| (answer - mean).powi(2) * count).sum::<f64>();
    let half = if n > 1 { Z * (squares / (all - 1.0) / all).sqrt() } else { 6.0 };
    (n > 0).then(|| Score {
        scale: Scale::Ces,
        n,
        value: mean,
        low: (mean - half).max(1.0),
        high: (mean + half).min(7.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answers: Answers, expected: &str) {
        let words: Vec<String> = answers.scores().iter().map(|score| score.words(30)).collect();
        assert_eq!(words.join("; "), expected);
    }

    // By hand: (60 - 20) / 100 = 0.4; variance 0.8 - 0.16 = 0.64, error 0.08, half 0.1568.
    #[test]
    fn nps_is_promoters_less_detractors() {
        check(
            Answers { nps: [60, 20, 20], ..Answers::default() },
            "NPS 40 (95 % from 24 to 56, n = 100)",
        );
    }

    // By hand: 80 of 100; Wilson: (0.8 + 0.019208 ± 1.96 · √(0.0016 + 0.00009604)) / 1.038416 =
    // 0.7111 … 0.8666.
    #[test]
    fn csat_is_the_share_of_the_two_best_answers() {
        check(
            Answers { csat: [5, 5, 10, 50, 30], ..Answers::default() },
            "CSAT 80 (95 % from 71 to 87, n = 100)",
        );
    }

    // By hand: half 5 and half 7 of 50: mean 6, deviation √(50 / 49) = 1.0102, error 0.14286, half
    // 0.28.
    #[test]
    fn ces_is_the_mean() {
        check(
            Answers { ces: [0, 0, 0, 0, 25, 0, 25], ..Answers::default() },
            "CES 6.00 (95 % from 5.72 to 6.28, n = 50)",
        );
    }

    #[test]
    fn fewer_than_thirty_answers_show_nothing() {
        check(
            Answers { nps: [29, 0, 0], ..Answers::default() },
            "NPS hidden: n = 29, fewer than 30",
        );
        check(
            Answers { nps: [30, 0, 0], ..Answers::default() },
            "NPS 100 (95 % from 100 to 100, n = 30)",
        );
        check(Answers::default(), "");
    }
}
