//! [`Dispatcher`]: from a message to the handler of its type.

use std::any::type_name;
use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;

use user_events_core::{Binding, Consumable, EventMeta, Handled, InboundMessage, Parts, Text, envelope};

use crate::context::Runtime;
use crate::dead_letter::Cause;
use crate::handler::{HandlerArgs, HandlerFn};
use crate::telemetry::ProcessMetrics;
use crate::{Error, ErrorKind};

pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = Handled> + Send>>;

/// One handler with its state, its event type erased.
pub(crate) struct Route {
    accepts: &'static [&'static EventMeta],
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
            handler: type_name::<H>(),
            call: Box::new(Typed { handler, state, args: PhantomData }),
        }
    }
}

/// Decodes, extracts and calls; the future is the handler's own.
trait Call: Send + Sync {
    fn call(
        &self,
        meta: &'static EventMeta,
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
        meta: &'static EventMeta,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause> {
        let decoded = Args::Event::decode(message, meta).map_err(Cause::Decode)?;
        let parts = Parts::new(meta, &decoded.envelope, message, runtime);
        let args = Args::from_parts(decoded.payload, &parts, &self.state).map_err(Cause::Failed)?;
        Ok(Box::pin(self.handler.call(args)))
    }
}

/// The handlers of one consumer, by message type.
pub(crate) struct Dispatcher {
    routes: Vec<Route>,
    targets: HashMap<&'static str, Target>,
    unknown: ProcessMetrics,
}

/// Which handler a message type goes to, as which event.
pub(crate) struct Target {
    pub(crate) meta: &'static EventMeta,
    pub(crate) metrics: ProcessMetrics,
    route: usize,
}

impl Dispatcher {
    pub(crate) fn new(routes: Vec<Route>, consumer: &str, system: &'static str) -> Result<Self, Error> {
        if routes.is_empty() {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("consumer `{consumer}` handles nothing: add handlers with `.handle(…)`"),
            ));
        }
        let mut targets = HashMap::<_, Target>::new();
        for (route, Route { accepts, handler, .. }) in routes.iter().enumerate() {
            for &meta in *accepts {
                for message_type in meta.message_types() {
                    let metrics = ProcessMetrics::new(system, consumer, meta.message_type);
                    if let Some(other) = targets.insert(message_type, Target { meta, metrics, route }) {
                        return Err(Error::new(
                            ErrorKind::Configuration,
                            format!(
                                "consumer `{consumer}` has two handlers for message type `{message_type}`: `{}` and `{handler}`; \
                                 keep one, or give the other to a consumer of another name",
                                routes[other.route].handler
                            ),
                        ));
                    }
                }
            }
        }
        Ok(Self { routes, targets, unknown: ProcessMetrics::new(system, consumer, "unknown") })
    }

    /// What the consumer's queue is bound to.
    pub(crate) fn bindings(&self, consumer: &str, default_exchange: Option<&Text>) -> Result<Vec<Binding>, Error> {
        let mut bindings = Vec::new();
        for &meta in self.routes.iter().flat_map(|route| route.accepts) {
            for (exchange, routing_key) in meta.bindings() {
                let exchange =
                    exchange.map(Text::from_static).or_else(|| default_exchange.cloned()).ok_or_else(|| {
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

    /// The handler's target, or why there is none.
    pub(crate) fn target(&self, message: &InboundMessage) -> Result<&Target, Cause> {
        let written;
        let message_type = match &message.properties.message_type {
            Some(known) => known,
            None => {
                written = envelope::message_type(message).map_err(Cause::Decode)?.ok_or(Cause::NoType)?;
                &written
            }
        };
        self.targets.get(message_type.as_str()).ok_or(Cause::UnknownType)
    }

    /// Calls the handler. A panic in decoding, in an extractor or in the call itself is caught.
    pub(crate) fn call(
        &self,
        target: &Target,
        message: &InboundMessage,
        runtime: &Arc<Runtime>,
    ) -> Result<HandlerFuture, Cause> {
        let call = || self.routes[target.route].call.call(target.meta, message, runtime);
        catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(Cause::panicked(&*panic)))
    }

    /// The metrics of messages that are of no known type.
    pub(crate) fn unknown(&self) -> &ProcessMetrics {
        &self.unknown
    }
}
