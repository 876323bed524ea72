import { v7 } from 'uuid';

/** A new UUIDv7: sorts by the time of its making, so that inserts touch the right edge of an index. */
export const newId = (): string => v7();

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text can be compared with a uuid column without PostgreSQL refusing it. */
export const isId = (text: string): boolean => uuid.test(text);
