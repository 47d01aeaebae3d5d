// What the scripts have in common.

const { connect } = require('amqplib');

/** Takes `count` messages from a queue. */
async function take(queue, count) {
  const connection = await connect(process.env.AMQP_URI);
  const channel = await connection.createChannel();
  await channel.prefetch(count);
  const messages = [];
  await new Promise((taken) =>
    channel.consume(queue, (message) => {
      if (messages.push(message) === count) taken();
    }),
  );
  await channel.ackAll();
  await channel.close();
  await connection.close();
  return messages;
}

/** The body of a message as it is published: what is no Buffer is written as JSON. */
const body = ({ content }) => (Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content)));

module.exports = { take, body };
