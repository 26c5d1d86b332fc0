import { builtin, nextTick, warn } from '../../lib/base/host';

describe('The host in Node', () => {
  const { process: host } = globalThis;
  let said: jest.SpyInstance;

  beforeEach(() => {
    said = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    globalThis.process = host;
    jest.restoreAllMocks();
  });

  test('finds a built-in, or nothing where there is no process to ask', () => {
    expect(builtin('node:diagnostics_channel')).toHaveProperty('channel');
    Reflect.set(globalThis, 'process', undefined);
    expect(builtin('node:diagnostics_channel')).toBeUndefined();
  });

  test('calls back in the next tick', async () => {
    const seen: string[] = [];
    nextTick?.(() => seen.push('tick'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(['tick']);
  });

  test('warns through the process where there is one, with the code', () => {
    const emitWarning = jest.spyOn(host, 'emitWarning').mockImplementation(() => undefined);
    warn('TENAX_LINT', 'beware');
    expect(emitWarning.mock.calls).toEqual([['beware', { code: 'TENAX_LINT', type: 'TenaxWarning' }]]);
    expect(said).not.toHaveBeenCalled();
  });

  test.each<[string, unknown]>([
    ['no process', undefined],
    ['a process that cannot warn', {}],
  ])('warns on the console where there is %s', (_what, process) => {
    Reflect.set(globalThis, 'process', process);
    warn('TENAX_LINT', 'beware');
    expect(said.mock.calls).toEqual([['[TENAX_LINT] beware']]);
  });
});
