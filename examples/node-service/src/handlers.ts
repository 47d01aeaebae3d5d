import type { ActivityRecorded, UserRegistered, WelcomeEmailSent } from './events';
import type { Delivered } from './standard-message';

/** Welcomes a new user. */
export function welcome({ payload }: Delivered<UserRegistered>): WelcomeEmailSent {
  return { userId: payload.userId, sentTimestamp: new Date().toISOString() };
}

/** Records what happened, whatever it was. */
export function record(event: Delivered): ActivityRecorded {
  return {
    messageId: event.messageId ?? null,
    messageType: event.messageType ?? null,
    timestamp: event.timestamp ?? null,
    sourceService: event.sourceService ?? null,
    correlationId: event.correlationId ?? null,
    partitionKey: event.partitionKey ?? null,
    exchange: event.exchange,
    routingKey: event.routingKey,
    payload: event.payload,
  };
}
