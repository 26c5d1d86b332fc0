import 'reflect-metadata';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { firstValueFrom } from 'rxjs';
import { stop, wait } from 'tenax';
import { RetryingAxios, ServerError } from 'tenax/axios';
import { FlakyServer } from 'tenax/testing';

@Injectable()
class ItemsService {
  constructor(@Inject(HttpService) private readonly http: HttpService) {
    RetryingAxios.attach(http.axiosRef, { wait: wait.fixed(1), stop: stop.afterAttempt(3) });
  }

  async items(url: string): Promise<unknown> {
    const { data } = await firstValueFrom(this.http.get<unknown>(url));
    return data;
  }
}

// A real server, so real time.
describe("@nestjs/axios' HttpService", () => {
  test('retries once its axios is attached', async () => {
    const server = await FlakyServer.start({ script: [503, 503, 200, 503, 503, 503, 404] });
    const module = await Test.createTestingModule({
      imports: [HttpModule.register({})],
      providers: [ItemsService],
    }).compile();
    const service = module.get(ItemsService);
    await expect(service.items(`${server.url}/items`)).resolves.toEqual({ ok: true });
    await expect(service.items(`${server.url}/items`)).rejects.toBeInstanceOf(ServerError);
    await expect(service.items(`${server.url}/none`)).rejects.toMatchObject({ status: 404, attempts: 1 });
    expect(server.requests).toHaveLength(7);
    await module.close();
    await server.close();
  });

  test('unsubscribed during a backoff sends nothing more', async () => {
    const server = await FlakyServer.start({ script: [503] });
    const module = await Test.createTestingModule({ imports: [HttpModule.register({})] }).compile();
    const http = module.get(HttpService);
    RetryingAxios.attach(http.axiosRef, { wait: wait.fixed(100) });
    const subscription = http.get(server.url).subscribe({ error: () => undefined });
    while (server.requests[0]?.status === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    subscription.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.requests).toHaveLength(1);
    await module.close();
    await server.close();
  });
});
