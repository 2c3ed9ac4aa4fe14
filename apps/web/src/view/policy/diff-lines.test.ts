import { describe, expect, it } from 'vitest';
import { diffLines, diffWords } from './diff-lines.js';

const DIFF = `@@ -1,4 +1,5 @@
 ports:
-  - 8080
+  - 8443
+  - 8444
@@ -20,2 +21,2 @@
 - kept
\\ No newline at end of file
`;

describe('the lines of a diff', () => {
  it('say what became of each, without signs and line numbers', () => {
    expect(diffLines(DIFF)).toEqual([
      { kind: 'same', text: 'ports:' },
      { kind: 'removed', text: '  - 8080' },
      { kind: 'added', text: '  - 8443' },
      { kind: 'added', text: '  - 8444' },
      { kind: 'gap', text: '' },
      { kind: 'same', text: '- kept' },
    ]);
  });

  it('keep an empty line that is added or stays', () => {
    expect(diffLines('+\n a')).toEqual([
      { kind: 'added', text: '' },
      { kind: 'same', text: 'a' },
    ]);
  });

  it('are told in words', () => {
    expect(diffWords(diffLines(DIFF))).toBe('2 lines added, 1 removed');
    expect(diffWords(diffLines('+a'))).toBe('1 line added');
    expect(diffWords(diffLines('-a\n-b'))).toBe('2 lines removed');
    expect(diffWords(diffLines(' a'))).toBe('no line changes');
  });
});
