use user_events::{EventSet, UnknownEvent};

#[derive(EventSet)]
enum UserEvent {
    #[event(other)]
    Other(UnknownEvent),
}

fn main() {}
