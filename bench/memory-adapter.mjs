import axios from 'axios';

/** Counts the attempts of one call. A class, since axios copies plain objects when it merges a config. */
export class Turn {
  made = 0;
}

/** An axios adapter that answers in memory with these statuses in turn, counted for each request by its `turn`. */
export function answering(statuses) {
  return async (config) => {
    const { turn } = config;
    const status = statuses[turn === undefined ? 0 : Math.min(turn.made++, statuses.length - 1)];
    const response = { status, statusText: '', data: '{"items":[]}', headers: {}, config, request: {} };
    if (config.validateStatus(status)) return response;
    throw new axios.AxiosError(`Request failed with status code ${status}`, 'ERR_BAD_RESPONSE', config, {}, response);
  };
}
