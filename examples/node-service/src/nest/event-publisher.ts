import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { Injectable } from '@nestjs/common';
import { publishTimeout } from '../settings';
import { type Delivered, type EventType, write } from '../standard-message';

/** Publishes the events of this service, each confirmed by the broker. */
@Injectable()
export class EventPublisher {
  constructor(private readonly amqp: AmqpConnection) {}

  /** Resolves when the broker has stored the event. `cause` is the message that led to it. */
  async publish<T>(event: EventType<T>, payload: T, cause?: Delivered): Promise<void> {
    const { exchange, routingKey, content, options } = write('NestService', event, payload, cause);
    // Without a timeout a publish waits in memory for as long as the broker is away.
    const bounded = { ...options, timeout: publishTimeout };
    // Bytes, since of an object it would write JSON without saying so in the content type.
    await this.amqp.publish(exchange, routingKey, content, bounded);
  }
}
