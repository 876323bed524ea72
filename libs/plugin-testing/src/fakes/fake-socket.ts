/** A WebSocket without a network: a test plays the far side. */
export interface FakeSocket {
  /** What the plugin is given. */
  readonly socket: WebSocket;
  /** What the plugin sent, in order. */
  readonly sent: readonly unknown[];
  /** Whether the plugin closed it. */
  readonly isClosedHere: boolean;
  /** A frame arrives. Frames that arrive after a close are lost, as on a real socket. */
  receive(frame: string | ArrayBuffer): void;
  /** The far side closes. */
  closeThere(code?: number): void;
  /** The connection breaks: an `error`, then a `close` with 1006. */
  breakDown(): void;
}

const readyStates = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;

class SocketStandIn extends EventTarget {
  readonly CONNECTING = readyStates.CONNECTING;
  readonly OPEN = readyStates.OPEN;
  readonly CLOSING = readyStates.CLOSING;
  readonly CLOSED = readyStates.CLOSED;
  readyState: number = readyStates.OPEN;
  binaryType: BinaryType = 'blob';
  readonly sent: unknown[] = [];
  isClosedHere = false;

  send(data: unknown): void {
    if (this.readyState !== readyStates.OPEN) throw new Error('This socket is not open.');
    this.sent.push(data);
  }

  close(): void {
    this.isClosedHere = true;
    this.readyState = readyStates.CLOSED;
  }

  tell(type: string, facts: object): void {
    this.dispatchEvent(Object.assign(new Event(type), facts));
  }
}

/** An open {@link FakeSocket}. */
export const fakeSocket = (): FakeSocket => {
  const standIn = new SocketStandIn();
  const closeThere = (code: number): void => {
    standIn.readyState = readyStates.CLOSED;
    standIn.tell('close', { code, reason: '', wasClean: code === 1000 });
  };
  return {
    // The parts of WebSocket that are left out (the on… properties, extensions) would say something wrong here.
    socket: standIn as unknown as WebSocket,
    sent: standIn.sent,
    get isClosedHere() {
      return standIn.isClosedHere;
    },
    receive: (frame) => {
      if (standIn.readyState === readyStates.OPEN) standIn.tell('message', { data: frame });
    },
    closeThere: (code = 1000) => closeThere(code),
    breakDown: () => {
      standIn.tell('error', {});
      closeThere(1006);
    },
  };
};
