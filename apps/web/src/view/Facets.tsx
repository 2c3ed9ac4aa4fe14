/** Values to filter by. */
export function Facets() {
  return null;
}
