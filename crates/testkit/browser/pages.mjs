// Takes a picture of every page that a person at the desk reaches, and of those before signing in: each in German and English,
// light and dark, at every width. Pages are found by following links, one of each kind, so that a new page is pictured too.
//   scripts/browser.sh crates/testkit/browser/pages.mjs URL --out FOLDER [--width 1440,390] < LINKS
// LINKS are one-time links, a line each: who opens one sets a password there and is pictured as that person.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fail, launch, place, readArguments, visitAll } from './browser.mjs'

const options = readArguments()
if (!options.out || !options.isUrl) fail('say the address of the desk, and with --out where the pictures go')
const links = (await new Response(process.stdin).text()).split('\n').filter(Boolean)
const PASSWORD = 'a long sentence for a picture'
const MOST = 60
const browser = await launch()
const faults = []
let pictures = 0

/** One of each kind: numbers and ids in an address count as one. The queue of the inbox is a kind of its own. */
const kind = url => url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+/g, 'N') + ' ' + (url.searchParams.get('q') ?? '')

/** Every kind of page within two links of where this person begins. */
async function reach(page, starts) {
  const found = new Map(), wait = starts.map(at => [at, 0])
  for (let next; (next = wait.shift()) && found.size < MOST;) {
    const [at, depth] = next
    const url = new URL(at, options.target)
    // The language is chosen below, not by a link.
    url.searchParams.delete('lang')
    if (url.origin !== new URL(options.target).origin || found.has(kind(url))) continue
    const answer = await page.request.get(url.href)
    if (!answer.ok() || !(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue
    if (answer.headers()['content-disposition']) continue
    found.set(kind(url), url.pathname + url.search)
    if (depth === 2) continue
    await page.goto(url.href, { waitUntil: 'load' })
    const hrefs = await page.locator('a[href^="/"]').evaluateAll(all => all.map(a => a.getAttribute('href').split('#')[0]))
    wait.push(...hrefs.filter(Boolean).map(href => [href, depth + 1]))
  }
  return [...found.values()]
}

const fileName = (who, where) => {
  const name = kind(new URL(where.page, options.target)).replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'front'
  return path.join(options.out, who, `${name}.${where.lang}.${where.scheme}.${where.width}.png`)
}

async function picture(who, pages, languages, cookies) {
  await mkdir(path.join(options.out, who), { recursive: true })
  faults.push(...await visitAll({ ...options, pages, languages, cookies }, async (page, where) => {
    await page.screenshot({ path: fileName(who, where), fullPage: true })
    pictures += 1
  }))
}

const context = await browser.newContext()
await picture('nobody', await reach(await context.newPage(), ['/sign-in', '/door']), options.languages, [])

for (const link of links) {
  const own = await browser.newContext()
  const page = await own.newPage()
  await page.goto(link)
  const who = (await page.locator('input[name=email]').inputValue()).split('@')[0].replace(/[^a-z0-9]+/gi, '-')
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.locator('input[name=again]').fill(PASSWORD)
  await Promise.all([page.waitForURL(url => !url.pathname.startsWith('/welcome')), page.locator('main button[type=submit], form[action="/welcome"] button').first().click()])
  const pages = await reach(page, ['/inbox', '/keys', '/me'])
  for (const lang of options.languages) {
    await page.goto(new URL('/me', options.target).href)
    // The language is the person's own, not the browser's; the form says what it says without script too.
    const form = page.locator('form').filter({ has: page.locator('[name=lang]') })
    const fields = await form.evaluate(form => [...new FormData(form)])
    const answer = await page.request.post(new URL('/me', options.target).href, {
      form: { act: 'settings', ...Object.fromEntries(fields), lang },
    })
    if (!answer.ok()) fail(`${who} could not choose ${lang}: ${answer.status()}`)
    const cookies = (await own.cookies()).map(cookie => `${cookie.name}=${cookie.value}`)
    await picture(who, pages, [lang], cookies)
  }
  console.log(`${who}: ${pages.length} pages`)
}

await browser.close()
for (const f of faults) console.log(`✗ ${place(f)}\n    ${f.fault}`)
console.log(`${pictures} pictures in ${options.out}`)
process.exit(faults.length || !pictures ? 2 : 0)
