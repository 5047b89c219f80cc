// fhirclient 2.6 in Node, as a program that reads, searches and writes with a token that it was given. Started with one JSON
// argument: { modules, server, token }. Each line {request} gets {answer} or {status, error}; `request` is what its
// `client.request` takes: an address below the server's, or {url, method, body, headers}.
// In a page it is one script, build/fhir-client.js, which does the SMART launches too.

import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import path from 'node:path'

const options = JSON.parse(process.argv[2])
const require = createRequire(path.join(options.modules, 'package.json'))
const smart = require('fhirclient')

// It is made for a web server: the request of a browser, which is not here, would hold the session.
const storage = { get: async () => null, set: async () => null, unset: async () => false }
const state = { serverUrl: options.server, ...(options.token && { tokenResponse: { access_token: options.token } }) }
const client = smart({ url: '/', headers: { host: '127.0.0.1' } }, {}, storage).client(state)

for await (const line of createInterface({ input: process.stdin })) {
  const { request } = JSON.parse(line)
  const told = await client.request(request).then(
    answer => ({ answer: answer ?? null }),
    error => ({ status: error.statusCode ?? error.status ?? null, error: String(error.message) }),
  )
  console.log(JSON.stringify(told))
}
