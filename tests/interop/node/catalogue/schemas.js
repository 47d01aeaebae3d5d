// Validates the samples of lock files with the schemas that were exported of them, and breaks each in every way that has to be noticed.
//
// node schemas.js FOLDER LOCK…
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const addFormats = require('ajv-formats');
const Ajv2020 = require('ajv/dist/2020');

const [folder, ...locks] = process.argv.slice(2);
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
let samples = 0;
let broken = 0;

for (const lock of locks.map(json)) {
  const name = `${lock.event}.v${lock.version}`;
  const schema = json(join(folder, `${name}.schema.json`));
  const ajv = addFormats(new Ajv2020({ strict: true, allErrors: true }));
  assert(ajv.validateSchema(schema), `${name}: ${ajv.errorsText()}`);
  ajv.addSchema(schema, name);
  const envelope = ajv.getSchema(name);
  const payload = ajv.getSchema(`${name}#/$defs/payload`);

  const accepts = (value) => {
    assert(payload(value), `${name} refuses ${JSON.stringify(value)}: ${ajv.errorsText(payload.errors)}`);
    assert(envelope(enveloped(schema, value)), `${name}: ${ajv.errorsText(envelope.errors)}`);
    samples += 1;
  };
  const refuses = (value, what) => {
    assert(!payload(value), `${name} accepts ${what}: ${JSON.stringify(value)}`);
    assert(!envelope(enveloped(schema, value)), `${name} accepts an envelope with ${what}`);
    broken += 1;
  };

  for (const sample of lock.revisions.at(-1).samples) {
    accepts(sample);
    accepts({ ...sample, aFieldOfALaterRevision: [1] });
    for (const field of schema.$defs.payload.required ?? []) {
      const { [field]: _, ...rest } = sample;
      refuses(rest, `a payload without ${field}`);
    }
    for (const field of Object.keys(sample)) {
      refuses({ ...sample, [field]: wrong(sample[field]) }, `another type of ${field}`);
    }
  }

  const message = enveloped(schema, lock.revisions.at(-1).samples[0]);
  for (const field of schema.required) {
    const { [field]: _, ...rest } = message;
    assert(!envelope(rest), `${name} accepts an envelope without ${field}`);
    broken += 1;
  }
  for (const other of [{ messageType: 'Other.v1' }, { envelopeVersion: '2.0' }, { timestamp: 'now' }]) {
    assert(!envelope({ ...message, ...other }), `${name} accepts ${JSON.stringify(other)}`);
    broken += 1;
  }
}
console.log(JSON.stringify({ samples, broken }));

function enveloped(schema, payload) {
  return {
    messageId: '6f9619ff-8b86-4011-b42d-00cf4fc964ff',
    messageType: schema.properties.messageType.const,
    envelopeVersion: '1.0',
    timestamp: '2023-10-28T12:05:00.000Z',
    sourceService: 'UserService',
    payload,
  };
}

// A value that stands in the place of no other.
function wrong(value) {
  return typeof value === 'number' ? 'seven' : 7;
}
