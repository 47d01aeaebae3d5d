// Takes messages from a queue and checks that they are written like those of a file: every field with its value, in its
// place, and not a byte more:
//
//   AMQP_URI=… node same.js QUEUE FILE

const assert = require('node:assert/strict');
const { body, take } = require('./amqp');

async function main(queue, file) {
  const messages = require(`./${file}`);
  for (const [index, { content, fields, properties }] of (await take(queue, messages.length)).entries()) {
    const message = messages[index];
    const { exchange, routingKey } = fields;
    assert.deepEqual({ exchange, routingKey }, { exchange: message.exchange, routingKey: message.routingKey });
    assert.deepEqual(Object.entries(JSON.parse(content)), Object.entries(message.content));
    assert.equal(content.toString(), body(message).toString());
    // Whatever the envelope calls them, they are beside it, too.
    const { messageId, eventId, messageType, eventType, source } = message.content;
    assert.equal(properties.messageId, messageId ?? eventId);
    assert.equal(properties.type, messageType ?? eventType);
    assert.equal(properties.appId, source);
    assert.equal(properties.contentType, 'application/json');
  }
}

void main(process.argv[2], process.argv[3]);
