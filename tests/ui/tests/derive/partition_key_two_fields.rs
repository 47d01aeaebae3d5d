use user_events::PartitionKey;

#[derive(PartitionKey)]
struct UserId(String, u64);

fn main() {}
