import type { Trouble } from '@vibrissa/protocol/messages';

/** What a journal in this folder has to say of itself: `failure` is why it cannot be written, `damaged` counts files. */
export function journalTroubles(data: string, failure: string | null, damaged: number): Trouble[] {
  const where = `VIBRISSA_DATA=${JSON.stringify(data)}`;
  const troubles: Trouble[] = [];
  if (failure !== null) {
    troubles.push({
      code: 'journal-not-written',
      message: `${where} cannot be written (${failure}): flows are shown, but a restart would lose those of now. Make room or repair the disk.`,
    });
  }
  if (damaged > 0) {
    const parts = damaged === 1 ? 'A file' : `${damaged} files`;
    troubles.push({
      code: 'journal-damaged',
      message: `${parts} in ${where} turned out damaged: some flows from before the restart are missing.`,
    });
  }
  return troubles;
}
