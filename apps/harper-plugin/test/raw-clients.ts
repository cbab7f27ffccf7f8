import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';

const PATIENCE_MS = 10_000;

export interface Login {
  readonly username: string;
  readonly password: string;
}

export function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Opens a WebSocket. Resolves to the status of the answer, or, once it is open, to the code that it is closed with; `open` if it stays open. */
export async function webSocket(url: string, login?: Login): Promise<number | 'open'> {
  const { hostname, port, pathname } = new URL(url);
  const lines = [
    `GET ${pathname} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(login === undefined ? [] : [`Authorization: ${basic(login)}`]),
  ];
  return converse(hostname, Number(port), Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), (received) => {
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(received.toString('latin1'))?.[1]);
    if (status !== 101) return status;
    const frame = received.subarray(head + 4);
    // A close frame: its code is the first two bytes of its content.
    return frame.length >= 4 && (frame[0]! & 0x0f) === 8 ? frame.readUInt16BE(2) : undefined;
  });
}

/** Subscribes to a topic by MQTT 3.1.1. Resolves to the code of the first packet that refuses, or to 0 if the subscription is granted. */
export async function mqttSubscribe(host: string, port: number, topic: string, login?: Login): Promise<number | 'open'> {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const packet = (type: number, ...parts: Buffer[]): Buffer => {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([type, content.length]), content]);
  };
  const credentials = login === undefined ? [] : [text(login.username), text(login.password)];
  const flags = login === undefined ? 0x02 : 0xc2;
  const hello = packet(0x10, text('MQTT'), Buffer.from([4, flags, 0, 60]), text('test'), ...credentials);
  const wish = packet(0x82, Buffer.from([0, 1]), text(topic), Buffer.from([0]));
  let asked = false;
  return converse(host, port, hello, (received, send) => {
    // CONNACK: 0x20, length 2, session, code. SUBACK: 0x90, length 3, id, code.
    if (received.length < 4) return undefined;
    if (received[3] !== 0) return received[3];
    if (!asked) send(wish);
    asked = true;
    return received.length < 9 ? undefined : received[8];
  });
}

/** A port of the loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Sends, and reads until there is an answer. -1: the other side closed without one; `open`: nothing came. */
function converse(
  host: string,
  port: number,
  sent: Buffer,
  read: (received: Buffer, send: (data: Buffer) => void) => number | undefined,
): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, host, () => socket.write(sent));
    let received = Buffer.alloc(0);
    const end = (answer: number | 'open'): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end('open'), PATIENCE_MS);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answer = read(received, (data) => void socket.write(data));
      if (answer !== undefined) end(answer);
    });
    socket.on('error', reject);
    socket.on('close', () => end(-1));
  });
}
