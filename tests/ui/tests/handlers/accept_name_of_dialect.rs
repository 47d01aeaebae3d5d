use user_events::Consumer;

fn main() {
    let _consumer = Consumer::new("search").accept("event-data");
}
