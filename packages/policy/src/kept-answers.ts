import type { Match } from './match.js';

const ANSWERS: readonly (Match | undefined)[] = [undefined, 'yes', 'no', 'maybe'];
const NO = ANSWERS.indexOf('no');

/** Answers by number: a byte each, as clusters have many ends and each is asked by many policies. */
export class KeptAnswers {
  private bytes: Uint8Array;

  /** `expected` is how many there will be, as far as is known. */
  constructor(expected = 0) {
    this.bytes = new Uint8Array(expected);
  }

  get(id: number): Match | undefined {
    return ANSWERS[this.bytes[id] ?? 0];
  }

  isNo(id: number): boolean {
    return this.bytes[id] === NO;
  }

  /** The answer itself, for whoever asked. */
  keep(id: number, answer: Match): Match {
    if (id >= this.bytes.length) {
      const longer = new Uint8Array(Math.max(id + 1, this.bytes.length * 2));
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes[id] = ANSWERS.indexOf(answer);
    return answer;
  }
}
