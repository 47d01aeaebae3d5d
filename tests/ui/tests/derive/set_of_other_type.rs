use user_events::EventSet;

#[derive(EventSet)]
enum UserEvent {
    Registered(String),
}

fn main() {}
