// Each client makes one request to `url` without retrying itself, and rejects as it rejects for its users.
import Anthropic from '@anthropic-ai/sdk';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Octokit } from '@octokit/core';
import { WebClient } from '@slack/web-api';
import axios from 'axios';
import got from 'got';
import { GraphQLClient } from 'graphql-request';
import ky from 'ky';
import nodeFetch from 'node-fetch';
import OpenAI from 'openai';
import Stripe from 'stripe';
import * as undici from 'undici';

const silent = Object.fromEntries(
  ['debug', 'info', 'warn', 'error', 'setLevel', 'getLevel', 'setName'].map((name) => [name, () => undefined]),
);

const dispatcher = new undici.Agent().compose(undici.interceptors.responseError());

export const clients = {
  axios: (url) => axios.get(url),
  'axios over fetch': (url) => axios.get(url, { adapter: 'fetch' }),
  got: (url) => got(url, { retry: { limit: 0 } }),
  ky: (url) => ky(url, { retry: 0 }),
  undici: (url) => undici.request(url, { dispatcher }),
  fetch: (url) => fetch(url),
  'node-fetch': (url) => nodeFetch(url),
  openai: (url) =>
    new OpenAI({ apiKey: 'key', baseURL: url, maxRetries: 0 }).chat.completions.create({ model: 'm', messages: [] }),
  '@anthropic-ai/sdk': (url) =>
    new Anthropic({ apiKey: 'key', baseURL: url, maxRetries: 0 }).messages.create({
      model: 'm',
      max_tokens: 1,
      messages: [],
    }),
  '@octokit/core': (url) => new Octokit({ baseUrl: url, log: silent }).request('GET /'),
  stripe: (url) => {
    const { hostname, port } = new URL(url);
    return new Stripe('key', { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 }).customers.retrieve('id');
  },
  'graphql-request': (url) => new GraphQLClient(url).request('{ id }'),
  '@slack/web-api': (url) =>
    new WebClient('token', {
      slackApiUrl: `${url}/`,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: silent,
    }).apiCall('api.test'),
  '@aws-sdk/client-sqs': (url) =>
    new SQSClient({
      endpoint: url,
      region: 'local',
      maxAttempts: 1,
      credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
    }).send(new ListQueuesCommand({})),
};
