// What the service in examples/node-service cannot handle.

const event = (content) => ({ exchange: 'user.events', routingKey: 'user.deleted.v1', content, options: {} });

module.exports = [
  event(Buffer.from('canary, this is not JSON')),
  event(Buffer.from('"canary"')),
  event({ messageId: '1', messageType: 'UserDeleted.v1', envelopeVersion: '2.0', payload: 'canary' }),
];
