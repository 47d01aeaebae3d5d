use user_events::FromRef;

#[derive(Clone)]
struct Mailer;

#[derive(FromRef)]
struct App {
    #[from_ref(skp)]
    mailer: Mailer,
}

fn main() {}
