// Orders as CloudEvents of the CNCF's SDK: each in structured mode, and in binary mode in four ways.

const { CloudEvent } = require('cloudevents');
const { binary, binaryOfKafka, binaryOfMqtt, structured } = require('./sdk');

const [usual] = require('./strays');

/** An order as a CloudEvent. The payload's `order` is the event's name. */
function event(name, attributes = {}) {
  return new CloudEvent({
    id: `id-of-${name}`,
    source: '/orders',
    type: 'OrderPlaced.v1',
    time: '2023-10-28T12:05:00.000Z',
    data: { ...usual.content.payload, order: name },
    ...attributes,
  });
}

const message = (sent) => ({ exchange: 'order.events', routingKey: 'order.placed.v1', ...sent });

const inAllWays = (event) =>
  [structured(event), binary(event), binary(event, ':'), binaryOfKafka(event), binaryOfMqtt(event)].map(message);

const ofAmqp = binary(event('types-of-amqp', { hops: 3, express: true }));
ofAmqp.options.headers['cloudEvents_time'] = { '!': 'timestamp', value: 1698494700 };

module.exports = [
  event('usual'),
  event('extensions', {
    correlationid: 'basket-7',
    partitionkey: 'customer-3',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    tracestate: 'congo=t61rcWkgMzE',
  }),
  event('other-attributes', {
    subject: 'order-7',
    dataschema: 'https://example.com/schemas/order.json',
    datacontenttype: 'application/json',
    tenant: 'blue',
    hops: 3,
    express: true,
  }),
  event('media-type', { datacontenttype: 'application/vnd.example.order+json; charset=UTF-8' }),
  event('texts', {
    id: 'ü/1 \u{1f980}',
    source: 'urn:orders:%C3%BC',
    correlationid: 'Körbchen "7"',
    partitionkey: 'ß',
  }),
  event('time-without-fraction', { time: '2023-10-28T12:05:00Z' }),
  event('time-with-offset', { time: '2023-10-28T14:05:00.000+02:00' }),
]
  .flatMap(inAllWays)
  .concat(message(ofAmqp));

Object.assign(module.exports, { event, message, inAllWays });
