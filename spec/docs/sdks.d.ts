// Packages that the recipes use and this repository does not install: their own calls are not checked, ours around them are.
declare module '@anthropic-ai/sdk';
declare module '@aws-sdk/client-dynamodb';
declare module '@octokit/rest';
declare module '@slack/web-api';
declare module 'got';
declare module 'graphql-request';
declare module 'ky';
declare module 'msw';
declare module 'msw/node';
declare module 'nock';
declare module 'openai' {
  type StreamEvent = { type: 'response.output_text.delta'; delta: string } | { type: 'response.completed' };
  export default class OpenAI {
    constructor(options?: object);
    readonly chat: any;
    readonly responses: {
      create(body: { model: string; input: string; stream: true }): Promise<AsyncIterable<StreamEvent>>;
      create(body: { model: string; input: string }): Promise<any>;
    };
  }
}
declare module 'react';
declare module 'stripe';
