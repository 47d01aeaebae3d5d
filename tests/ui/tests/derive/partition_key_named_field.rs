use user_events::PartitionKey;

#[derive(PartitionKey)]
struct UserId {
    id: String,
}

fn main() {}
