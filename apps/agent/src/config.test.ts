import { describe, expect, it } from 'vitest';
import { helpText, readConfig } from './config.js';

describe('settings', () => {
  it('have defaults, come from variables, and flags win', () => {
    expect(readConfig({}, [])).toMatchObject({
      batchRecords: 500,
      batchMs: 200,
      stamp: 'record',
      once: false,
    });
    const config = readConfig({ VIBRISSA_AGENT_BATCH_MS: '50', VIBRISSA_AGENT_STAMP: 'now' }, [
      '--batch-ms=70',
    ]);
    expect(config).toMatchObject({ batchMs: 70, stamp: 'now' });
  });

  it('use a temporary spool for a single run, unless one is named', () => {
    expect(readConfig({}, ['--once'])).toMatchObject({ once: true, temporarySpool: true });
    expect(readConfig({}, ['--once', '--spool=/tmp/x'])).toMatchObject({ temporarySpool: false });
    expect(readConfig({}, [])).toMatchObject({ temporarySpool: false });
  });

  it.each([
    ['VIBRISSA_AGENT_SERVER', 'http://server:8081'],
    ['VIBRISSA_AGENT_BATCH_RECORDS', '0'],
    ['VIBRISSA_AGENT_HEALTH_PORT', '70000'],
    ['VIBRISSA_AGENT_STAMP', 'then'],
    ['VIBRISSA_AGENT_FILE', ''],
    ['VIBRISSA_AGENT_FLIE', 'x'],
  ])('%s=%s is refused by name', (variable, text) => {
    expect(() => readConfig({ [variable]: text }, [])).toThrow(new RegExp(`^${variable}=`));
  });

  it.each(['--nonsense=1', 'file', '--file'])('the flag %s is refused', (flag) => {
    expect(() => readConfig({}, [flag])).toThrow(flag);
  });

  it('are all in the help, as flag and variable', () => {
    for (const name of ['server', 'file', 'spool', 'spool-bytes', 'stamp', 'once', 'health-port']) {
      expect(helpText()).toContain(`--${name}=`);
      expect(helpText()).toContain(`VIBRISSA_AGENT_${name.toUpperCase().replace('-', '_')}\n`);
    }
  });
});
