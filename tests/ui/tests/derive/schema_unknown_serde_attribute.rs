use user_events::EventSchema;

// Serde's traits are implemented by hand, so that serde does not see this.
#[derive(EventSchema)]
#[serde(rename_everything = "camelCase", rename_all = "camelCase")]
struct Address {
    #[serde(rename = "zip", requird)]
    postal_code: String,
}

fn main() {}
