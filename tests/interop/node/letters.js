// Takes the dead letters of a file's messages from a queue, checks that they are what was published, and prints the reason
// and the error of each as a line of JSON:
//
//   AMQP_URI=… node letters.js QUEUE FILE

const assert = require('node:assert/strict');
const { body, take } = require('./amqp');

async function main(queue, file) {
  const messages = require(`./${file}`);
  const letters = await take(queue, messages.length);
  for (const [index, { content, properties }] of letters.entries()) {
    const message = messages[index];
    assert.ok(content.equals(body(message)), `${index}: ${content} was ${body(message)}`);
    const { headers = {}, ...options } = message.options;
    const { 'ue-reason': reason, 'ue-error': error } = properties.headers;
    const kept = Object.entries(properties.headers).filter(([name]) => !name.startsWith('ue-'));
    assert.deepEqual(Object.fromEntries(kept), headers, `the headers of ${index}`);
    for (const option of ['contentType', 'type']) {
      assert.equal(properties[option], options[option], `${option} of ${index}`);
    }
    console.log(JSON.stringify({ reason, error }));
  }
}

void main(process.argv[2], process.argv[3]);
