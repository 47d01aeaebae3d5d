// Takes messages from a queue, lets the CNCF's SDK judge each, and prints its attributes and data as a line of JSON:
//
//   AMQP_URI=… node read-cloudevents.js QUEUE COUNT

const { take } = require('./amqp');
const { judged } = require('./sdk');

async function main(queue, count) {
  for (const message of await take(queue, count)) {
    console.log(JSON.stringify(judged(message)));
  }
}

void main(process.argv[2], Number(process.argv[3]));
