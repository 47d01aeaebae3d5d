// Publishes the messages of a file beside this one and waits until the broker has confirmed them:
//
//   AMQP_URI=… node publish.js plain|nest FILE
//
// The file exports a list of { exchange, routingKey, content, options }. Content that is no Buffer is written as JSON:
// by @golevelup/nestjs-rabbitmq itself, or as everybody writes it who has amqplib alone.

const { body } = require('./amqp');

const uri = process.env.AMQP_URI;

const libraries = {
  async plain() {
    const { connect } = require('amqplib');
    const connection = await connect(uri);
    const channel = await connection.createConfirmChannel();
    return {
      async publish(message) {
        channel.publish(message.exchange, message.routingKey, body(message), message.options);
        await channel.waitForConfirms();
      },
      close: () => connection.close(),
    };
  },

  async nest() {
    require('reflect-metadata');
    const { AmqpConnection, RabbitMQModule } = require('@golevelup/nestjs-rabbitmq');
    const { NestFactory } = require('@nestjs/core');
    const app = await NestFactory.createApplicationContext(RabbitMQModule.forRoot({ uri }), { logger: ['error'] });
    const amqp = app.get(AmqpConnection);
    return {
      publish: ({ exchange, routingKey, content, options }) => amqp.publish(exchange, routingKey, content, options),
      close: () => app.close(),
    };
  },
};

async function main(library, file) {
  const broker = await libraries[library]();
  for (const message of require(`./${file}`)) {
    await broker.publish(message);
  }
  await broker.close();
}

void main(process.argv[2], process.argv[3]);
