import type { Clock } from '@vibrissa/model';
import { type Backoff, retryDelay } from '@vibrissa/protocol/backoff';
import {
  type Health,
  type Hello,
  LIVE_VERSION,
  type LiveError,
  type LiveMessage,
  type LiveRequest,
  type Rows,
  type Subscribe,
} from '@vibrissa/protocol/messages';

/** What of a WebSocket is used here. */
export type SocketLike = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>;

/** Runs `task` after `ms`; the answer undoes it. */
export type After = (ms: number, task: () => void) => () => void;

/** The question a subscription asks. */
export type Watch = Omit<Subscribe, 'type' | 'id' | 'cursor'>;

export type SocketState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** Tries again at `retryAt`, ms on the given clock. */
  | { readonly kind: 'waiting'; readonly retryAt: number };

export interface LiveSocketEvents {
  state(state: SocketState): void;
  hello(hello: Hello): void;
  health(health: Health): void;
  rows(rows: Rows): void;
  /** How far a long reading is, 0 to 1. */
  progress(done: number): void;
  skipped(updates: number): void;
  error(error: LiveError): void;
  /** The server speaks another version: this page is older or newer than it. */
  outdated(): void;
}

export interface LiveSocketDeps {
  readonly connect: () => SocketLike;
  readonly clock: Clock;
  readonly after: After;
  readonly random: () => number;
}

/** ms. Health comes every second; without any word for this long the connection is taken for dead. */
const SILENCE = 8_000;
const BACKOFF: Backoff = { first: 500, most: 15_000 };

/**
 * The live connection: subscribes, reconnects for as long as it takes, and goes on from where it stopped.
 * A cursor is only handed back once the snapshot it belongs to was complete; before that, going on from it
 * would leave a hole. Playback goes on from its playhead instead.
 */
export class LiveSocket {
  #socket: SocketLike | null = null;
  #state: SocketState = { kind: 'connecting' };
  #attempt = 0;
  #id = 0;
  #watch: Watch | null = null;
  #held = false;
  #cursor: string | null = null;
  #complete = false;
  /** How far playback is; null before its first rows. */
  #playhead: number | null = null;
  #cancelRetry: () => void = () => {};
  #cancelSilence: () => void = () => {};

  constructor(
    private readonly deps: LiveSocketDeps,
    private readonly events: LiveSocketEvents,
  ) {}

  /** Asks another question; answers to the one before are dropped from now on. */
  watch(watch: Watch): void {
    this.#unsubscribe();
    this.#watch = watch;
    this.#held = false;
    this.#cursor = null;
    this.#complete = false;
    this.#playhead = null;
    this.#subscribe();
  }

  /** Stops the rows and keeps the place; health goes on. */
  hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#unsubscribe();
  }

  /** Goes on from where it was held. */
  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#subscribe();
  }

  open(): void {
    this.#cancelRetry();
    this.#setState({ kind: 'connecting' });
    const socket = this.deps.connect();
    this.#socket = socket;
    socket.onopen = () => {
      this.#listenForSilence();
      this.#setState({ kind: 'open' });
      this.#subscribe();
    };
    socket.onmessage = (event) => {
      if (this.#socket !== socket || typeof event.data !== 'string') return;
      this.#listenForSilence();
      this.#receive(JSON.parse(event.data) as LiveMessage);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.#lost();
    };
    // A connection that neither opens nor fails would leave the page waiting for ever.
    this.#listenForSilence();
  }

  /** Tries now rather than at `retryAt`. */
  retryNow(): void {
    if (this.#state.kind === 'waiting') this.open();
  }

  close(): void {
    this.#cancelRetry();
    this.#cancelSilence();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #receive(message: LiveMessage): void {
    switch (message.type) {
      case 'hello':
        if (message.version !== LIVE_VERSION) this.events.outdated();
        this.events.hello(message);
        return;
      case 'health':
        // Proof that the server is well, which a mere connection is not: a proxy may accept and then drop.
        this.#attempt = 0;
        this.events.health(message);
        return;
      case 'rows':
        if (this.#concerns(message.id)) this.#takeRows(message);
        return;
      case 'progress':
        if (this.#concerns(message.id)) this.events.progress(message.done);
        return;
      case 'skipped':
        if (!this.#concerns(message.id)) return;
        this.#forgetPlace();
        this.events.skipped(message.updates);
        return;
      case 'error':
        if (message.id === undefined || this.#concerns(message.id)) this.events.error(message);
        return;
    }
  }

  #takeRows(message: Rows): void {
    if (message.reset === true) this.#forgetPlace();
    if (message.phase === 'live' || message.done === true) this.#complete = true;
    if (this.#watch?.play !== undefined) this.#playhead = message.now;
    else if (this.#complete) this.#cursor = message.cursor;
    this.events.rows(message);
  }

  #forgetPlace(): void {
    this.#cursor = null;
    this.#complete = false;
  }

  #concerns(id: number): boolean {
    return id === this.#id && !this.#held;
  }

  #subscribe(): void {
    if (this.#watch === null || this.#held || this.#state.kind !== 'open') return;
    this.#id += 1;
    this.#complete = false;
    const cursor = this.#cursor === null ? {} : { cursor: this.#cursor };
    const { play } = this.#watch;
    const on = play === undefined ? {} : { play: { ...play, at: this.#playhead ?? play.at } };
    this.#send({ type: 'subscribe', id: this.#id, ...this.#watch, ...on, ...cursor });
  }

  #unsubscribe(): void {
    if (this.#watch !== null && this.#id > 0) this.#send({ type: 'unsubscribe', id: this.#id });
  }

  #send(request: LiveRequest): void {
    if (this.#state.kind === 'open') this.#socket?.send(JSON.stringify(request));
  }

  #lost(): void {
    this.#cancelSilence();
    this.#socket = null;
    const wait = retryDelay(this.#attempt, BACKOFF, this.deps.random);
    this.#attempt += 1;
    this.#setState({ kind: 'waiting', retryAt: this.deps.clock.now() + wait });
    this.#cancelRetry = this.deps.after(wait, () => this.open());
  }

  #listenForSilence(): void {
    this.#cancelSilence();
    this.#cancelSilence = this.deps.after(SILENCE, () => {
      const socket = this.#socket;
      this.#lost();
      socket?.close();
    });
  }

  #setState(state: SocketState): void {
    this.#state = state;
    this.events.state(state);
  }
}
