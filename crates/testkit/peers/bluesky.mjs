// Starts a network of real AT Protocol servers on loopback for one test, and stops when its standard input closes.
// Started by testkit's peer::bluesky with one JSON argument: { modules, ready, appview, rateLimits, postgres, redis }.
// When all of it answers, the file `ready` holds { pds, plc, control }. POST control/appview/stop and …/start cut and mend
// the way between PDS and AppView; the AppView itself goes on.

import { createRequire } from 'node:module'
import { createServer as createHttpServer } from 'node:http'
import { rename, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import net from 'node:net'
import path from 'node:path'

const options = JSON.parse(process.argv[2])
process.env.REDIS_HOST = options.redis ?? ''
process.env.DB_POSTGRES_URL = options.postgres ?? ''

const require = createRequire(path.join(options.modules, 'package.json'))
const { TestNetwork, TestNetworkNoAppView } = await import(pathToFileURL(require.resolve('@atproto/dev-env')).href)

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))

async function listening(server) {
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done))
  return server.address().port
}

async function freePort() {
  const server = net.createServer()
  const port = await listening(server)
  await new Promise(done => server.close(done))
  return port
}

// The PDS reaches its AppView through this: a stopped gate refuses each connection, as a server that is down does.
class Gate {
  constructor(target) {
    this.target = target
    this.open = true
    this.sockets = new Set()
    this.server = net.createServer(socket => this.pass(socket))
  }

  pass(socket) {
    if (!this.open) return socket.destroy()
    const onward = net.connect(this.target, '127.0.0.1')
    for (const [one, other] of [[socket, onward], [onward, socket]]) {
      this.sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => { this.sockets.delete(one); other.destroy() })
      one.pipe(other)
    }
  }

  set(open) {
    this.open = open
    if (!open) for (const socket of this.sockets) socket.destroy()
  }
}

const pds = { rateLimitsEnabled: Boolean(options.rateLimits) }
let network
let gate = null
if (options.appview) {
  const appview = await freePort()
  gate = new Gate(appview)
  const way = await listening(gate.server)
  network = await TestNetwork.create({
    dbPostgresUrl: options.postgres,
    dbPostgresSchema: 'bedside',
    bsky: { port: appview },
    pds: { ...pds, bskyAppViewUrl: `http://localhost:${way}` },
  })
} else {
  network = await TestNetworkNoAppView.create({ pds })
}

const control = createHttpServer((request, response) => {
  const wanted = request.method === 'POST' && /^\/appview\/(stop|start)$/.exec(request.url)
  if (wanted && gate) gate.set(wanted[1] === 'start')
  response.writeHead(wanted && gate ? 204 : 404).end()
})
const controlPort = await listening(control)

// Written beside and renamed: whoever sees the file sees all of it.
await writeFile(`${options.ready}.part`, JSON.stringify({
  pds: `http://127.0.0.1:${network.pds.port}`,
  plc: `http://127.0.0.1:${network.plc.port}`,
  control: `http://127.0.0.1:${controlPort}`,
}))
await rename(`${options.ready}.part`, options.ready)
