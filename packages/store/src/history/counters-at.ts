import { COUNTER_NAMES, type Counters } from '@vibrissa/model';

/** The counters of a row, which stand side by side in the order of COUNTER_NAMES; NaN is unknown. */
export function countersAt(values: Float64Array, row: number): Counters {
  const at = (place: number) => {
    const value = values[row * COUNTER_NAMES.length + place] as number;
    return Number.isNaN(value) ? null : value;
  };
  return {
    packetsIn: at(0),
    packetsOut: at(1),
    bytesIn: at(2),
    bytesOut: at(3),
    connectionsStarted: at(4),
    connectionsCompleted: at(5),
    connectionsLive: at(6),
  };
}
