// CloudEvents of the CNCF's SDK that no consumer of orders can handle.

const { binary, structured } = require('./sdk');
const { event, message } = require('./cloudevents');

/** Without one of its attributes, which the SDK would make up or miss. */
function without(name, sent) {
  const { [`cloudEvents_${name}`]: _, ...headers } = sent.options.headers ?? {};
  const body = sent.options.headers
    ? sent.content
    : Buffer.from(JSON.stringify({ ...JSON.parse(sent.content), [name]: undefined }));
  return { content: body, options: { ...sent.options, headers } };
}

const bytes = event('bytes', { data: Buffer.from('{"order":"bytes"}'), datacontenttype: 'application/octet-stream' });
const jsonBytes = event('json-bytes', { data: Buffer.from('{}'), datacontenttype: 'application/json' });
const xml = event('xml', { data: '<order/>', datacontenttype: 'application/xml' });
const empty = event('empty', { data: undefined });
const half = event('half', { data: { order: 'half', quantity: -1 } });
const old = event('old', { specversion: '0.3' }, false);
const other = event('other', { type: 'OrderPainted.v1' });
const usual = event('usual');

const batch = {
  content: Buffer.from(JSON.stringify([event('first'), event('second')])),
  options: { contentType: 'application/cloudevents-batch+json' },
};

module.exports = [
  ...[bytes, jsonBytes, xml, empty, half, old, other].flatMap((event) => [structured(event), binary(event)]),
  batch,
  ...['specversion', 'type'].flatMap((name) => [without(name, structured(usual)), without(name, binary(usual))]),
].map(message);
