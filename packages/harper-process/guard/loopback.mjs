// Loaded into Harper and each of its threads by NODE_OPTIONS. Harper opens the listeners it is told to on the host it is told to,
// but its threads also open some on random ports of every interface (measured with 4.7.29). A throwaway instance must not be reachable
// from outside, whatever the version opens.
import Module from 'node:module';
import net from 'node:net';

const host = process.env.BQSYNC_HARPER_HOST || '127.0.0.1';

function isLoopback(name) {
  return name === 'localhost' || name === '::1' || /^(::ffff:)?127\./.test(name);
}

// Threads share a port through sockets that this module binds.
const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (request !== 'node-unix-socket') return loaded;
  return { ...loaded, createReuseportFd: (port, name) => loaded.createReuseportFd(port, isLoopback(String(name)) ? name : host) };
};

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  const first = args[0];
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    if (typeof args[1] !== 'string') args.splice(1, 0, host);
    else if (!isLoopback(args[1])) args[1] = host;
  } else if (first !== null && typeof first === 'object' && first.port !== undefined && first.path === undefined) {
    if (!isLoopback(String(first.host))) args[0] = { ...first, host };
  }
  return listen.apply(this, args);
};
