import type { Socket } from 'node:net';

/** Knows every open socket, and can cut them and refuse new ones: a broken network, a broker that is down. */
export class SocketGate {
  readonly #sockets = new Set<Socket>();
  #isOpen = true;

  /** To be called with every new socket. */
  admit(socket: Socket): void {
    // A cut socket must not end the process, whoever else listens to it.
    socket.on('error', () => undefined);
    if (!this.#isOpen) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /** Cuts every connection without a word. */
  cut(): void {
    // With an error, so that rhea hears of it.
    for (const socket of this.#sockets) socket.destroy(new Error('connection cut'));
  }

  /** Closed, it cuts every connection and every new one, until it is opened again. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (!isOpen) this.cut();
  }
}
