import type { Options } from 'amqplib';

/** Where the messages of a queue go that cannot be handled. */
export function deadLetterQueue(queue: string): string {
  return `${queue}.dlq`;
}

/** A queue that survives the broker's restart and loses nothing on the way to its dead letter queue. */
export function queueOptions(queue: string): Options.AssertQueue {
  return {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': deadLetterQueue(queue),
      // At most once otherwise; and silently so unless a full queue refuses.
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      // For a message that kills the process: the broker gives up on it at last.
      'x-delivery-limit': 20,
    },
  };
}

export const deadLetterQueueOptions: Options.AssertQueue = {
  durable: true,
  arguments: { 'x-queue-type': 'quorum' },
};
