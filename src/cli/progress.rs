//! A progress bar for work that takes long: shown after a second, and only on a terminal.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    wanted: bool,
    shown: AtomicBool,
}

impl Progress {
    /// A bar for `count` things; `what` names them, such as "files".
    pub(super) fn new(count: usize, what: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::hidden());
        let template = format!("{{bar:30}} {{pos}} of {{len}} {what}");
        let style = ProgressStyle::with_template(&template)
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Self {
            bar,
            begun: Instant::now(),
            wanted: std::io::stderr().is_terminal(),
            shown: AtomicBool::new(false),
        }
    }

    /// One more is done.
    pub(super) fn advance(&self) {
        self.move_on(|bar| bar.inc(1));
    }

    /// Sets how many are done, of how many.
    pub(super) fn set(&self, done: usize, count: usize) {
        self.move_on(|bar| {
            bar.set_length(count as u64);
            bar.set_position(done as u64);
        });
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn move_on(&self, how: impl FnOnce(&ProgressBar)) {
        if !self.wanted {
            return;
        }
        how(&self.bar);
        let late = self.begun.elapsed() > Duration::from_secs(1);
        if late && !self.shown.swap(true, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}
