import type { Counters, Evidence, Flow, FlowKey, Labels, Millis } from '@vibrissa/model';

/** Where a RingFlow reads what is costly to lay out and seldom asked for. */
export interface RingReader {
  evidence(key: number): Evidence;
  labels(id: number): Labels;
}

/** A flow of the hot ring over a window. Valid until the next record is taken in; evidence is read when asked for. */
export class RingFlow implements Flow {
  readonly #reader: RingReader;

  constructor(
    reader: RingReader,
    readonly index: number,
    readonly id: number,
    readonly key: FlowKey,
    readonly counters: Counters,
    readonly sourceLabelsId: number,
    readonly destLabelsId: number,
    readonly firstSeen: Millis,
    readonly lastSeen: Millis,
  ) {
    this.#reader = reader;
  }

  get sourceLabels(): Labels {
    return this.#reader.labels(this.sourceLabelsId);
  }

  get destLabels(): Labels {
    return this.#reader.labels(this.destLabelsId);
  }

  get evidence(): Evidence {
    return this.#reader.evidence(this.index);
  }
}
