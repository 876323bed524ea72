import { isIP } from 'node:net';
import { Agent, DecoratorHandler, type Dispatcher, buildConnector } from 'undici';
import { AddressRefused, type AddressGuard } from './address-guard.js';
import type { NetworkLimits } from './network-limits.js';

type Connector = buildConnector.connector;

/**
 * An agent that connects only where its guard allows. It takes no proxy from the environment, and its open connections are never
 * lent to an account with another guard.
 */
export const guardedAgent = (guard: AddressGuard, limits: NetworkLimits): Agent =>
  new Agent({
    connect: guardedConnector(guard, limits.connectMs),
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.idleMs,
    connections: 8,
    keepAliveTimeout: 10_000,
    webSocket: { maxPayloadSize: limits.frameBytes },
  });

/** The same way, on which `check` is called once a connection is there for a request, right before that is written to it. What it throws, the request ends in. */
export const checkedAtLeaving = (agent: Agent, check: () => void): Dispatcher =>
  agent.compose((dispatch) => (options, handler) => dispatch(options, new CheckedAtLeaving(handler, check)));

class CheckedAtLeaving extends DecoratorHandler implements Dispatcher.DispatchHandler {
  constructor(private readonly handler: Dispatcher.DispatchHandler, private readonly check: () => void) {
    super(handler);
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.check();
    this.handler.onRequestStart?.(controller, context);
  }
}

const guardedConnector = (guard: AddressGuard, timeout: number): Connector => {
  // One a port, because a lookup is not told the port.
  const byPort = new Map<number, Connector>();
  const connectorFor = (port: number): Connector => {
    const known = byPort.get(port) ?? buildConnector({ timeout, lookup: guard.lookup(port) });
    byPort.set(port, known);
    return known;
  };
  return (options, callback) => {
    const host = bareHost(options.hostname);
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    // net.connect asks no lookup about a literal address.
    if (isIP(host) !== 0 && !guard.allows(host, port, host)) return callback(new AddressRefused(host), null);
    connectorFor(port)({ ...options, hostname: host }, (error, socket) => {
      if (error !== null) return callback(error, null);
      if (socket.remoteAddress !== undefined && guard.allows(host, port, socket.remoteAddress)) return callback(null, socket);
      socket.destroy();
      callback(new AddressRefused(host), null);
    });
  };
};

/** A URL writes IPv6 addresses in brackets. */
export const bareHost = (hostname: string): string => hostname.replace(/^\[(.*)\]$/, '$1');
