import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['log', 'warn', 'error'] });
  // On SIGTERM: nothing new, handlers finish, the rest goes back to the queue.
  app.enableShutdownHooks();
  console.log('ready');
}

void main();
