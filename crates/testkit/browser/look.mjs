// Tries the desk's pages in a real browser, under the desk's own Content-Security-Policy: with script off, by keys, with
// live events and while typing. The pages are those that `--example look` wrote; what a server would answer beside them
// (events, the guard's findings) is said by this script, so nothing here tests a server.
//   scripts/browser.sh crates/testkit/browser/look.mjs FOLDER

import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { readFile, readdir } from 'node:fs/promises'
import assert from 'node:assert/strict'
import path from 'node:path'
import { axeSource } from './browser.mjs'

const require = createRequire(path.join(process.env.BEDSIDE_BROWSER ?? '.', 'package.json'))
const { chromium } = require('playwright-core')
const folder = path.resolve(process.argv[2] ?? 'look')
const policy = (await readFile(path.join(folder, 'policy.txt'), 'utf8')).trim()
const kinds = { '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const alias = { '/inbox': '/de/inbox-list.html', '/case/2841': '/de/case-held.html', '/case/2830': '/de/case-held-blank.html', '/keys': '/de/keys.html' }

let streams = [], posts = [], deaf = false, edit = html => html
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost')
  if (pathname === '/events') {
    if (deaf) return response.writeHead(503).end()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': here\n\n')
    streams.push(response)
    response.on('close', () => { streams = streams.filter(stream => stream !== response) })
    return
  }
  let body = ''
  for await (const chunk of request) body += chunk
  if (request.method === 'POST') posts.push({ path: pathname, body: new URLSearchParams(body) })
  try {
    if (request.method === 'POST' && pathname.endsWith('/draft')) {
      edit = html => html.replaceAll(/name="seen" value="[^"]*"/g, 'name="seen" value="after-draft"')
      return response.writeHead(303, { location: pathname.slice(0, -'/draft'.length) }).end()
    }
    // A check is answered with the page itself, at the form's address.
    if (request.method === 'POST' && pathname.endsWith('/check')) edit = html => html.replace('id="compose"', 'id="compose" data-unsaved').replace(/(<textarea[^>]*>)[^<]*/, (_, tag) => tag + '\n' + posts.at(-1).body.get('text'))
    else if (pathname.endsWith('/check')) return response.writeHead(303, { location: pathname.replace(/\/check$/, '') }).end()
    const file = pathname.endsWith('/find') ? '/find.part' : alias[pathname.replace(/\/check$/, '')] ?? pathname
    const bytes = await readFile(path.join(folder, file))
    const html = file.endsWith('.html') || file.endsWith('.part')
    response.writeHead(200, { 'content-type': html ? 'text/html; charset=utf-8' : kinds[path.extname(file)], 'content-security-policy': policy })
    response.end(html ? edit(bytes.toString()) : bytes)
  } catch { response.writeHead(404).end() }
})
await new Promise(done => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${server.address().port}`
const tell = data => streams.forEach(s => s.write(`event: tick\ndata: ${JSON.stringify(data)}\n\n`))

const browser = await chromium.launch({
  executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
})
let passed = 0, failed = 0
async function fact(name, options, look) {
  streams = []; posts = []; deaf = false; edit = html => html
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const broken = []
  page.on('pageerror', error => broken.push(error.message))
  page.on('console', line => { if (line.type() === 'error' && !/503|404|INCOMPLETE_CHUNKED/.test(line.text())) broken.push(line.text()) })
  try {
    await look(page)
    assert.deepEqual(broken, [])
    passed += 1
    console.log(`✓ ${name}`)
  } catch (error) {
    failed += 1
    console.log(`✗ ${name}\n    ${error.message.split('\n').slice(0, 12).join('\n    ')}`)
  }
  await context.close()
}
const go = (page, where) => page.goto(base + where, { waitUntil: 'load' })
const until = (page, test, arg) => page.waitForFunction(test, arg, { timeout: 5000 })
const listening = async () => { for (let i = 0; i < 100 && !streams.length; i++) await new Promise(r => setTimeout(r, 20)) }
const focused = page => page.evaluate(() => document.activeElement.closest('[id]')?.id ?? document.activeElement.id)

await fact('every page keeps to the policy: nothing inline, nothing from elsewhere', {}, async page => {
  for (const lang of ['de', 'en']) for (const name of (await readdir(path.join(folder, lang))).filter(n => n.endsWith('.html'))) {
    await go(page, `/${lang}/${name}`)
  }
})
await fact('hostile words run nothing', {}, async page => {
  page.on('dialog', () => assert.fail('a dialog opened'))
  await go(page, '/de/case-hostile.html')
  assert.equal(await page.locator('img, .voice script').count(), 0)
})
await fact('without script every act is a form or a link, and keys are not promised', { javaScriptEnabled: false }, async page => {
  await go(page, '/case/2841')
  await page.locator('#release summary').click()
  assert.ok(await page.locator('#release input[name=reason]').isVisible())
  assert.equal(await page.locator('kbd:visible').count(), 0)
  await page.locator('button[name=repair]').first().click()
  assert.equal(posts[0].path, '/case/2841/check')
  assert.equal(posts[0].body.get('repair'), '1:replace:confirms_relationship')
  assert.ok(posts[0].body.get('csrf') && posts[0].body.get('text').startsWith('Liebe Frau H.'))
})
await fact('j, k, o and Esc walk through the list, into a case and back', {}, async page => {
  await go(page, '/inbox')
  const ids = await page.locator('.item').evaluateAll(rows => rows.map(row => row.id))
  await page.keyboard.press('j')
  assert.equal(await focused(page), ids[0])
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  assert.equal(await focused(page), ids[1])
  await page.goto(base + '/case/2841')
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/inbox/)
})
await fact('u, l, n, r and h open what they promise and put the cursor there', {}, async page => {
  for (const [key, id] of [['u', 'release-reason'], ['l', 'label-kind'], ['n', 'note'], ['r', 'text']]) {
    await go(page, '/case/2841')
    await page.keyboard.press(key)
    assert.equal(await focused(page), id, key)
  }
  await go(page, '/de/case-answer-clear.html')
  await page.keyboard.press('h')
  assert.equal(await focused(page), 'hold-until')
  await go(page, '/de/inbox.html')
  await page.keyboard.press('j')
  await page.keyboard.press('u')
  await page.waitForURL(/case\/2830#release$/)
  await go(page, '/inbox')
  await page.keyboard.press('?')
  await page.waitForURL(/\/keys/)
})
await fact('keys rest while one types, and for those who switched them off', {}, async page => {
  await go(page, '/inbox')
  await page.keyboard.press('/')
  assert.equal(await focused(page), 'q')
  await page.keyboard.type('jk?gn')
  assert.equal(await page.inputValue('#q'), 'jk?gn')
  assert.match(page.url(), /\/inbox$/)
  await go(page, '/de/case-masked.html')
  await page.keyboard.press('?')
  assert.match(page.url(), /masked/)
})
await fact('new posts are announced and move nothing', {}, async page => {
  await go(page, '/inbox')
  await listening()
  const places = () => page.locator('.item').evaluateAll(rows => rows.map(row => row.id + ' ' + row.getBoundingClientRect().top))
  const before = await places()
  tell({ new: 2, now: 6, changed: [] })
  await until(page, () => document.querySelector('#new-posts a')?.textContent.startsWith('2 '))
  assert.deepEqual(await places(), before)
  assert.match(await page.title(), /^\(6\)/)
  assert.equal(await page.getAttribute('#new-posts', 'role'), 'status')
})
await fact('a row changes in its place; focus and open menus stay', {}, async page => {
  await go(page, '/inbox')
  await listening()
  await page.locator('.site summary').click()
  await page.keyboard.press('Tab')
  const held = await page.evaluate(() => document.activeElement.textContent)
  edit = html => html.replace('Tatsachen ungeprüft', 'Tatsachen geprüft')
  tell({ new: 0, now: 4, changed: [2827] })
  await until(page, () => document.querySelector('#r-2827').textContent.includes('Tatsachen geprüft'))
  assert.ok(await page.evaluate(() => document.querySelector('.site').open))
  assert.equal(await page.evaluate(() => document.activeElement.textContent), held)
})
await fact('an escalation nobody has taken is spoken once', {}, async page => {
  await go(page, '/de/inbox-alarm.html')
  await until(page, () => document.querySelector('#alert').textContent.length > 10)
  await go(page, '/de/inbox-alarm.html')
  assert.equal(await page.textContent('#alert'), '')
})
await fact('the guard looks while one types; text and cursor stay', {}, async page => {
  await go(page, '/de/case-answer-blank.html')
  await page.locator('#text').fill('Dass Ihre Mutter hier lag')
  await page.keyboard.press('ArrowLeft')
  await until(page, () => document.querySelector('#guard .finds'))
  const asked = posts.find(post => post.path.endsWith('/find'))
  assert.equal(asked.body.get('text'), 'Dass Ihre Mutter hier lag')
  assert.ok(asked.body.get('csrf'))
  assert.equal(await page.inputValue('#text'), 'Dass Ihre Mutter hier lag')
  assert.equal(await page.evaluate(() => document.activeElement.selectionStart), 24)
  assert.equal(await page.locator('#compose .decide [aria-disabled=true]').count(), 1)
})
await fact('a repair is made in place, by key too, and the browser takes it back', {}, async page => {
  await go(page, '/case/2841')
  const before = await page.inputValue('#text')
  await page.locator('button[name=repair]').first().focus()
  await page.keyboard.press('Enter')
  const mended = await page.inputValue('#text')
  assert.ok(mended.includes('Ihre Worte, nehmen wir sehr ernst') && !mended.includes('Station 4B'), mended)
  assert.ok(!posts.some(post => post.path.endsWith('/check')), 'the page stays')
  assert.equal(await focused(page), 'text')
  await until(page, () => document.querySelector('#live').textContent.length > 5)
  await page.keyboard.press('Control+z')
  assert.equal(await page.inputValue('#text'), before)
})
await fact('a folded text is not read until it is unfolded, and stays so', {}, async page => {
  await go(page, '/de/case-soft.html')
  const text = page.locator('details.soft .voice').first()
  assert.ok(await text.isHidden())
  await page.locator('details.soft summary').first().focus()
  await page.keyboard.press('Enter')
  await text.waitFor()
  await until(page, () => sessionStorage.getItem('soft'))
  await go(page, '/de/case-soft.html')
  await text.waitFor()
})
await fact('folded texts unfold and marks go without script', { javaScriptEnabled: false }, async page => {
  await go(page, '/de/inbox-soft.html')
  await page.locator('details.soft summary').first().click()
  assert.match(page.url(), /inbox-soft/)
  assert.ok(await page.locator('details.soft .voice').first().isVisible())
  await go(page, '/case/2841')
  const line = () => page.locator('.voice mark').first().evaluate(mark => getComputedStyle(mark).textDecorationLine)
  assert.equal(await line(), 'underline')
  await page.locator('#marks').uncheck()
  assert.equal(await line(), 'none')
})
await fact('words selected in a text stand in the field that asks for them', {}, async page => {
  await go(page, '/de/mark-missing.html')
  await page.evaluate(() => {
    const words = document.querySelector('#mark-text').firstChild, range = document.createRange()
    range.setStart(words, 6)
    range.setEnd(words, 12)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
  })
  await until(page, () => document.querySelector('#mark-words').value === 'Mutter')
})
await fact('the sound can be tried, and an alarm rings where it was asked for', {}, async page => {
  await page.addInitScript(() => {
    window.rung = 0
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (...at) { window.rung += 1; return start.apply(this, at) }
  })
  await go(page, '/de/me.html')
  await page.locator('[data-sound]').click()
  await until(page, () => window.rung === 4)
  await go(page, '/de/inbox-soft.html')
  await listening()
  await page.locator('main').click({ position: { x: 5, y: 5 } })
  await page.waitForTimeout(200)
  tell({ new: 0, now: 4, changed: [], alarms: [4711] })
  await until(page, () => window.rung === 4)
})
await fact('who writes keeps the draft when someone else changes the case', {}, async page => {
  await go(page, '/case/2841')
  await listening()
  await page.locator('#text').fill('Mein Entwurf')
  tell({ new: 0, now: 4, changed: [2841] })
  await until(page, () => document.querySelector('#changed-live'))
  await page.waitForTimeout(1500)
  assert.equal(await page.inputValue('#text'), 'Mein Entwurf')
})
await fact('what a check gave back stays when the case changes, and the page still lives', {}, async page => {
  await go(page, '/case/2841')
  await page.locator('#text').fill('Mein Entwurf')
  streams = []
  await page.locator('button[data-check]').click()
  await page.waitForURL(/\/check$/)
  edit = html => html.replace(/(id="queues"[^]*?<b>)\d+/, (_, before) => before + '77')
  await listening()
  const before = await page.textContent('#queues')
  tell({ new: 0, now: 4, changed: [2841], alarms: [] })
  await until(page, was => document.querySelector('#queues').textContent !== was, before)
  assert.equal(await page.inputValue('#text'), 'Mein Entwurf')
  assert.ok(await page.locator('#lost').isHidden())
})
await fact('another act on the page keeps the reply that is being written', {}, async page => {
  await go(page, '/case/2841')
  await page.locator('#text').fill('Mein Entwurf')
  await page.locator('#release summary').click()
  await page.locator('#release-reason').fill('Ist geklärt')
  await page.locator('#release button[type=submit]').click()
  for (let i = 0; i < 100 && !posts.some(post => post.path.endsWith('/release')); i++) await page.waitForTimeout(50)
  const [draft, release] = posts.filter(post => !post.path.endsWith('/find'))
  assert.equal(draft.path, '/case/2841/draft')
  assert.equal(draft.body.get('text'), 'Mein Entwurf')
  assert.equal(release.path, '/case/2841/release')
  assert.equal(release.body.get('reason'), 'Ist geklärt')
  assert.equal(release.body.get('seen'), 'after-draft')
})
await fact('a pause reaches pages that are open, with its reason, and is spoken', {}, async page => {
  await go(page, '/case/2841')
  await listening()
  assert.equal(await page.locator('#paused').count(), 0)
  const paused = await readFile(path.join(folder, 'de/inbox-paused.html'), 'utf8')
  edit = () => paused
  tell({ new: 0, now: 4, changed: [], alarms: [] })
  await page.waitForSelector('#paused')
  const why = await page.textContent('#paused p')
  assert.match(why, /„.+“/)
  assert.equal(await page.textContent('#alert'), why)
  assert.match(await page.textContent('#sending'), /angehalten/)
})
await fact('an escalation is spoken on whatever page one is, once, and every title counts', {}, async page => {
  await go(page, '/de/channels.html')
  await listening()
  tell({ new: 0, now: 6, changed: [], alarms: [2841] })
  await until(page, () => document.querySelector('#alert').textContent.length > 10)
  assert.match(await page.title(), /^\(6\) /)
  await page.evaluate(() => { document.querySelector('#alert').textContent = '' })
  tell({ new: 0, now: 5, changed: [], alarms: [2841] })
  await until(page, () => document.title.startsWith('(5) '))
  assert.equal(await page.textContent('#alert'), '')
})
await fact('a page that nobody looks at holds no line open, and takes it up again', {}, async page => {
  await go(page, '/inbox')
  await listening()
  const look = hidden => page.evaluate(hidden => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
  await look(true)
  for (let i = 0; i < 100 && streams.length; i++) await page.waitForTimeout(20)
  assert.equal(streams.length, 0)
  edit = html => html.replace('Tatsachen ungeprüft', 'Tatsachen geprüft')
  await look(false)
  await listening()
  assert.equal(streams.length, 1)
  await until(page, () => document.querySelector('#r-2827').textContent.includes('Tatsachen geprüft'))
})
await fact('a row that somebody resolves elsewhere drops its alarm and keeps its place', {}, async page => {
  await go(page, '/de/inbox-alarm.html')
  await listening()
  assert.equal(await page.locator('#r-2829.alarm').count(), 1)
  const ids = () => page.locator('.item').evaluateAll(rows => rows.map(row => row.id))
  const before = await ids()
  edit = html => html.replace('id="r-2829"', 'id="r-1"')
  tell({ new: 0, now: 3, changed: [2829], alarms: [] })
  await until(page, () => !document.querySelector('#r-2829').classList.contains('alarm'))
  assert.match(await page.textContent('#r-2829 .l3'), /Seitdem bearbeitet/)
  assert.deepEqual(await ids(), before)
})
await fact('countdowns tick', {}, async page => {
  await go(page, '/inbox')
  const before = await page.textContent('#leaving .num')
  await until(page, was => document.querySelector('#leaving .num').textContent !== was, before)
  assert.match(await page.textContent('#leaving .num'), /^0:\d\d$/)
})
await fact('when live updates stop, a line says so', {}, async page => {
  await go(page, '/inbox')
  await listening()
  deaf = true
  streams.forEach(stream => stream.destroy())
  await page.waitForSelector('#lost:not([hidden])', { timeout: 25000 })
  assert.match(await page.textContent('#lost'), /zuletzt \d\d:\d\d/)
})
for (const width of [1440, 390]) {
  await fact(`what unfolds is sound too, at ${width} px`, { viewport: { width, height: 900 } }, async page => {
    for (const name of ['de/case-held', 'de/case-strip', 'de/case-asked-yours', 'en/people', 'en/inbox']) {
      await go(page, `/${name}.html`)
      for (const css of ['details.act', 'details.prepare, details.rest', 'details.site', 'details.menu']) {
        await page.evaluate(css => document.querySelectorAll('details').forEach(d => { d.open = d.matches(css) }), css)
        await page.evaluate(axeSource)
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
        assert.deepEqual(violations.map(v => `${name} ${css}: ${v.id} ${v.nodes[0].target}`), [])
        assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth), `${name} ${css} is too wide`)
      }
    }
  })
}
for (const spacing of [null, '* { letter-spacing: .12em !important; word-spacing: .16em !important; line-height: 1.5 !important }']) {
  await fact(`marks lie under their words${spacing ? ' with text spacing widened' : ' at 200 %'}`, { bypassCSP: true, viewport: { width: spacing ? 1440 : 720, height: 450 }, deviceScaleFactor: 2 }, async page => {
    await go(page, '/case/2841')
    if (spacing) await page.addStyleTag({ content: spacing })
    const [pad, mirror] = await page.evaluate(() => ['#text', '#mirror'].map(css => {
      const el = document.querySelector(css), s = getComputedStyle(el), box = el.getBoundingClientRect()
      return [box.left, box.top, box.width, s.font, s.lineHeight, s.letterSpacing, s.wordSpacing, s.padding, s.whiteSpace, s.overflowWrap, el.scrollHeight <= box.height + 1]
    }))
    assert.deepEqual(pad, mirror)
  })
}
await browser.close()
server.close()
streams.forEach(stream => stream.destroy())
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
