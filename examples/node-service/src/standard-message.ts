import { randomUUID } from 'node:crypto';
import type { ConsumeMessage, Options } from 'amqplib';

/** The envelope that all services of the platform share. Written as JSON, its fields in this order. */
export interface StandardMessage<T = unknown> {
  /** A UUID of version 4. */
  messageId: string;
  /** Type and version: `UserRegistered.v1`. */
  messageType: string;
  envelopeVersion: '1.0';
  /** UTC, with exactly three digits of milliseconds and a `Z`: what `toISOString` gives. */
  timestamp: string;
  sourceService: string;
  /** What the message belongs to, across services. Left out when absent. */
  correlationId?: string;
  payload: T;
  /** What messages keep their order by. Left out when absent. */
  partitionKey?: string;
}

/** A message as it was delivered. Everything but the payload may be missing: other services write envelopes, too. */
export interface Delivered<T = unknown> {
  messageId?: string;
  messageType?: string;
  timestamp?: string;
  sourceService?: string;
  correlationId?: string;
  payload: T;
  partitionKey?: string;
  exchange: string;
  routingKey: string;
  headers: Record<string, unknown>;
}

/** A kind of event: how it is named, and where it is published. */
export interface EventType<T> {
  messageType: string;
  exchange: string;
  routingKey: string;
  partitionKey?: (payload: T) => string | undefined;
}

/** A message to be published. */
export interface Outgoing {
  exchange: string;
  routingKey: string;
  content: Buffer;
  options: Options.Publish;
}

/** Writes an event of the service `source`, published because of `cause` if there is one. */
export function write<T>(source: string, event: EventType<T>, payload: T, cause?: Delivered): Outgoing {
  const now = new Date();
  const message: StandardMessage<T> = {
    messageId: randomUUID(),
    messageType: event.messageType,
    envelopeVersion: '1.0',
    timestamp: now.toISOString(),
    sourceService: source,
    // The first message of a chain may have none: then the chain is named after it.
    correlationId: cause?.correlationId ?? cause?.messageId,
    payload,
    partitionKey: event.partitionKey?.(payload),
  };
  return {
    exchange: event.exchange,
    routingKey: event.routingKey,
    content: Buffer.from(JSON.stringify(message)),
    options: {
      contentType: 'application/json',
      contentEncoding: 'UTF-8',
      // Not the default: without it a restart of the broker loses the message.
      persistent: true,
      messageId: message.messageId,
      correlationId: message.correlationId,
      type: message.messageType,
      appId: source,
      // AMQP counts whole seconds, JavaScript milliseconds.
      timestamp: Math.floor(now.getTime() / 1000),
      headers: {
        'ue-causation-id': cause?.messageId,
        'ue-partition-key': message.partitionKey,
        traceparent: cause?.headers['traceparent'],
        tracestate: cause?.headers['tracestate'],
      },
    },
  };
}

/**
 * Reads a delivered message as tolerantly as real messages need: ids are any text or a number, `null` counts as left
 * out, what the body leaves out is taken from the AMQP properties, and unknown fields are ignored.
 *
 * @throws when the body is no JSON in UTF-8, has no payload, or is an envelope of another major version. The error
 * quotes nothing of the body, since it goes into logs.
 */
export function read<T = unknown>(content: Buffer, { fields, properties }: ConsumeMessage): Delivered<T> {
  const body = parse(content);
  if (typeof body !== 'object' || body === null || !('payload' in body)) {
    throw new Error('the body is no StandardMessage: it has no payload');
  }
  const envelope = body as Record<string, unknown>;
  const version = text(envelope['envelopeVersion']) ?? '1.0';
  if (version.split('.')[0] !== '1') {
    throw new Error('the envelope has a major version other than 1');
  }
  const headers: Record<string, unknown> = properties.headers ?? {};
  return {
    messageId: text(envelope['messageId']) ?? text(properties.messageId),
    messageType: text(envelope['messageType']) ?? text(properties.type),
    timestamp: text(envelope['timestamp']),
    sourceService: text(envelope['sourceService']) ?? text(properties.appId),
    correlationId: text(envelope['correlationId']) ?? text(properties.correlationId),
    payload: envelope['payload'] as T,
    partitionKey: text(envelope['partitionKey']) ?? text(headers['ue-partition-key']),
    exchange: fields.exchange,
    routingKey: fields.routingKey,
    headers,
  };
}

function parse(content: Buffer): unknown {
  try {
    // Buffer's own `toString` would put a replacement character in place of what is no UTF-8.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    // The text of the error that was caught quotes the body.
    throw new Error('the body is no JSON in UTF-8');
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
