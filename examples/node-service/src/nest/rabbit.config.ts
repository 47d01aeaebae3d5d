import { Logger } from '@nestjs/common';
import {
  type MessageErrorHandler,
  MessageHandlerErrorBehavior,
  type MessageHandlerOptions,
  type RabbitMQConfig,
} from '@golevelup/nestjs-rabbitmq';
import { exchanges } from '../events';
import { deadLetterQueue, deadLetterQueueOptions, queueOptions } from '../queues';
import { amqpUri, prefetch } from '../settings';
import { read } from '../standard-message';

const queues = { welcome: 'welcome-nest', activity: 'activity-nest' };

const logger = new Logger('DeadLetter');

/**
 * Dead-letters a message whose handler threw, or that cannot be read.
 *
 * The default gives it back to the queue instead: it returns at once, for ever, and without a log line.
 */
const deadLetter: MessageErrorHandler = (channel, message, error) => {
  const { messageId, type } = message.properties;
  logger.error(`${type ?? 'a message without a type'} (${messageId ?? 'no id'}): ${error.message}`);
  channel.nack(message, false, false);
};

/** What `@RabbitSubscribe` needs beside the exchange and the routing key. */
export function durable(
  queue: keyof typeof queues,
): Pick<MessageHandlerOptions, 'queue' | 'queueOptions' | 'errorHandler'> {
  return { queue: queues[queue], queueOptions: queueOptions(queues[queue]), errorHandler: deadLetter };
}

export function rabbitConfig(): RabbitMQConfig {
  return {
    uri: amqpUri(),
    prefetchCount: prefetch,
    exchanges: exchanges.map((name) => ({ name, type: 'topic', options: { durable: true } })),
    // `@RabbitSubscribe` declares the queues; these are where they dead-letter to.
    queues: Object.values(queues).map((queue) => ({ name: deadLetterQueue(queue), options: deadLetterQueueOptions })),
    // Handlers get the envelope, checked, instead of whatever JSON it was.
    deserializer: read,
    // For a handler that forgets its `errorHandler`: see `deadLetter`.
    defaultSubscribeErrorBehavior: MessageHandlerErrorBehavior.NACK,
    // Only RPC needs the consumer that this would start on every channel.
    enableDirectReplyTo: false,
  };
}
