//! [`Mailbox`]: what one task is to look at next, put there from anywhere.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// What one task is to look at next, put there from anywhere.
///
/// The task is woken by what comes into an empty mailbox, so that a burst wakes it once.
#[derive(Debug)]
pub(crate) struct Mailbox<T>(Mutex<Contents<T>>);

#[derive(Debug)]
struct Contents<T> {
    items: VecDeque<T>,
    closed: bool,
    owner: Option<Waker>,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self(Mutex::new(Contents { items: VecDeque::new(), closed: false, owner: None }))
    }
}

impl<T> Mailbox<T> {
    /// Puts one in, unless the mailbox is closed.
    pub(crate) fn put(&self, item: T) -> Result<(), T> {
        let mut contents = self.lock();
        if contents.closed {
            return Err(item);
        }
        contents.items.push_back(item);
        let owner = contents.owner.take();
        drop(contents);
        owner.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Moves everything to the end of `into`.
    pub(crate) fn take(&self, into: &mut VecDeque<T>) {
        let mut contents = self.lock();
        if into.is_empty() {
            std::mem::swap(&mut contents.items, into);
        } else {
            into.append(&mut contents.items);
        }
    }

    /// Whether there is nothing to look at. The owner is woken when that changes.
    pub(crate) fn is_empty(&self, cx: &Context<'_>) -> bool {
        let mut contents = self.lock();
        if !contents.items.is_empty() {
            return false;
        }
        match &mut contents.owner {
            Some(owner) => owner.clone_from(cx.waker()),
            None => contents.owner = Some(cx.waker().clone()),
        }
        true
    }

    /// Lets nothing more in.
    pub(crate) fn close(&self) {
        let mut contents = self.lock();
        contents.closed = true;
        let owner = contents.owner.take();
        drop(contents);
        owner.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, Contents<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
