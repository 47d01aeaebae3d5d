use user_events::PartitionKey;

#[derive(PartitionKey)]
struct UserId<T>(T);

fn main() {}
