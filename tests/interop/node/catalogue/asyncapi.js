// Reads an AsyncAPI document with the official parser, and prints what it has.
//
// node asyncapi.js FILE
const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');
const { DiagnosticSeverity, Parser } = require('@asyncapi/parser');

(async () => {
  const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
  const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
  assert.deepEqual(errors, []);
  const channels = document.channels().all();
  console.log(
    JSON.stringify({
      version: document.version(),
      channels: channels.map((channel) => channel.id()),
      exchanges: [...new Set(channels.map((channel) => channel.bindings().get('amqp').json('exchange').name))],
      sent: document.operations().filterBySend().length,
      messages: document
        .messages()
        .all()
        .map((message) => message.name()),
    }),
  );
})();
