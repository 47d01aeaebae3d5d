// Takes messages from a queue and prints each as a line of JSON, with all that amqplib shows of it:
//
//   AMQP_URI=… node read.js QUEUE COUNT

const { connect } = require('amqplib');

async function main(queue, count) {
  const connection = await connect(process.env.AMQP_URI);
  const channel = await connection.createChannel();
  await channel.prefetch(count);
  let missing = count;
  await channel.consume(queue, async ({ content, fields, properties }) => {
    const { exchange, routingKey, redelivered } = fields;
    // JSON leaves out what is undefined; here it is to be seen that a property is not set.
    const unset = (_, value) => (value === undefined ? null : value);
    console.log(
      JSON.stringify({ exchange, routingKey, redelivered, properties, bytes: content.toString('hex') }, unset),
    );
    missing -= 1;
    if (missing === 0) {
      await channel.ackAll();
      await channel.close();
      await connection.close();
    }
  });
}

void main(process.argv[2], Number(process.argv[3]));
