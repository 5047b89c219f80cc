// @medplum/hl7 5.0, as sender and receiver. What is particular about it:
// - It writes messages and ACKs without a CR after their last segment, whatever the message had.
// - Its ACK has MSH-7 with one digit after the point, a MSH-10 of the clock's milliseconds (not unique) and a MSA-3.
// - Its sender matches MSA-2; an ACK for another message is an error event, told here as {error} beside the wait's own end.
// - By default its sender waits for AA, AE or AR and passes over CA: return_ack "first" takes any.
// - Its sender is not told of its open messages when the other side closes: they end by timeout_ms.
// - With the option enhanced its receiver sends CA by itself, and then the answer: two ACKs for one message.

import { bytes, host, options, receiver, require, say, sender, text } from './lines.mjs'

const { Hl7Client, Hl7Server } = require('@medplum/hl7')
const { Hl7Message } = require('@medplum/core')
const encoding = options.encoding ?? 'latin1'

if (options.role === 'send') {
  const client = new Hl7Client({ host, port: options.port, encoding, keepAlive: true })
  client.addEventListener('error', event => say({ event: String(event.error.message ?? event.error) }))
  const wait = { timeoutMs: options.timeout_ms ?? 5000, returnAck: options.return_ack ?? undefined }
  const send = (message, took) => {
    client.sendAndWait(Hl7Message.parse(text(message)), wait)
      .then(ack => took(null, bytes(ack.toString())), error => took(error))
  }
  sender({ send, drop: () => client.close().catch(() => {}) })
} else {
  const at = receiver()
  const server = new Hl7Server(connection => {
    at.opened()
    connection.addEventListener('close', () => at.closed())
    connection.addEventListener('error', event => at.failed(event.error))
    connection.addEventListener('message', ({ message }) => {
      at.act(at.take(bytes(message.toString())), {
        reply: ({ code, msa2 }) => {
          const ack = message.buildAck({ ackCode: code })
          if (msa2) ack.getSegment('MSA').setField(2, msa2)
          connection.send(ack)
        },
        close: () => connection.close(),
      })
    })
  })
  await server.start(options.port ?? 0, encoding, options.enhanced ?? false)
  at.listening(server.server.address().port)
}
