import * as browser from '../../lib/base/host.browser';
import * as host from '../../lib/base/host';

describe('The host in a browser', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('exports what the host in Node exports', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(host).sort());
  });

  test('has no built-in and no nextTick', () => {
    expect(browser.builtin('node:diagnostics_channel')).toBeUndefined();
    expect(browser.nextTick).toBeUndefined();
  });

  test('warns on the console, with the code', () => {
    const said = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    browser.warn('TENAX_LINT', 'beware');
    expect(said.mock.calls).toEqual([['[TENAX_LINT] beware']]);
  });
});
