import type { DynamicModule, Type } from '@nestjs/common';
import { RESOLVER_TYPE_METADATA } from '@nestjs/graphql';

type Imported = Type | DynamicModule | Promise<DynamicModule> | { forwardRef: () => Type };

/** Every resolver class that a module and what it imports provide, from their decorators alone: nothing is constructed. */
export const resolversOf = async (root: Imported): Promise<readonly Type[]> => {
  const found = new Set<Type>();
  const seen = new Set<unknown>();
  const visit = async (imported: Imported): Promise<void> => {
    const module = await imported;
    if (seen.has(module)) return;
    seen.add(module);
    const type = 'module' in module ? module.module : (module as Type);
    const { imports = [], providers = [] } = 'module' in module ? module : {};
    for (const provider of [...providers, ...declared(type, 'providers')]) if (isResolver(provider)) found.add(provider);
    for (const next of [...imports, ...declared(type, 'imports')]) await visit(next as Imported);
  };
  await visit(root);
  return [...found];
};

const declared = (type: Type, key: 'imports' | 'providers'): readonly unknown[] => (Reflect.getMetadata(key, type) as readonly unknown[] | undefined) ?? [];
const isResolver = (provider: unknown): provider is Type => typeof provider === 'function' && Reflect.hasMetadata(RESOLVER_TYPE_METADATA, provider);
