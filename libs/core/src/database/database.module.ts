import { type DynamicModule, Module } from '@nestjs/common';
import { Database } from './database.js';

/** Gives the opened database to every feature. Whoever opened it closes it, after the application has closed. */
@Module({})
export class DatabaseModule {
  static forRoot(database: Database): DynamicModule {
    return { module: DatabaseModule, global: true, providers: [{ provide: Database, useValue: database }], exports: [Database] };
  }
}
