import { connect } from 'amqplib';
import { type UserRegistered, activityRecorded, exchanges, userRegistered, welcomeEmailSent } from '../events';
import { record, welcome } from '../handlers';
import { amqpUri, prefetch } from '../settings';
import { Consumer } from './consumer';
import { Publisher } from './publisher';

async function main(): Promise<void> {
  let stopping = false;
  const connection = await connect(amqpUri());
  // Also follows when the broker closes it. amqplib does not reconnect: the process ends and is started again.
  connection.on('error', (error) => console.error('the connection failed:', error));
  connection.on('close', () => process.exit(stopping ? 0 : 1));

  const channel = await connection.createConfirmChannel();
  channel.on('error', (error) => console.error('the channel failed:', error));
  channel.on('close', () => void connection.close());
  await channel.prefetch(prefetch);
  for (const exchange of exchanges) {
    await channel.assertExchange(exchange, 'topic', { durable: true });
  }

  const publisher = new Publisher(channel);
  const consumer = new Consumer(channel);
  await consumer.handle<UserRegistered>('welcome-plain', 'user.events', userRegistered.routingKey, async (event) => {
    await publisher.publish(welcomeEmailSent, welcome(event), event);
  });
  await consumer.handle('activity-plain', 'user.events', '#', async (event) => {
    await publisher.publish(activityRecorded, record(event), event);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      stopping = true;
      await consumer.stop();
      await channel.close();
    });
  }
  console.log('ready');
}

void main();
