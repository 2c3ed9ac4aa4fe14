/** What a browser remembers of one reader's taste. Private windows may refuse; then nothing is remembered. */
export interface Stored<Value> {
  read(): Value;
  write(value: Value): void;
}

/** Keeps `Value` as JSON under `key`. `parse` turns what is found, which may be anything, into a value. */
export function stored<Value>(
  key: string,
  parse: (found: unknown) => Value,
  storage: () => Storage = () => window.localStorage,
): Stored<Value> {
  return {
    read() {
      try {
        return parse(JSON.parse(storage().getItem(key) ?? 'null'));
      } catch {
        return parse(null);
      }
    },
    write(value) {
      try {
        storage().setItem(key, JSON.stringify(value));
      } catch {
        // A full or forbidden store costs a preference, not the page.
      }
    },
  };
}
