//! The bar on the terminal, which whoever writes there has to know of.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, PoisonError},
};

use indicatif::ProgressBar;

use crate::output::say;

/// The bar that is drawn, if one is. Clones are about the same terminal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Screen {
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

impl Screen {
    /// Keeps this bar on the terminal from now on, instead of an earlier one.
    pub(super) fn show(&self, bar: ProgressBar) {
        remove(self.replace(Some(bar)));
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        remove(self.replace(None));
    }

    /// Writes a line that stays, above the bar.
    pub(crate) fn say(&self, text: impl Display) {
        // The lock is not held while the terminal is written to, which can take as long as it likes.
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match bar {
            Some(bar) => bar.suspend(|| say(text)),
            None => say(text),
        }
    }

    fn replace(&self, bar: Option<ProgressBar>) -> Option<ProgressBar> {
        // A panic elsewhere leaves a bar that can still be removed.
        let mut current = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, bar)
    }
}

fn remove(bar: Option<ProgressBar>) {
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}
