import { RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable } from '@nestjs/common';
import { type UserRegistered, activityRecorded, userRegistered, welcomeEmailSent } from '../events';
import { record, welcome } from '../handlers';
import type { Delivered } from '../standard-message';
import { EventPublisher } from './event-publisher';
import { durable } from './rabbit.config';

/**
 * Handles the events of the user service.
 *
 * Every handler has a queue of its own: two handlers on one queue would each get half of the messages, whatever their
 * routing keys say.
 */
@Injectable()
export class UserEventsListener {
  constructor(private readonly publisher: EventPublisher) {}

  @RabbitSubscribe({ exchange: 'user.events', routingKey: userRegistered.routingKey, ...durable('welcome') })
  async welcome(event: Delivered<UserRegistered>): Promise<void> {
    await this.publisher.publish(welcomeEmailSent, welcome(event), event);
  }

  @RabbitSubscribe({ exchange: 'user.events', routingKey: '#', ...durable('activity') })
  async record(event: Delivered): Promise<void> {
    await this.publisher.publish(activityRecorded, record(event), event);
  }
}
