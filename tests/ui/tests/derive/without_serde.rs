use user_events::DomainEvent;

#[derive(DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
struct UserRegistered {
    user_id: String,
}

fn main() {}
