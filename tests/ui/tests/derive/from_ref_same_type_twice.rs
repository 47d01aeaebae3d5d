use user_events::FromRef;

#[derive(Clone)]
struct Mailer;

#[derive(FromRef)]
struct App {
    transactional: Mailer,
    marketing: Mailer,
}

fn main() {}
