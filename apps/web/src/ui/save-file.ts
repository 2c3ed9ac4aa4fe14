/** ms until a file that was handed to the browser is let go of. */
const KEPT = 60_000;

/** Hands the reader a file made on the page. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}
