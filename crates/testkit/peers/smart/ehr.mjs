// An EMR with SMART App Launch 2.2 and CDS Hooks 2.0 on loopback, out of other people's parts: the sign-in is oidc-provider 9
// (a certified OpenID provider; PKCE S256 required), the resources are those of the FHIR server `upstream`, asked with a
// token of that sign-in. Started by testkit's peer::smart with one JSON argument:
// { modules, upstream, app, client: { id, secret?, keys? }, user }. Prints {listening: port}; ends with its standard input.
// What is its own is what every EMR adds: the launch (which patient), `patient` beside the token, fhirUser in the id token, a
// page with the app in a frame, and calls for cards, signed with ES384.
//   /ehr?patient=ID&width=600   the record of a patient with the app in a frame
//   {cds: {patient, url, lang}} calls for cards; answers {status, body}

import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const options = JSON.parse(process.argv[2])
const require = createRequire(path.join(options.modules, 'package.json'))
const load = name => import(pathToFileURL(require.resolve(name)))
const { Provider } = await load('oidc-provider')
const jose = await load('jose')

const server = createServer()
await new Promise(done => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${server.address().port}`
const iss = `${base}/fhir`

const launches = new Map()
const grants = new Map()
const scopes = ['openid', 'fhirUser', 'profile', 'launch', 'launch/patient', 'patient/Patient.rs', 'user/Practitioner.rs']
const { id, secret, keys } = options.client
const method = secret ? 'client_secret_basic' : keys ? 'private_key_jwt' : 'none'
const provider = new Provider(base, {
  clients: [{
    client_id: id, redirect_uris: [`${options.app}/chart/back`], grant_types: ['authorization_code'],
    response_types: ['code'], token_endpoint_auth_method: method,
    ...(secret && { client_secret: secret }), ...(keys && { jwks_uri: keys, token_endpoint_auth_signing_alg: 'ES384' }),
  }],
  scopes,
  claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  extraParams: ['launch'],
  // It would not fetch a client's keys from loopback, and rightly so: here everything is on loopback.
  fetch: (url, { dispatcher, ...rest }) => globalThis.fetch(url, rest),
  cookies: { keys: ['loopback'] },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, fhirUser: options.user }) }),
  // Each launch is for a patient of its own: what was granted for another says nothing.
  loadExistingGrant: ctx => {
    const grant = ctx.oidc.result?.consent?.grantId
    return grant && ctx.oidc.provider.Grant.find(grant)
  },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  enabledJWA: { clientAuthSigningAlgValues: ['ES384', 'RS384'] },
  ttl: { AccessToken: 3600, IdToken: 300, AuthorizationCode: 60, Grant: 3600, Interaction: 600, Session: 3600 },
})
// SMART gives the patient beside the token (App Launch 2.2, launch context).
provider.use(async (ctx, next) => {
  await next()
  const grant = ctx.oidc?.entities?.AuthorizationCode?.grantId
  if (ctx.oidc?.route === 'token' && ctx.body?.access_token && grants.has(grant)) ctx.body.patient = grants.get(grant)
})
const sign_in = provider.callback()

const key = await jose.generateKeyPair('ES384', { extractable: true })
const publicKey = { ...await jose.exportJWK(key.publicKey), use: 'sig', alg: 'ES384', kid: 'cds-1' }

const escape = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
const page = (response, title, inner) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  .end(`<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${title}</title><body style="margin:0;font-family:sans-serif">${inner}`)
const json = (response, status, body) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

async function record(response, url) {
  const patient = url.searchParams.get('patient')
  const width = Number(url.searchParams.get('width') ?? 600)
  const launch = randomUUID()
  launches.set(launch, patient)
  const query = new URLSearchParams({ iss, launch })
  page(response, 'Record', `<h1>Record of ${escape(patient)}</h1>
    <iframe title="Bedside" width="${width}" height="800" style="border:0" src="${options.app}/chart/launch?${query}"></iframe>`)
}

async function interaction(request, response, url) {
  const { params, uid } = await provider.interactionDetails(request, response)
  const known = launches.get(params.launch)
  if (request.method === 'GET') {
    const choose = known ? '' : '<label>Patient <input name="patient" required></label> '
    return page(response, 'Sign in', `<form method="post" action="/interaction/${uid}">${choose}<button>Sign in</button></form>`)
  }
  let body = ''
  for await (const part of request.setEncoding('utf8')) body += part
  const grant = new provider.Grant({ accountId: '7', clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  const grantId = await grant.save()
  grants.set(grantId, known ?? new URLSearchParams(body).get('patient'))
  launches.delete(params.launch)
  await provider.interactionFinished(request, response, { login: { accountId: '7' }, consent: { grantId } })
}

async function resource(request, response, url) {
  if (url.pathname === '/fhir/.well-known/smart-configuration') {
    return json(response, 200, {
      issuer: base, jwks_uri: `${base}/jwks`, authorization_endpoint: `${base}/auth`, token_endpoint: `${base}/token`,
      scopes_supported: scopes, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code'], token_endpoint_auth_methods_supported: [method],
      capabilities: ['launch-ehr', 'launch-standalone', 'client-public', 'context-ehr-patient', 'sso-openid-connect', 'permission-v2'],
    })
  }
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = given && await provider.AccessToken.find(given)
  if (!token?.isValid) return json(response, 401, { resourceType: 'OperationOutcome' })
  const [, kind, which] = /^\/fhir\/(\w+)\/([\w.-]+)$/.exec(url.pathname) ?? []
  const may = (kind === 'Patient' && token.scopes.has('patient/Patient.rs') && which === grants.get(token.grantId))
    || (kind === 'Practitioner' && token.scopes.has('user/Practitioner.rs'))
  if (!may) return json(response, 403, { resourceType: 'OperationOutcome' })
  const found = await fetch(`${options.upstream}/${kind}/${which}`, { headers: { accept: 'application/fhir+json' } })
  response.writeHead(found.status, { 'content-type': 'application/fhir+json' }).end(await found.text())
}

server.on('request', (request, response) => {
  const url = new URL(request.url, base)
  const answer = url.pathname === '/ehr' ? record(response, url)
    : url.pathname.startsWith('/interaction/') ? interaction(request, response, url)
    : url.pathname.startsWith('/fhir/') ? resource(request, response, url)
    : url.pathname === '/cds/jwks.json' ? json(response, 200, { keys: [publicKey] })
    : sign_in(request, response)
  Promise.resolve(answer).catch(error => { console.error(error); response.writeHead(500).end() })
})

async function cards({ patient, url, lang }) {
  const found = await fetch(`${options.upstream}/Patient/${patient}`, { headers: { accept: 'application/fhir+json' } })
  const call = {
    hook: 'patient-view', hookInstance: randomUUID(), context: { userId: options.user, patientId: patient },
    prefetch: { patient: await found.json() },
  }
  const token = await new jose.SignJWT({}).setProtectedHeader({ alg: 'ES384', typ: 'JWT', kid: 'cds-1', jku: `${base}/cds/jwks.json` })
    .setIssuer(base).setAudience(url).setIssuedAt().setExpirationTime('4m').setJti(randomUUID()).sign(key.privateKey)
  const answer = await fetch(url, {
    method: 'POST', body: JSON.stringify(call),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'accept-language': lang },
  })
  return { status: answer.status, body: await answer.json() }
}

console.log(JSON.stringify({ listening: server.address().port }))
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  if (order.cds) console.log(JSON.stringify(await cards(order.cds).catch(error => ({ error: String(error) }))))
}
process.exit(0)
