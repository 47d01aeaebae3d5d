use user_events::PartitionKey;

#[derive(PartitionKey)]
enum UserId {
    Text(String),
}

fn main() {}
