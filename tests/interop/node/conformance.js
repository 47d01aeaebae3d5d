// Of the CloudEvents project's own vectors for the JSON format, those in which readers differ:
// https://github.com/cloudevents/conformance/tree/main/format/json, `valid-events.json` and `invalid-events.json`.
//
// Each is told by what it changes in the minimal event. They have no data, where these have an empty object, so that they are
// events of ours. The header `vector` names the vector, `sdk` says whether the SDK's strict reading accepts it.

const { CloudEvent } = require('cloudevents');

const minimal = {
  specversion: '1.0',
  id: 'minimal',
  type: 'io.cloudevents.test',
  source: 'https://cloudevents.io',
  data: {},
};

const vectors = {
  invalidNoSpecVersion: { specversion: undefined },
  invalidNoId: { id: undefined },
  invalidNoType: { type: undefined },
  invalidNoSource: { source: undefined },
  invalidTimeGarbage: { time: 'lunchtime' },
  invalidTimeOffsetHourOnly: { time: '2018-04-05T18:31:00+05' },
  invalidEmptyId: { id: '' },
  invalidEmptyType: { type: '' },
  invalidEmptySource: { source: '' },
  invalidEmptySpecVersion: { specversion: '' },
  invalidUnknownSpecVersion: { specversion: '0.9' },
  invalidNonRfc2046DataContentType: { datacontenttype: 'xyz' },
  invalidEmptyDataContentType: { datacontenttype: '' },
  invalidEmptySubject: { subject: '' },
  invalidNumericId: { id: 25 },
  invalidObjectId: { id: { xyz: 'abc' } },
  invalidCapitalizedExtension: { MyExtension: 'bad' },
  invalidBothDataAndDataBase64: { data: 'text', data_base64: 'eyAieHl6IjogMTIzIH0=' },
  validMinimal: {},
  validMinimalWithNullForOptional: { datacontenttype: null, dataschema: null, subject: null, time: null },
  validMinimalWithTimeToNanosecondsUtc: { time: '2018-04-05T17:31:00.000000000Z' },
  validMinimalWithTimeUsingNegativeOffset: { time: '2018-04-05T16:31:00-01:00' },
  validRelativeSource: { source: '#fragment' },
  validSimpleTextData: { datacontenttype: 'text/plain', data: 'Simple text' },
  validAllExtensionTypes: {
    extinteger: 10,
    extboolean: true,
    extstring: 'text',
    exturiref: '//authority/path',
    exttimestamp: '2023-03-31T15:12:00Z',
    extbinary: 'TWE=',
  },
};

function accepts(event) {
  try {
    return new CloudEvent(event, true).validate();
  } catch {
    return false;
  }
}

module.exports = Object.entries(vectors).map(([vector, change]) => {
  const content = { ...minimal, ...change };
  const headers = { vector, sdk: accepts(content) };
  return {
    exchange: 'conformance',
    routingKey: 'vector.v1',
    content,
    options: { contentType: 'application/cloudevents+json', headers },
  };
});
