/** The broker that the environment names. */
export function amqpUri(): string {
  const uri = process.env['AMQP_URI'];
  if (!uri) {
    throw new Error("AMQP_URI is not set: set it to the broker's URI, such as amqps://user:password@host/vhost");
  }
  return uri;
}

/** How long a publish may take until it counts as failed, in milliseconds. */
export const publishTimeout = 30_000;

/** How many messages may be on their way through the handlers at once. */
export const prefetch = 10;
