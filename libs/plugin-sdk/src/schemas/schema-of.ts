import type { z } from 'zod';

type Leaf = string | number | boolean | bigint | symbol | null | undefined | Date | URL | ((...args: never[]) => unknown);

type Frozen<T> = T extends Leaf ? T : { readonly [K in keyof T]: Frozen<T[K]> };

// Assignability alone would not notice an optional property that one side lacks.
type Complete<T> = T extends Leaf ? T : { readonly [K in keyof T]-?: Complete<T[K]> };

type Mutual<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** `true` where both types describe the same values, whatever their mutability. */
export type Agree<A, B> = Mutual<Frozen<A>, Frozen<B>> extends true ? Mutual<Complete<A>, Complete<B>> : false;

interface Drift<Schema, Declared> {
  readonly schemaSays: Schema;
  readonly typeSays: Declared;
}

/**
 * Ties a schema to the interface that it checks: `schemaOf<Ref>()(z.object({ … }))` compiles only while both say the same, so that
 * they cannot drift apart.
 */
export const schemaOf =
  <Declared>() =>
  <Schema extends z.ZodType>(
    schema: Schema & (Agree<z.output<Schema>, Declared> extends true ? unknown : Drift<z.output<Schema>, Declared>),
  ): Schema =>
    schema;
