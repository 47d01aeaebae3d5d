use user_events::FromRef;

#[derive(Clone)]
struct Mailer;

#[derive(FromRef)]
struct App(Mailer);

fn main() {}
