use user_events::PartitionKey;

#[derive(PartitionKey)]
struct Price(f64);

fn main() {}
