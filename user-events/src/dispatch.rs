//! [`Dispatcher`]: from a message to the handler of its type.

use std::any::type_name;
use std::collections::BTreeMap;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;

use user_events_core::envelope::Recognised;
use user_events_core::{
    Binding, Consumable, DecodeError, EventMeta, Handled, InboundMessage, Matched, Parts, StandardMessage, Text,
    identity,
};

use crate::context::Runtime;
use crate::dead_letter::Cause;
use crate::dialects::{Dialects, find_by_type};
use crate::handler::{HandlerArgs, HandlerFn};
use crate::telemetry::ProcessMetrics;
use crate::unknown_type::unknown_type;
use crate::{Error, ErrorKind};

pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = Handled> + Send>>;

/// One handler with its state, its event type erased.
pub(crate) struct Route {
    accepts: &'static [&'static EventMeta],
    takes_others: bool,
    handler: &'static str,
    call: Box<dyn Call>,
}

impl Route {
    pub(crate) fn new<Args, H, S>(handler: H, state: Arc<S>) -> Self
    where
        H: HandlerFn<Args, Output = Handled, Future: Send>,
        Args: HandlerArgs<S>,
        S: Send + Sync + 'static,
    {
        Self {
            accepts: Args::Event::ACCEPTS,
            takes_others: Args::Event::OTHER.is_some(),
            handler: type_name::<H>(),
            call: Box::new(Typed { handler, state, args: PhantomData }),
        }
    }
}

/// Decodes, extracts and calls; the future is the handler's own.
trait Call: Send + Sync {
    fn call(
        &self,
        matched: Matched<'_>,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause>;

    /// The same for a message of a type that no handler takes.
    fn call_other(
        &self,
        recognised: &Recognised<'_>,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause>;
}

struct Typed<H, Args, S> {
    handler: H,
    state: Arc<S>,
    args: PhantomData<fn(Args)>,
}

impl<Args, H, S> Call for Typed<H, Args, S>
where
    H: HandlerFn<Args, Output = Handled, Future: Send>,
    Args: HandlerArgs<S>,
    S: Send + Sync + 'static,
{
    fn call(
        &self,
        matched: Matched<'_>,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause> {
        self.handle(Some(matched.event), Args::Event::decode(message, matched), message, runtime)
    }

    fn call_other(
        &self,
        recognised: &Recognised<'_>,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause> {
        let read = Args::Event::OTHER.expect("only routes that take others are given one");
        self.handle(None, read(message, recognised), message, runtime)
    }
}

impl<H, Args, S> Typed<H, Args, S>
where
    H: HandlerFn<Args, Output = Handled, Future: Send>,
    Args: HandlerArgs<S>,
    S: Send + Sync + 'static,
{
    fn handle(
        &self,
        event: Option<&'static EventMeta>,
        decoded: Result<StandardMessage<Args::Event>, DecodeError>,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause> {
        let decoded = decoded.map_err(Cause::Decode)?;
        let parts = Parts::new(event, &decoded.envelope, message, runtime);
        let args = Args::from_parts(decoded.payload, &parts, &self.state).map_err(Cause::Failed)?;
        Ok(Box::pin(self.handler.call(args)))
    }
}

/// The handlers of one consumer, by message type.
pub(crate) struct Dispatcher {
    routes: Vec<Route>,
    targets: BTreeMap<&'static str, Target>,
    /// The route that takes messages of types that none of them accepts.
    other: Option<usize>,
    /// What any of the handlers accepts. Mostly nothing but the standard.
    dialects: Dialects,
    unknown: ProcessMetrics,
}

/// Which handler a message type goes to, as which event.
struct Target {
    meta: &'static EventMeta,
    metrics: ProcessMetrics,
    route: usize,
    /// The consumer's dialects and the event's own.
    dialects: Dialects,
}

/// What a message was found to be, and how its envelope is written.
pub(crate) struct Found<'a> {
    /// Whose it is.
    route: usize,
    message: FoundMessage<'a>,
    metrics: &'a ProcessMetrics,
}

enum FoundMessage<'a> {
    /// An event that its handler accepts.
    Event(Matched<'a>),
    /// Of a type that no handler accepts, and one takes nevertheless.
    Other(Recognised<'a>),
}

impl<'a> Found<'a> {
    fn event(target: &'a Target, matched: Matched<'a>) -> Self {
        Self { route: target.route, message: FoundMessage::Event(matched), metrics: &target.metrics }
    }

    /// The metrics of messages of this type.
    pub(crate) fn metrics(&self) -> &'a ProcessMetrics {
        self.metrics
    }
}

impl Dispatcher {
    /// The handlers of `consumer`, which accepts `dialects` for all of them.
    pub(crate) fn new(
        routes: Vec<Route>,
        consumer: &str,
        dialects: &Dialects,
        system: &'static str,
    ) -> Result<Self, Error> {
        if routes.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("consumer `{consumer}` handles nothing: add handlers with `.handle(…)`"),
            ));
        }
        let mut dispatcher = Self {
            targets: BTreeMap::new(),
            other: None,
            dialects: dialects.clone(),
            unknown: ProcessMetrics::new(system, consumer, "unknown"),
            routes,
        };
        for (route, Route { accepts, takes_others, handler, .. }) in dispatcher.routes.iter().enumerate() {
            if *takes_others {
                if let Some(other) = dispatcher.other.replace(route) {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        format!(
                            "consumer `{consumer}` has two handlers of sets that take messages of other types: `{}` and \
                             `{handler}`; keep `#[event(other)]` in one of them",
                            dispatcher.routes[other].handler
                        ),
                    ));
                }
            }
            for &meta in *accepts {
                let mut dialects = dialects.clone();
                meta.dialect.into_iter().for_each(|own| dialects.accept(*own));
                dispatcher.dialects.accept_all(&dialects);
                for message_type in meta.message_types() {
                    let metrics = ProcessMetrics::new(system, consumer, meta.message_type);
                    let target = Target { meta, metrics, route, dialects: dialects.clone() };
                    if let Some(other) = dispatcher.targets.insert(message_type, target) {
                        return Err(Error::new(
                            ErrorKind::Configuration,
                            format!(
                                "consumer `{consumer}` has two handlers for message type `{message_type}`: `{}` and `{handler}`; \
                                 keep one, or give the other to a consumer of another name",
                                dispatcher.routes[other.route].handler
                            ),
                        ));
                    }
                }
            }
        }
        dispatcher.check_versions(consumer)?;
        Ok(dispatcher)
    }

    /// Refuses two events of which one would take the other's messages in a dialect that writes the version beside the
    /// type: there, `OrderPlaced` in version 1 is looked up as `OrderPlaced.v1` first.
    fn check_versions(&self, consumer: &str) -> Result<(), Error> {
        if self.dialects.is_empty() {
            return Ok(());
        }
        for &meta in self.routes.iter().flat_map(|route| route.accepts) {
            for message_type in meta.message_types() {
                match self.targets.get(identity::message_type(message_type, meta.version).as_str()) {
                    Some(Target { meta: other, .. }) if !other.same(meta) => {
                        return Err(Error::new(
                            ErrorKind::Configuration,
                            format!(
                                "consumer `{consumer}` cannot tell {meta} from {other} in a dialect that writes the version \
                                 beside the type: `{message_type}` in version {} is both; give one of them another \
                                 message type, or to a consumer of another name",
                                meta.version
                            ),
                        ));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What the consumer's queue is bound to.
    pub(crate) fn bindings(&self, consumer: &str, default_exchange: Option<&Text>) -> Result<Vec<Binding>, Error> {
        bindings(&self.routes, consumer, default_exchange)
    }

    /// Whose message it is, or why nobody's.
    pub(crate) fn find(&self, message: &InboundMessage) -> Result<Found<'_>, Cause> {
        let recognised = self.dialects.recognise(message).map_err(Cause::Decode)?;
        let Some(written) = &recognised.message_type else {
            return Err(Cause::NoType);
        };
        let Some(target) = find_by_type(&recognised, |message_type| self.targets.get(message_type)) else {
            // That it is in a dialect is a better reason: there, the type may be another's, or written otherwise.
            if let Some(error) = recognised.second_look(message) {
                return Err(Cause::Decode(error));
            }
            return match self.other {
                Some(route) => Ok(Found { route, message: FoundMessage::Other(recognised), metrics: &self.unknown }),
                None => {
                    let taken = self.targets.keys().copied();
                    Err(Cause::UnknownType(unknown_type(written, recognised.event_version, taken)))
                }
            };
        };
        if target.dialects.contains(recognised.dialect) {
            return Ok(Found::event(target, recognised.as_event(target.meta)));
        }
        // Another event's dialect is the nearest.
        let matched = target.dialects.reconsider(&recognised, message, target.meta).map_err(Cause::Decode)?;
        Ok(Found::event(target, matched))
    }

    /// Calls the handler. A panic in decoding, in an extractor or in the call itself is caught.
    pub(crate) fn call(
        &self,
        found: &Found<'_>,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause> {
        let route = &self.routes[found.route].call;
        let call = || match &found.message {
            FoundMessage::Event(matched) => route.call(*matched, message, runtime),
            FoundMessage::Other(recognised) => route.call_other(recognised, message, runtime),
        };
        catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(Cause::panicked(&*panic)))
    }

    /// The metrics of messages that are of no known type.
    pub(crate) fn unknown(&self) -> &ProcessMetrics {
        &self.unknown
    }
}

/// What the queue of a consumer with these handlers is bound to.
pub(crate) fn bindings(
    routes: &[Route],
    consumer: &str,
    default_exchange: Option<&Text>,
) -> Result<Vec<Binding>, Error> {
    let mut bindings = Vec::new();
    for &meta in routes.iter().flat_map(|route| route.accepts) {
        for (exchange, routing_key) in meta.bindings() {
            let exchange = exchange.map(Text::from_static).or_else(|| default_exchange.cloned()).ok_or_else(|| {
                Error::new(
                    ErrorKind::Configuration,
                    format!(
                        "consumer `{consumer}` cannot bind {meta}, which names no exchange: write \
                         `#[event(exchange = \"…\")]`, or give the bus a default: `with_default_exchange`, or \
                         USER_EVENTS_EXCHANGE for `Bus::from_env`"
                    ),
                )
            })?;
            bindings.push(Binding::new(exchange, routing_key));
        }
    }
    Ok(bindings)
}
