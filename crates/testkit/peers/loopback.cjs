// Loaded before the Bluesky servers: they ask for all addresses and get loopback alone.

const net = require('node:net')
const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (...given) {
  const [first] = given
  if (first !== null && typeof first === 'object') {
    // A pipe or a handle has no address to change.
    if (first.port !== undefined) given[0] = { ...first, host: '127.0.0.1' }
    return listen.apply(this, given)
  }
  if (first === undefined || typeof first === 'function') {
    return listen.call(this, 0, '127.0.0.1', ...given.filter(part => typeof part === 'function'))
  }
  if (Number.isInteger(Number(first))) {
    const backlog = given.slice(1).find(part => typeof part === 'number')
    const ready = given.find(part => typeof part === 'function')
    return listen.call(this, { port: Number(first), host: '127.0.0.1', ...(backlog && { backlog }) }, ready)
  }
  return listen.apply(this, given)
}
