// Orders as services in Node write them, each strange in one way. The payload's `order` names the way.

function order(name, { envelope = {}, payload = {}, options = {} } = {}) {
  const messageId = `id-of-${name}`;
  const correlationId = `correlation-of-${name}`;
  return {
    exchange: 'order.events',
    routingKey: 'order.placed.v1',
    content: {
      messageId,
      messageType: 'OrderPlaced.v1',
      envelopeVersion: '1.0',
      timestamp: '2023-10-28T12:05:00.000Z',
      sourceService: 'OrderService',
      correlationId,
      payload: { order: name, quantity: 1, price: 9.5, placedAt: new Date('2023-10-28T12:05:00.250Z'), ...payload },
      partitionKey: `key-of-${name}`,
      ...envelope,
    },
    options: {
      contentType: 'application/json',
      messageId,
      correlationId,
      type: 'OrderPlaced.v1',
      appId: 'OrderService',
      ...options,
    },
  };
}

const bare = {
  contentType: undefined,
  messageId: undefined,
  correlationId: undefined,
  type: undefined,
  appId: undefined,
};

const usual = order('indented').content;

module.exports = [
  order('usual'),

  // Ids and the envelope.
  order('ids-of-all-kinds', {
    envelope: { messageId: 'msg-f47ac', correlationId: 'user-uuid-abc', partitionKey: 'ü/1' },
  }),
  order('ids-are-numbers', { envelope: { messageId: 42, correlationId: 9007199254740991, partitionKey: -7 } }),
  order('nulls', { envelope: { correlationId: null, partitionKey: null, sourceService: null }, options: bare }),
  order('unknown-fields', { envelope: { tenant: 'blue', meta: { hops: [1, 2], next: null }, data: 'none' } }),
  order('version-is-a-number', { envelope: { envelopeVersion: 1 } }),
  order('version-is-higher', { envelope: { envelopeVersion: '1.7' } }),
  order('without-version', { envelope: { envelopeVersion: undefined } }),

  // Body and properties stand in for one another.
  order('without-properties', { options: bare }),
  order('without-content-type', { options: { contentType: undefined } }),
  order('without-a-type-in-the-body', { envelope: { messageType: undefined } }),
  order('envelope-in-the-properties', {
    envelope: { messageId: undefined, messageType: undefined, sourceService: undefined, correlationId: undefined },
  }),

  // Times.
  order('time-without-fraction', { envelope: { timestamp: '2023-10-28T12:05:00Z' } }),
  order('time-with-offset', { envelope: { timestamp: '2023-10-28T14:05:00.000+02:00' } }),
  order('time-with-microseconds', { envelope: { timestamp: '2023-10-28T12:05:00.123456Z' } }),
  order('time-is-a-date', { envelope: { timestamp: new Date('2023-10-28T12:05:00Z') } }),
  order('time-is-a-number', { envelope: { timestamp: 1698494700000 } }),
  order('time-for-people', { envelope: { timestamp: String(new Date(0)) } }),
  order('time-in-milliseconds', { options: { timestamp: 1698494700000 } }),

  // Payloads as JSON.stringify writes them.
  order('whole-price', { payload: { price: 10.0 } }),
  order('sum', { payload: { price: 0.1 + 0.2 } }),
  order('huge-price', { payload: { price: 1e21 } }),
  order('tiny-price', { payload: { price: 5e-324 } }),
  order('largest-integer', { payload: { quantity: Number.MAX_SAFE_INTEGER } }),
  order('not-a-number', { payload: { discount: NaN } }),
  order('null-and-undefined', { payload: { discount: null, note: undefined } }),
  order('texts', { payload: { note: 'Ünïcödé \u{1f980} \u2028 \u0000 "\\' } }),
  { ...order('indented'), content: Buffer.from(JSON.stringify(usual, null, 2)) },

  // Headers.
  order('headers', {
    options: {
      headers: {
        'x-request-id': 'request-1',
        byte: 7,
        short: -300,
        int: 70000,
        long: 1698494700000,
        double: 1.5,
        yes: true,
        nothing: null,
        text: 'blue',
        bytes: Buffer.from('bytes'),
        time: { '!': 'timestamp', value: 1698494700 },
        list: ['a', 2],
        table: { a: 1 },
      },
    },
  }),
];
