// What axe.mjs, shot.mjs and pages.mjs share: arguments, a loopback server for folders of pages, and one Chromium in which every
// combination of language, colour scheme and width gets a context of its own.

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'

const installed = process.env.BEDSIDE_BROWSER
if (!installed) {
  console.error('BEDSIDE_BROWSER is not set: start this with scripts/browser.sh, which installs what is missing')
  process.exit(2)
}
const require = createRequire(path.join(installed, 'package.json'))
const { chromium } = require('playwright-core')
export const axeSource = require('axe-core').source

// No request leaves the machine, and nothing of Chromium's own calls home.
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

const usage = `usage: SCRIPT FOLDER|URL [page …] [options]
  --out FOLDER          where screenshots go (shot.mjs)
  --sign-in PATH        visited first in every context, for example a one-time link that sets the session cookie
  --cookie NAME=VALUE   set in every context before the first page
  --lang de,en          languages, as Accept-Language (URL: de,en; folder: de)
  --scheme light,dark   colour schemes
  --width 1440,390      viewport widths in CSS pixels
  --disable RULE,RULE   axe rules left out; say why where you call it
  --no-js               with JavaScript switched off in the page (shot.mjs)
  --full                the whole page, not only the first screen (shot.mjs)`

/** The words of the command line, with the defaults filled in. */
export function readArguments(words = process.argv.slice(2)) {
  const options = { pages: [], schemes: ['light', 'dark'], widths: [1440, 390], disable: [], cookies: [] }
  const list = word => (word ?? fail(usage)).split(',').filter(Boolean)
  for (let word; (word = words.shift()) !== undefined;) {
    if (word === '--help') { console.log(usage); process.exit(0) }
    else if (word === '--out') options.out = words.shift() ?? fail(usage)
    else if (word === '--sign-in') options.signIn = words.shift() ?? fail(usage)
    else if (word === '--cookie') options.cookies.push(words.shift() ?? fail(usage))
    else if (word === '--lang') options.languages = list(words.shift())
    else if (word === '--scheme') options.schemes = list(words.shift())
    else if (word === '--width') options.widths = list(words.shift()).map(Number)
    else if (word === '--disable') options.disable = list(words.shift())
    else if (word === '--no-js') options.noJs = true
    else if (word === '--full') options.full = true
    else if (word.startsWith('--')) fail(`unknown option ${word}\n${usage}`)
    else if (options.target === undefined) options.target = word
    else options.pages.push(word)
  }
  if (options.target === undefined) fail(usage)
  options.isUrl = /^https?:\/\//.test(options.target)
  options.languages ??= options.isUrl ? ['de', 'en'] : ['de']
  return options
}

/** Serves a folder on loopback, so that absolute paths in its pages work as they will behind the real server. */
async function serveFolder(folder) {
  const kinds = {
    '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.mjs': 'text/javascript',
    '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json',
  }
  const top = path.resolve(folder)
  const server = createServer(async (request, response) => {
    const wanted = path.join(top, decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
    try {
      if (wanted !== top && !wanted.startsWith(top + path.sep)) throw new Error('outside the folder')
      const file = (await stat(wanted)).isDirectory() ? path.join(wanted, 'index.html') : wanted
      const body = await readFile(file)
      response.writeHead(200, { 'content-type': kinds[path.extname(file)] ?? 'application/octet-stream' })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise(done => server.listen(0, '127.0.0.1', done))
  return { base: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() }
}

/** Every .html file below a folder, as paths relative to it. */
async function pagesOf(folder) {
  const names = await readdir(folder, { recursive: true })
  return names.filter(name => name.endsWith('.html')).sort()
}

/** One Chromium that calls nobody. */
export const launch = () => chromium.launch({
  executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium', args: flags,
})

/**
 * Opens every page in every combination and hands it to `look(page, where)`. `where` has page, lang, scheme and width.
 * A page that can't be opened, answers 4xx or 5xx, throws in its own script or asks another server for anything is a fault;
 * returns the list of faults.
 */
export async function visitAll(options, look) {
  const folder = options.isUrl ? null : await serveFolder(options.target)
  const base = folder?.base ?? options.target
  const pages = options.pages.length ? options.pages : options.isUrl ? ['/'] : await pagesOf(options.target)
  if (pages.length === 0) fail(`no .html file in ${options.target}`)
  const browser = await launch()
  const faults = []
  try {
    for (const lang of options.languages) for (const scheme of options.schemes) for (const width of options.widths) {
      const context = await browser.newContext({
        locale: lang, colorScheme: scheme, viewport: { width, height: width < 600 ? 844 : 900 },
        reducedMotion: 'reduce', javaScriptEnabled: !options.noJs,
      })
      await context.addCookies(options.cookies.map(pair => {
        const at = pair.indexOf('=')
        return { name: pair.slice(0, at), value: pair.slice(at + 1), url: base }
      }))
      const page = await context.newPage()
      if (options.signIn) await open(page, new URL(options.signIn, base).href)
      for (const name of pages) {
        const where = { page: name, lang, scheme, width }
        const pageFaults = []
        const note = error => pageFaults.push(`script: ${error.message}`)
        const leaves = request => {
          if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(base).origin) {
            pageFaults.push(`asks another server: ${request.url()}`)
          }
        }
        page.on('pageerror', note)
        page.on('request', leaves)
        try {
          await open(page, new URL(name, base + '/').href)
          await look(page, where)
        } catch (error) {
          faults.push({ ...where, fault: error.message.split('\n')[0] })
        }
        page.off('pageerror', note)
        page.off('request', leaves)
        for (const fault of pageFaults) faults.push({ ...where, fault })
      }
      await context.close()
    }
  } finally {
    await browser.close()
    folder?.stop()
  }
  return faults
}

// 'load' and not 'networkidle': a page that listens for server-sent events is never idle.
async function open(page, url) {
  const answer = await page.goto(url, { waitUntil: 'load', timeout: 20_000 })
  if (answer && answer.status() >= 400) throw new Error(`${url} answered ${answer.status()}`)
}

export const place = where => `${where.page} [${where.lang}, ${where.scheme}, ${where.width} px]`

export function fail(message) {
  console.error(message)
  process.exit(2)
}
