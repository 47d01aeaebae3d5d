import { RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { Module } from '@nestjs/common';
import { EventPublisher } from './event-publisher';
import { rabbitConfig } from './rabbit.config';
import { UserEventsListener } from './user-events.listener';

@Module({
  imports: [RabbitMQModule.forRootAsync({ useFactory: rabbitConfig })],
  providers: [EventPublisher, UserEventsListener],
})
export class AppModule {}
