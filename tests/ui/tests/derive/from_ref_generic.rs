use user_events::FromRef;

#[derive(Clone)]
struct Mailer;

#[derive(FromRef)]
struct App<T> {
    mailer: Mailer,
    extra: T,
}

fn main() {}
