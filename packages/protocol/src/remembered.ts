/** Writes what is said of an object once for as long as the object is in use; it must not change meanwhile. */
export function remembered<T extends object>(write: (value: T) => string): (value: T) => string {
  const known = new WeakMap<T, string>();
  return (value) => {
    let text = known.get(value);
    if (text === undefined) {
      text = write(value);
      known.set(value, text);
    }
    return text;
  };
}
