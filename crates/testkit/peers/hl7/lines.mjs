// What the drivers of the Node MLLP peers share: JSON lines in, JSON lines out; the MLLP itself is each peer's own.
// Started with one JSON argument: { modules, role, host, port, … }. Ends when its standard input closes.
//
// Sender: {send: base64} gets {ack, msa2, raw} or {error}; {send, times} sends that often, each with a control id of its
// own, and gets {accepted, refused, seconds, p99_ms, slowest_ms}. An ACK that no message was waiting for is told as
// {late: {ack, msa2, raw}}. Options: timeout_ms (5000) and keep: after an error, stay on the connection.
// Receiver: tells {listening: port}, then {opened: n}, {closed: n}, {got: base64} or {error}. It answers AA until told
// {answer: {code, msa2, late_ms, close}, times}, which is confirmed by {told: true}. {count: true} gets {count: n}; with
// the option quiet nothing else is told.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import path from 'node:path'

export const options = JSON.parse(process.argv[2])
export const require = createRequire(path.join(options.modules, 'package.json'))
export const host = options.host ?? '127.0.0.1'

// Latin-1 maps each byte to one character and back: whatever the message's charset, the peer passes its bytes on.
export const bytes = text => Buffer.from(text, 'latin1')
export const text = raw => raw.toString('latin1')

export function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

async function hear(act) {
  for await (const line of createInterface({ input: process.stdin })) await act(JSON.parse(line))
  process.exit(0)
}

// Field `n` of the first segment of this name, as HL7 counts: MSH-1 is the separator itself.
function field(message, name, n) {
  const segment = text(message).split(/[\r\n]+/).find(one => one.startsWith(name))
  return segment?.split(text(message)[3])[name === 'MSH' ? n - 1 : n] ?? ''
}

function answered(raw) {
  return { ack: field(raw, 'MSA', 1), msa2: field(raw, 'MSA', 2), raw: raw.toString('base64') }
}

// The same message under another control id, so that a receiver takes it for a new one.
function numbered(message, n) {
  const all = text(message)
  const end = all.search(/[\r\n]/)
  const header = all.slice(0, end).split(all[3])
  header[9] = `${header[9]}-${n}`
  return bytes(header.join(all[3]) + all.slice(end))
}

// Hands each message to the peer and takes back what the peer believes to be its ACK: it is not checked here.
// `peer.send(message, took)` sends and calls `took(error, ack)`; `peer.drop()` gives the connection up.
export function sender(peer) {
  const send = message => new Promise(done => {
    let open = true
    const end = outcome => {
      open = false
      clearTimeout(timer)
      if (outcome.error && !options.keep) peer.drop()
      done(outcome)
    }
    const took = (error, raw) => {
      if (open) end(error ? { error: String(error.message ?? error) } : answered(raw))
      else if (!error) say({ late: answered(raw) })
    }
    const timer = setTimeout(() => took(new Error('no ACK in time')), options.timeout_ms ?? 5000)
    try { peer.send(message, took) } catch (error) { took(error) }
  })
  return hear(async order => {
    const message = Buffer.from(order.send, 'base64')
    say(order.times ? await burst(send, message, order.times) : await send(message))
  })
}

async function burst(send, message, times) {
  const took = []
  let accepted = 0
  const begun = performance.now()
  for (let n = 0; n < times; n++) {
    const sent = performance.now()
    const { ack } = await send(numbered(message, n))
    if (ack === 'AA' || ack === 'CA') accepted++
    took.push(performance.now() - sent)
  }
  const seconds = (performance.now() - begun) / 1000
  took.sort((one, other) => one - other)
  const p99 = took[Math.floor(took.length * 0.99)]
  return { accepted, refused: times - accepted, seconds, p99_ms: p99, slowest_ms: took.at(-1) }
}

// Counts what arrives and knows how to answer. `plan.take(message)` gives { code, msa2, late_ms, close }.
export function receiver() {
  let count = 0, opened = 0, closed = 0, left = 0
  let plan = {}
  const tell = line => { if (!options.quiet) say(line) }
  void hear(order => {
    if (order.count) return say({ count })
    plan = order.answer
    left = order.times ?? Infinity
    say({ told: true })
  })
  return {
    listening: port => say({ listening: port }),
    opened: () => tell({ opened: ++opened }),
    closed: () => tell({ closed: ++closed }),
    failed: error => tell({ error: String(error?.message ?? error) }),
    take(message) {
      count++
      tell({ got: message.toString('base64') })
      return { code: 'AA', ...(left-- > 0 ? plan : {}) }
    },
    // Answers now or late; `close` closes the connection instead.
    async act(answer, { reply, close }) {
      if (answer.late_ms) await new Promise(done => setTimeout(done, answer.late_ms))
      if (answer.close) close()
      else reply(answer)
    },
  }
}
