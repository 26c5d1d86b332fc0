import { Retry, stop } from 'tenax';

describe('a private method under @Retry', () => {
  test('is retried on its own object', async () => {
    class Service {
      #tries = 0;

      @Retry({ stop: stop.afterAttempt(3) })
      async #load(name: string): Promise<string> {
        this.#tries += 1;
        if (this.#tries < 3) throw new Error('again');
        return `${name} after ${this.#tries}`;
      }

      @Retry({ stop: stop.afterAttempt(2) })
      static async #make(): Promise<never> {
        throw new Error('no');
      }

      async load(): Promise<string> {
        return this.#load('loaded');
      }

      static async make(): Promise<never> {
        return this.#make();
      }
    }
    expect(await new Service().load()).toBe('loaded after 3');
    await expect(Service.make()).rejects.toThrow(/^Service\.#make gave up after 2 attempts/);
  });
});
