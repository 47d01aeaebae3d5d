// An order whose id and time the SDK makes up.

const { event, inAllWays } = require('./cloudevents');

module.exports = inAllWays(event('defaults', { id: undefined, time: undefined }));
