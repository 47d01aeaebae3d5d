// The same messages, as another program writes them: indented, with AMQP's type and with headers.

const headers = { 'x-request-id': 'request-1', hops: 3, express: true, list: ['a', 2], table: { a: 1 } };

module.exports = require('./dialects').map(({ content, ...message }) => ({
  ...message,
  content: Buffer.from(JSON.stringify(content, null, 2)),
  options: { type: content.messageType ?? content.eventType, headers },
}));
