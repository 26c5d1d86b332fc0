import 'reflect-metadata';
import {
  Controller,
  Get,
  HttpException,
  Injectable,
  Module,
  Param,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Retry, retryingOf, retryPolicies, statisticsOf, stop, wait } from 'tenax';

/** A NestJS application on a real port: routes, guards and injection must survive `@Retry` in any order. */
@Injectable()
class Config {
  readonly attempts = 3;
}

@Injectable()
class Items {
  tries = 0;

  constructor(readonly config: Config) {}

  @Retry((self: Items) => ({ stop: stop.afterAttempt(self.config.attempts), wait: wait.none(), reraise: true }))
  async find(id: string): Promise<{ id: string; tries: number }> {
    this.tries += 1;
    if (this.tries < 3) throw new Error('again');
    return { id, tries: this.tries };
  }
}

@Injectable()
class Guard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return (
      context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>().headers.authorization !== undefined
    );
  }
}

const twice = { stop: stop.afterAttempt(2), reraise: true };

@Controller()
class ItemsController {
  tries = 0;

  constructor(readonly items: Items) {}

  @Retry(twice)
  @UseGuards(Guard)
  @Get('above/:id')
  async above(@Param('id') id: string): Promise<object> {
    this.tries += 1;
    if (this.tries < 2) throw new Error('again');
    return this.items.find(id);
  }

  @Get('below/:id')
  @UseGuards(Guard)
  @Retry(twice)
  async below(@Param('id') id: string): Promise<object> {
    return { id };
  }

  @UseGuards(Guard)
  @Retry(twice)
  @Get('between')
  async between(): Promise<object> {
    throw new HttpException('teapot', 418);
  }
}

@Module({ controllers: [ItemsController], providers: [Config, Items, Guard] })
class AppModule {}

describe('@Retry in a NestJS application', () => {
  let app: Awaited<ReturnType<typeof NestFactory.create>>;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create(AppModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  const get = (path: string, allowed: boolean): Promise<Response> =>
    fetch(`${url}/${path}`, { headers: allowed ? { authorization: 'yes' } : {} });

  test.each(['above/1', 'below/1', 'between'])('keeps the guard of %s', async (path) => {
    expect((await get(path, false)).status).toBe(403);
  });

  test('keeps the route, its parameters and the injected service, and retries', async () => {
    const response = await get('above/7', true);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ id: '7', tries: 3 });
    expect(statisticsOf(app.get(ItemsController), 'above')).toMatchObject({ attemptNumber: 2 });
    expect(await (await get('below/8', true)).json()).toEqual({ id: '8' });
  });

  test('asks the policy of the instance, with what was injected', () => {
    expect(String(retryingOf(app.get(Items), 'find'))).toContain('stop.afterAttempt(3)');
    expect([...retryPolicies(ItemsController).keys()]).toEqual(['above', 'below', 'between']);
  });

  test("hands the framework the method's own error, after the last attempt", async () => {
    const before = retryingOf(app.get(ItemsController), 'between').totals.attempts;
    expect((await get('between', true)).status).toBe(418);
    expect(retryingOf(app.get(ItemsController), 'between').totals.attempts - before).toBe(2);
  });
});
