use user_events::FromRef;

#[derive(Clone)]
struct Mailer;

#[derive(FromRef)]
enum App {
    Real(Mailer),
}

fn main() {}
