// simple-hl7 3.3, as sender and receiver. What is particular about it:
// - Its receiver always ACKs as version 2.3, with MSH-9 ACK without an event and a MSH-10 of whole seconds (not unique).
// - Its receiver looks for the frame's end at the end of what has come: two messages in one read become one.
// - Its receiver ACKs AA whatever comes, garbage too, then with an empty MSA-2.
// - Its sender never compares MSA-2: a late ACK is taken for the next message's.
// - Its sender is not told when the other side closes: it waits for ever; here, until timeout_ms. It always writes UTF-8
//   unless its socket is told otherwise, as here.

import { bytes, host, options, receiver, require, sender, text } from './lines.mjs'

const hl7 = require('simple-hl7')

if (options.role === 'send') {
  const client = hl7.Server.createTcpClient({ host, port: options.port, keepalive: true })
  client.connect = connectTelling(client.connect)
  // What it parsed is written down again with the ACK's own fields; a reader needs no more of it.
  const send = (message, took) => {
    client.send(text(message), (error, ack) => took(error, ack && bytes(ack.toString())))
  }
  sender({ send, drop: () => client.close() })
} else {
  const at = receiver()
  const server = hl7.Server.createTcpServer({}, (error, request, response) => {
    if (error) return at.failed(error)
    const answer = at.take(bytes(request.raw.slice(1, -2)))
    at.act(answer, {
      reply: ({ code, msa2 }) => {
        response.ack.getSegment('MSA').setField(1, code)
        if (msa2) response.ack.getSegment('MSA').setField(2, msa2)
        response.end()
      },
      close: () => response.socket.destroy(),
    })
  })
  server.start(options.port ?? 0, options.encoding ?? 'latin1')
  server.server.on('connection', socket => {
    at.opened()
    socket.on('close', () => at.closed())
  })
  server.server.on('listening', () => at.listening(server.server.address().port))
}

// It writes UTF-8 whatever comes; told so at its socket, it writes bytes. A closed socket is forgotten for the next message.
function connectTelling(connect) {
  return function (ready) {
    connect.call(this, ready)
    const socket = this.client
    socket.setDefaultEncoding('latin1').on('close', () => { if (this.client === socket) delete this.client })
  }
}
