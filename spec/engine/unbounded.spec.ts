import { Retrying, retry, retryIf, stop, wait } from 'tenax';

describe('A warning', () => {
  const { process: host } = globalThis;
  let said: jest.SpyInstance;

  beforeEach(() => {
    said = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    globalThis.process = host;
    said.mockRestore();
  });

  test.each<[string, unknown]>([
    ['no process', undefined],
    ['a process without an environment', {}],
  ])('of dangers is not given where there is %s', (_what, process) => {
    Reflect.set(globalThis, 'process', process);
    new Retrying({ wait: wait.fixed(5) });
    expect(said).not.toHaveBeenCalled();
  });
});

describe('The warning about a policy without bounds', () => {
  let emitWarning: jest.SpyInstance;
  beforeEach(() => {
    emitWarning = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => emitWarning.mockRestore());

  const rest =
    'retries for ever without a wait; name stop, deadline or signal, or say stop: stop.never if that is meant';

  test('says what to name', () => {
    new Retrying();
    new Retrying({ name: 'sync', wait: wait.none() });
    expect(emitWarning.mock.calls).toEqual([
      [`a policy ${rest}`, { code: 'TENAX_UNBOUNDED', type: 'TenaxWarning' }],
      [`the policy sync ${rest}`, { code: 'TENAX_UNBOUNDED', type: 'TenaxWarning' }],
    ]);
  });

  test('is given for enabled: true too, and not for a wait of one’s own', () => {
    new Retrying({ enabled: true });
    expect(emitWarning).toHaveBeenCalledTimes(1);
    new Retrying({ wait: () => 0 });
    new Retrying({ stop: stop.never, wait: wait.none() });
    expect(emitWarning).toHaveBeenCalledTimes(1);
  });
});

describe('A policy without bounds and without a wait', () => {
  let warned: jest.SpyInstance;
  beforeEach(() => {
    warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => warned.mockRestore());

  test('says so once, when it is made', async () => {
    const policy = new Retrying();
    await policy.call(async () => 1);
    await policy.call(async () => 1);
    policy.copy({ reraise: true });
    expect(warned.mock.calls).toEqual([
      [expect.stringContaining('for ever'), expect.objectContaining({ code: 'TENAX_UNBOUNDED' })],
    ]);
    retry(async () => 1);
    new Retrying({ retryIf: retryIf.always, wait: wait.none() });
    expect(warned).toHaveBeenCalledTimes(3);
  });

  test.each([
    { stop: stop.never },
    { deadline: 1 },
    { signal: new AbortController().signal },
    { wait: wait.fixed(1) },
    { enabled: false },
  ])('is silent where something is named, case %#', (options) => {
    new Retrying(options);
    expect(warned).not.toHaveBeenCalled();
  });
});
