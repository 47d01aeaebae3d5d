use user_events::DomainEvent;

#[derive(DomainEvent)]
#[event(type = "UserRegistered", version = 1)]
union UserRegistered {
    number: u64,
    bytes: [u8; 8],
}

fn main() {}
