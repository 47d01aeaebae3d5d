//! Events of one line, for tests that need more than the platform's.

/// An event of this type and version, without exchange and key.
macro_rules! event {
    ($ty:ty, $name:literal, $version:literal) => {
        impl user_events_core::Consumable for $ty {
            const ACCEPTS: &'static [&'static user_events_core::EventMeta] =
                &[<Self as user_events_core::DomainEvent>::META];

            fn decode(
                message: &user_events_core::InboundMessage,
                matched: user_events_core::Matched<'_>,
            ) -> Result<user_events_core::StandardMessage<Self>, user_events_core::DecodeError> {
                user_events_core::envelope::decode(message, matched)
            }
        }

        impl user_events_core::DomainEvent for $ty {
            const META: &'static user_events_core::EventMeta = &user_events_core::EventMeta::new(
                $name,
                $version,
                concat!($name, ".v", $version),
                concat!("test.v", $version),
            );
        }

        impl user_events_core::Publishable for $ty {}
    };
}

pub(crate) use event;
