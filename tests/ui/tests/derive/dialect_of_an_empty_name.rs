use user_events::prelude::*;
use user_events::{Dialect, Fields};

fn billing() -> Consumer {
    const LEGACY: Dialect = Dialect::custom("our old ERP", Fields::new("id", "", "data"));
    Consumer::new("billing").accept(LEGACY)
}

fn main() {}
