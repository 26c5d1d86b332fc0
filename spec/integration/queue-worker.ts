// One process of several on one queue of deliveries. Says when it has started, and works until it is told to end.
import { Retrying, stop, wait } from '../../lib/index.js';
import { httpRetry } from '../../lib/http/index.js';
import { startDeliveries } from '../../docs/examples/queue/deliveries.js';

const policy = new Retrying(
  httpRetry({ idempotent: true, wait: wait.retryAfter({ fallback: wait.fixed(200) }), stop: stop.afterAttempt(3) }),
);
const { port, rate } = JSON.parse(process.argv[2]!) as { port: number; rate: number };
const deliveries = startDeliveries({ redis: `redis://127.0.0.1:${port}`, policy, rate, lock: 1000 });
process.once('message', () => void deliveries.close().then(() => process.disconnect()));
process.send!('ready');
