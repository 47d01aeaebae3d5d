use user_events::FromRef;

struct Mailer;

#[derive(FromRef)]
struct App {
    mailer: Mailer,
}

fn main() {}
