use serde::{Deserialize, Serialize};
use user_events::{DomainEvent, EventSchema};

#[derive(Serialize, Deserialize)]
struct Item;

#[derive(Serialize, Deserialize, EventSchema)]
struct Page<T> {
    items: Vec<T>,
}

#[derive(Serialize, Deserialize, DomainEvent)]
#[event(type = "PageLoaded", version = 1)]
struct PageLoaded {
    page: Page<Item>,
}

fn main() {}
