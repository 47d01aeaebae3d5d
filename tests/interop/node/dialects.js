// The platform's three envelopes beside the standard one, as the services that use them write them: fields in their order,
// and no properties.

module.exports = [
  {
    exchange: 'order.events',
    routingKey: 'order.created.v1',
    content: {
      messageId: 'msg-1',
      messageType: 'OrderCreatedEvent',
      messageVersion: '1.0',
      timestamp: '2023-10-28T12:05:00.000Z',
      source: 'OrderService',
      correlationId: 'basket-7',
      partitionKey: 'o-1',
      payload: { orderId: 'o-1', total: 9.5 },
    },
    options: {},
  },
  {
    exchange: 'inventory.events',
    routingKey: 'stock.level.changed.v1',
    content: {
      messageId: 'msg-2',
      messageType: 'StockLevelChanged',
      timestamp: '2023-10-28T12:05:00.001Z',
      source: 'InventoryService',
      partitionKey: 's-1',
      correlationId: 'basket-8',
      payload: { sku: 's-1', level: -3 },
      version: '1.0',
    },
    options: {},
  },
  {
    exchange: 'product.events',
    routingKey: 'product.created.v1',
    content: {
      eventId: 'msg-3',
      eventType: 'ProductCreated',
      timestamp: '2023-10-28T12:05:00.002Z',
      version: '1.0',
      source: 'Katalog für Größen',
      data: { sku: 's-1', name: 'Stehlampe, weiß' },
    },
    options: {},
  },
];
