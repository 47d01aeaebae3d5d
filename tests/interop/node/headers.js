// An order with headers of every type that amqplib writes.

module.exports = [require('./strays').at(-1)];
