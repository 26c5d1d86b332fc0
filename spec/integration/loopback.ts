import { spawnSync } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';

/** `describe`, or its skip where there is no such server; with TENAX_REQUIRE_SERVERS=1 that is an error. */
export function describeWith(server: string, versionFlag: string): typeof describe {
  const found = spawnSync(server, [versionFlag]).status === 0;
  if (!found && process.env.TENAX_REQUIRE_SERVERS === '1') throw new Error(`${server} is not on the PATH`);
  return found ? describe : describe.skip;
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether somebody takes connections there. */
export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
