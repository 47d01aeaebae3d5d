import { events, type UserRegisteredV1 } from './generated/events';
import type { EventType } from './standard-message';

/** Somebody opened an account: as the user service publishes it. */
export type UserRegistered = UserRegisteredV1;

export const userRegistered: EventType<UserRegistered> = {
  ...events['UserRegistered.v1'],
  partitionKey: ({ userId }) => userId,
};

/** A new user was welcomed. */
export interface WelcomeEmailSent {
  userId: string;
  sentTimestamp: string;
}

export const welcomeEmailSent: EventType<WelcomeEmailSent> = {
  messageType: 'WelcomeEmailSent.v1',
  exchange: 'notification.events',
  routingKey: 'welcome.email.sent.v1',
  partitionKey: ({ userId }) => userId,
};

/** Something happened to a user, a role or a permission: the event as it was delivered. */
export interface ActivityRecorded {
  messageId: string | null;
  messageType: string | null;
  timestamp: string | null;
  sourceService: string | null;
  correlationId: string | null;
  partitionKey: string | null;
  exchange: string;
  routingKey: string;
  payload: unknown;
}

export const activityRecorded: EventType<ActivityRecorded> = {
  messageType: 'ActivityRecorded.v1',
  exchange: 'activity.events',
  routingKey: 'activity.recorded.v1',
  partitionKey: ({ partitionKey }) => partitionKey ?? undefined,
};

/** Every exchange that the service reads from or writes to: durable topic exchanges, which it declares at its start. */
export const exchanges = ['user.events', 'notification.events', 'activity.events'];
