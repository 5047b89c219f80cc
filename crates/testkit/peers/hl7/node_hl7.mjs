// node-hl7-server 2.5 as receiver, node-hl7-client as sender: 2.3, which that server brings, or 4.0 (option client: 4).
// What is particular about them:
// - The server never empties its buffer: on a kept-open connection each message comes behind all earlier ones as a batch,
//   so that every earlier message is handled and ACKed again, and the work grows with the square. `got` shows it.
// - After something that is no HL7 the server never answers again on that connection: it stays in the buffer.
// - The server's ACKs all have MSH-10 ACK. It writes them as UTF-8 whatever its encoding: a latin Ü in MSH comes back as two.
// - The server names its address wrongly to Node and listens everywhere; it is started under loopback.cjs.
// - Both clients destroy their connection connectionTimeout (10 s) after it began, though connected. 2.3 connects anew 1 to
//   2 s later and writes what is sent meanwhile to nowhere; 4.0 keeps it, and may open two connections at once.
// - The 2.3 client always writes UTF-8: no other charset can be sent unharmed.
// - The 4.0 client wants each message's MSH-12 to be the version it was made with. Without connectionTimeout it never
//   connects again after a close, and goes on writing into the closed socket.
// - The 4.0 client spins for ever when it is given a message while an earlier one is unanswered: keep is not for it.
// - Neither compares MSA-2: any answer is the answer. Both take what came in one read to be one whole ACK (2.3) or join
//   several to a batch (4.0).

import { createRequire } from 'node:module'
import { bytes, host, options, receiver, require, say, sender, text } from './lines.mjs'

// The first, 2.3, lies under the server that asks for it.
const beside = createRequire(require.resolve('node-hl7-server'))

if (options.role === 'send') {
  const { Client, Message } = options.client === 4 ? require('node-hl7-client') : beside('node-hl7-client')
  const encoding = options.client === 4 ? 'latin1' : 'utf-8'
  let take = () => {}
  let connection
  const connect = version => {
    const client = new Client({ host, version, connectionTimeout: options.connection_timeout_ms ?? 10000 })
    connection = client.createConnection({ port: options.port, encoding, retryLow: 1000 }, response => {
      take(null, Buffer.from(response.getMessage().toString(), encoding))
    })
    connection.on('client.error', error => say({ event: String(error.message ?? error) }))
    connection.on('client.timeout', () => say({ event: 'connectionTimeout' }))
  }
  const send = (message, took) => {
    take = took
    const decoded = new Message({ text: message.toString(encoding) })
    if (!connection) {
      connect(decoded.get('MSH.12').toString())
      connection.once('connect', () => connection.sendMessage(decoded).catch(took))
    } else {
      connection.sendMessage(decoded).catch(took)
    }
  }
  sender({ send, drop: () => { void connection?.close(); connection = null } })
} else {
  const { Server } = require('node-hl7-server')
  const at = receiver()
  // The handler is given no connection; each message belongs to the socket that last spoke, and tests use one.
  const sockets = new Set()
  const listener = new Server({ bindAddress: '127.0.0.1' }).createInbound(
    { port: options.port ?? 0, encoding: options.encoding ?? 'latin1' },
    (request, response) => {
      const message = request.getMessage()
      at.act(at.take(bytes(message.toString())), {
        reply: ({ code, msa2 }) => {
          if (msa2) message.set('MSH.10', msa2)
          void response.sendResponse(code)
        },
        close: () => sockets.forEach(socket => socket.destroy()),
      })
    },
  )
  listener.on('listen', () => at.listening(listener._socket.address().port))
  listener.on('client.connect', socket => {
    at.opened()
    sockets.add(socket)
    socket.on('close', () => { sockets.delete(socket); at.closed() })
  })
  listener.on('data.error', error => at.failed(error))
  listener.on('client.error', error => at.failed(error))
  listener.on('error', error => at.failed(error))
}
