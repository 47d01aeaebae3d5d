import type { ConfirmChannel } from 'amqplib';
import { publishTimeout } from '../settings';
import { type Delivered, type EventType, write } from '../standard-message';

/** Publishes the events of this service, each confirmed by the broker. */
export class Publisher {
  constructor(private readonly channel: ConfirmChannel) {}

  /** Resolves when the broker has stored the event. `cause` is the message that led to it. */
  publish<T>(event: EventType<T>, payload: T, cause?: Delivered): Promise<void> {
    const { exchange, routingKey, content, options } = write('PlainService', event, payload, cause);
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`${event.messageType}: no answer from the broker in time`));
      const timer = setTimeout(late, publishTimeout);
      this.channel.publish(exchange, routingKey, content, options, (error: Error | null) => {
        clearTimeout(timer);
        if (error) {
          reject(error);
        } else {
          resolve();
        }
      });
    });
  }
}
