// What no consumer can handle, and an order at the end.

const order = (content, options = {}) => ({
  exchange: 'order.events',
  routingKey: 'order.placed.v1',
  content,
  options,
});
const [usual] = require('./strays');
const typed = { type: 'OrderPlaced.v1' };

module.exports = [
  order(Buffer.from('certainly, this is not JSON'), typed),
  order(Buffer.from([0xff, 0x00, 0xfe, 0x7b, 0x22]), typed),
  order(Buffer.alloc(0), typed),
  order(Buffer.from('["an", "array"]'), typed),
  order({ ...usual.content, envelopeVersion: '2.0' }, typed),
  order({ ...usual.content, payload: undefined }, typed),
  order({ ...usual.content, payload: { order: 'half', quantity: -1 } }, typed),
  order({ ...usual.content, messageType: 'OrderPainted.v1' }, { type: 'OrderPainted.v1' }),
  order({ ...usual.content, messageType: undefined }),
  usual,
];
