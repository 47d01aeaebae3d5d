use user_events::EventSchema;

#[derive(EventSchema)]
union Number {
    whole: u64,
    float: f64,
}

fn main() {}
