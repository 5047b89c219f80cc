// Takes a picture of every page, light and dark, at every width: FOLDER/page.lang.scheme.width.png.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fail, place, readArguments, visitAll } from './browser.mjs'

const options = readArguments()
if (!options.out) fail('say with --out where the pictures go')
await mkdir(options.out, { recursive: true })

const faults = await visitAll(options, async (page, where) => {
  const name = where.page.replace(/\.html$/, '').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'index'
  const file = path.join(options.out, `${name}.${where.lang}.${where.scheme}.${where.width}.png`)
  await page.screenshot({ path: file, fullPage: Boolean(options.full) })
  console.log(file)
})

for (const f of faults) console.log(`✗ ${place(f)}\n    ${f.fault}`)
process.exit(faults.length ? 2 : 0)
