import { constant } from '../define.js';
import { stopFactory, type StopStrategy } from '../stop-strategy.js';

/** Never stops: the call continues until it succeeds (tenacity's `stop_never`). */
export const never: StopStrategy = /* @__PURE__ */ constant(stopFactory, {
  name: 'stop.never',
  form: 'constant',
  test: () => () => false,
});
