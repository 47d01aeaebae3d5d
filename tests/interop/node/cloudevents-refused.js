// CloudEvents of the CNCF's SDK that no consumer of orders can handle.

const { binary, structured } = require('./sdk');
const { event, message } = require('./cloudevents');

/** An event in structured mode, then in binary mode, both without one of its attributes. */
function without(name, event) {
  const { content, options } = structured(event);
  const { [name]: _, ...body } = JSON.parse(content);
  const sent = binary(event);
  delete sent.options.headers[`cloudEvents_${name}`];
  return [{ content: body, options }, sent];
}

const bytes = event('bytes', { data: Buffer.from('{"order":"bytes"}'), datacontenttype: 'application/octet-stream' });
const jsonBytes = event('json-bytes', { data: Buffer.from('{}'), datacontenttype: 'application/json' });
const xml = event('xml', { data: '<order/>', datacontenttype: 'application/xml' });
const empty = event('empty', { data: undefined });
const half = event('half', { data: { order: 'half', quantity: -1 } });
const old = event('old', { specversion: '0.3' });
const other = event('other', { type: 'OrderPainted.v1' });
const usual = event('usual');

const batch = { content: [usual, usual], options: { contentType: 'application/cloudevents-batch+json' } };

module.exports = [
  ...[bytes, jsonBytes, xml, empty, half, old, other].flatMap((event) => [structured(event), binary(event)]),
  batch,
  ...without('specversion', usual),
  ...without('type', usual),
].map(message);
