// The CNCF's SDK knows HTTP, Kafka and MQTT, but not AMQP. Here what it writes for those becomes an AMQP message, and an AMQP
// message what it reads from those.

const assert = require('node:assert/strict');
const { CloudEvent, HTTP, Kafka, MQTT } = require('cloudevents');

/** An event in structured mode: content and options of an AMQP message. */
function structured(event) {
  const { headers, body } = HTTP.structured(event);
  return { content: Buffer.from(body), options: { contentType: headers['content-type'] } };
}

/** An event in binary mode: its attributes are headers, its data is the body. */
function binary(event, separator = '_') {
  const { headers, body } = HTTP.binary(event);
  return amqp(attributes(headers, 'ce-'), separator, headers['content-type'], body);
}

/** The same, as the SDK writes an event for Kafka. */
function binaryOfKafka(event) {
  const { headers, value } = Kafka.binary(event);
  return amqp(attributes(headers, 'ce_'), '_', headers['content-type'], value);
}

/** The same, as the SDK writes an event for MQTT. */
function binaryOfMqtt(event) {
  const { PUBLISH, headers, body } = MQTT.binary(event);
  return amqp(attributes(headers, ''), '_', PUBLISH['Content Type'], body);
}

function amqp(attributes, separator, contentType, data) {
  const isWritten = typeof data === 'string' || ArrayBuffer.isView(data);
  return {
    content: Buffer.from(isWritten ? data : (JSON.stringify(data) ?? '')),
    options: { contentType, headers: prefixed(attributes, `cloudEvents${separator}`) },
  };
}

/** The attributes among headers: those with this prefix, without it. */
function attributes(headers, prefix) {
  const found = Object.entries(headers).filter(([name, value]) => name.startsWith(prefix) && value !== undefined);
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

function prefixed(attributes, prefix) {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prefix + name, value]));
}

/** Attributes and data of the CloudEvent in an AMQP message, after all of the SDK's readers have found them there, and valid. */
function judged({ content, properties: { contentType, headers } }) {
  const body = content.toString();
  const isStructured = contentType.startsWith('application/cloudevents');
  const told = isStructured
    ? JSON.parse(body)
    : { ...attributes(headers, 'cloudEvents_'), datacontenttype: contentType, data: JSON.parse(body) };
  const readers = isStructured ? readStructured(contentType, body, told) : readBinary(contentType, body, told);
  for (const [reader, read] of Object.entries(readers)) {
    const event = read();
    assert.ok(event.validate(), reader);
    // It has taken nothing for another thing, left nothing out, and made up nothing that was missing.
    assert.deepEqual(attributes(event, ''), told, reader);
  }
  control(told);
  return told;
}

function readStructured(contentType, body, told) {
  const headers = { 'content-type': contentType };
  return {
    constructor: () => new CloudEvent(JSON.parse(body), true),
    http: () => HTTP.toEvent({ headers, body }),
    kafka: () => Kafka.toEvent({ headers, key: told.partitionkey, value: body }),
    mqtt: () => MQTT.toEvent({ PUBLISH: { 'Content Type': contentType }, headers: {}, body }, true),
  };
}

function readBinary(contentType, body, { data, datacontenttype, ...attributes }) {
  const headers = (prefix) => ({ 'content-type': contentType, ...prefixed(attributes, prefix) });
  return {
    constructor: () => new CloudEvent({ ...attributes, datacontenttype, data }, true),
    http: () => HTTP.toEvent({ headers: headers('ce-'), body }),
    kafka: () => Kafka.toEvent({ headers: headers('ce_'), key: attributes.partitionkey, value: body }),
    mqtt: () => MQTT.toEvent({ PUBLISH: {}, headers: { ...attributes, datacontenttype }, body: data }, true),
  };
}

/** The judge is strict: it refuses the same event where blanks and umlauts in its source are not percent-encoded. */
function control(told) {
  const source = decodeURIComponent(told.source);
  if (/[^!-~]/.test(source)) {
    assert.throws(() => new CloudEvent({ ...told, source }, true), /uri-reference/);
  }
}

module.exports = { structured, binary, binaryOfKafka, binaryOfMqtt, judged };
