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
  class OpenAI {
    constructor(options?: object);
    readonly chat: any;
    readonly responses: {
      create(
        body: { model: string; input: string; stream: true; background?: boolean },
        options?: object,
      ): Promise<AsyncIterable<OpenAI.Responses.ResponseStreamEvent>>;
      create(body: { model: string; input: string }): Promise<any>;
      retrieve(
        id: string,
        query: { stream: true; starting_after: number },
        options?: object,
      ): Promise<AsyncIterable<OpenAI.Responses.ResponseStreamEvent>>;
    };
  }
  namespace OpenAI.Responses {
    type ResponseStreamEvent = { sequence_number: number } & (
      | { type: 'response.output_text.delta'; delta: string }
      | { type: 'response.created'; response: { id: string } }
      | { type: 'response.completed'; response: { usage?: { total_tokens: number } } }
    );
  }
  export default OpenAI;
}
declare module 'pg' {
  export class Client {
    constructor(options?: object);
    on(event: 'error', listener: () => void): void;
    connect(): Promise<void>;
    query<Q>(query: Q): Q;
    end(): Promise<void>;
  }
}
declare module 'pg-cursor' {
  export default class Cursor<Row> {
    constructor(text: string, values: unknown[]);
    read(rows: number): Promise<Row[]>;
  }
}
declare module 'react';
declare module 'stripe';
