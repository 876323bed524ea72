import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import { PlatformError } from '../errors/index.js';
import { Permissions } from '../staff/index.js';
import { requestOf } from './current.decorators.js';
import type { RequestContext } from './request-context.js';
import { type Rule, ruleOf } from './rule.js';

const rolesHere = Symbol('roles of the actor, by library');

/** Holds every GraphQL operation to its rule, before its resolver runs. HTTP routes are none of its business. */
@Injectable()
export class OperationGuard implements CanActivate {
  constructor(private readonly permissions: Permissions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType<string>() !== 'graphql') return true;
    const rule = ruleOf(context.getHandler());
    if (rule === undefined) throw new Error(`${context.getClass().name}.${context.getHandler().name} has no @Requires`);
    const request = requestOf(context);
    this.permissions.requireKind(request.actor, rule);
    if (rule.role !== undefined) await this.requireRole(request, rule, rule.role, GqlExecutionContext.create(context).getArgs());
    return true;
  }

  private async requireRole(request: RequestContext, rule: Rule, least: NonNullable<Rule['role']>, args: unknown): Promise<void> {
    if (rule.at === undefined) return this.permissions.requireRole(await this.permissions.strongest(request.reads, request.actor), least);
    const library = at(args, rule.at);
    if (typeof library !== 'string') throw new PlatformError('BAD_INPUT', 'Name a library.', rule.at);
    const roles = request.loader<string, Awaited<ReturnType<Permissions['rolesAt']>>[number]>(rolesHere, (ids) => this.permissions.rolesAt(request.reads, request.actor, ids));
    this.permissions.requireRole(await roles.load(library), least);
  }
}

const at = (args: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined), args);
