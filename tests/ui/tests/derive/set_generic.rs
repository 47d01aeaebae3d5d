use user_events::EventSet;

#[derive(EventSet)]
enum UserEvent<T> {
    Registered(T),
}

fn main() {}
