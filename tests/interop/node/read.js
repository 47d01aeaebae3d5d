// Takes messages from a queue and prints each as a line of JSON, with all that amqplib shows of it:
//
//   AMQP_URI=… node read.js QUEUE COUNT

const { take } = require('./amqp');

async function main(queue, count) {
  for (const { content, fields, properties } of await take(queue, count)) {
    const { exchange, routingKey, redelivered } = fields;
    // JSON leaves out what is undefined; here it is to be seen that a property is not set.
    const unset = (_, value) => (value === undefined ? null : value);
    console.log(
      JSON.stringify({ exchange, routingKey, redelivered, properties, bytes: content.toString('hex') }, unset),
    );
  }
}

void main(process.argv[2], Number(process.argv[3]));
