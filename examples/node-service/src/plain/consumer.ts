import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { deadLetterQueue, deadLetterQueueOptions, queueOptions } from '../queues';
import { type Delivered, read } from '../standard-message';

type Handler<T> = (event: Delivered<T>) => Promise<void>;

/** Hands the messages of queues to handlers: acks what was handled, dead-letters the rest. */
export class Consumer {
  private readonly tags: string[] = [];
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly channel: ConfirmChannel) {}

  /** Handles the events of an exchange that have this routing key, from a queue of this name. */
  async handle<T>(queue: string, exchange: string, routingKey: string, handler: Handler<T>): Promise<void> {
    await this.channel.assertQueue(deadLetterQueue(queue), deadLetterQueueOptions);
    await this.channel.assertQueue(queue, queueOptions(queue));
    await this.channel.bindQueue(queue, exchange, routingKey);
    const { consumerTag } = await this.channel.consume(queue, (message) => {
      if (message === null) {
        // The queue was deleted. Nothing will come any more, which must not pass unseen.
        void this.channel.close();
        return;
      }
      const handled = this.settle(message, handler).finally(() => this.running.delete(handled));
      this.running.add(handled);
    });
    this.tags.push(consumerTag);
  }

  /** Takes nothing new and waits for the handlers that run. What they did not get goes back to the queue. */
  async stop(): Promise<void> {
    await Promise.all(this.tags.map((tag) => this.channel.cancel(tag)));
    await Promise.all(this.running);
  }

  private async settle<T>(message: ConsumeMessage, handler: Handler<T>): Promise<void> {
    try {
      await handler(read<T>(message.content, message));
      this.channel.ack(message);
    } catch (error) {
      const { messageId, type } = message.properties;
      console.error(`${type ?? 'a message without a type'} (${messageId ?? 'no id'}):`, error);
      // To requeue it would be to get it again at once, for ever.
      this.channel.nack(message, false, false);
    }
  }
}
