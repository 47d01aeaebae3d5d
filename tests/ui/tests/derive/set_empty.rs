use user_events::EventSet;

#[derive(EventSet)]
enum UserEvent {}

fn main() {}
