// A whole round at a served desk with script switched off: two people sign in by their one-time links, one opens a case,
// writes, has it checked, asks; the other approves; it is called back, approved again and leaves. Ends with one line of
// JSON: both session cookies, and cases of different kinds for whoever wants to look at more pages.
//   scripts/browser.sh crates/testkit/browser/round.mjs URL LINK-OF-WRITER LINK-OF-SECOND

import { createRequire } from 'node:module'
import assert from 'node:assert/strict'
import path from 'node:path'

const require = createRequire(path.join(process.env.BEDSIDE_BROWSER ?? '.', 'package.json'))
const { chromium } = require('playwright-core')
const [base, writerLink, secondLink] = process.argv.slice(2)
const password = 'sieben Zwerge hinter Bergen'

const browser = await chromium.launch({
  executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
})
const passed = name => console.log(`✓ ${name}`)

/** Somebody new: opens the link, chooses a password, is in. */
async function join(link) {
  const context = await browser.newContext({ locale: 'de', javaScriptEnabled: false, viewport: { width: 1440, height: 900 } })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  await page.goto(link)
  await page.fill('input[name=password]', password)
  await page.fill('input[name=again]', password)
  await page.click('form button[type=submit]')
  await page.waitForURL(/\/(inbox|case)/)
  const cookie = (await context.cookies()).find(cookie => cookie.name === 'bedside')
  assert.ok(cookie?.httpOnly && cookie.sameSite !== 'None')
  return { context, page, cookie: cookie.value }
}

/** Loads a page again and again until `test` holds: without script nothing comes by itself. */
async function until(page, address, test, what, within = 90_000) {
  const begun = Date.now()
  for (;;) {
    await page.goto(base + address)
    const found = await test(page)
    if (found) return found
    if (Date.now() - begun > within) throw new Error(`${what}: not after ${within / 1000} s`)
    await page.waitForTimeout(500)
  }
}

const rows = page => page.locator('li.item').evaluateAll(items => items.map(item => ({
  number: Number(item.dataset.case), words: item.textContent, alarm: item.classList.contains('alarm'),
  decided: item.querySelector('.l3 .tag')?.textContent ?? '',
})))

try {
  const writer = await join(writerLink), second = await join(secondLink)
  passed('two people sign in by their links, without script')

  const question = (await until(writer.page, '/inbox', async page =>
    (await rows(page)).find(row => /Besuchszeiten|Formular für/.test(row.words)), 'a question in the inbox')).number
  const address = `/case/${question}`
  await writer.page.goto(base + address)
  await writer.page.fill('#text', 'Es tut uns leid, dass Ihr Aufenthalt am Dienstag unangenehm war.')
  await writer.page.click('button[data-check]')
  assert.match(writer.page.url(), /\/check$/)
  assert.ok(await writer.page.locator('#guard .finds li').count() > 0, 'the guard finds nothing')
  assert.equal(await writer.page.inputValue('#text'), 'Es tut uns leid, dass Ihr Aufenthalt am Dienstag unangenehm war.')
  assert.equal(await writer.page.locator('#compose button[data-submit]').count(), 0)
  passed('the guard says what is wrong, and the button to ask is off')

  await writer.page.fill('#text', 'Die Besuchszeiten sind täglich von 14 bis 18 Uhr. Alles Weitere steht auf unserer Webseite.')
  await writer.page.click('button[data-check]')
  await writer.page.click('#compose button[data-submit]')
  await writer.page.waitForURL(new RegExp(`${address}$|${address}#`))
  assert.equal(await writer.page.locator(`form[action="${address}/approve"]`).count(), 0)
  passed('asked for a second person; the writer is not offered to approve')

  const approve = async () => {
    await second.page.goto(base + address)
    // Hints of the guard are the approver's to answer for.
    const hints = second.page.locator(`form[action="${address}/approve"] input[name=confirm]`)
    if (await hints.count()) await hints.check()
    await second.page.click(`form[action="${address}/approve"] button`)
    await second.page.waitForURL(new RegExp(address))
  }
  await approve()
  const undo = second.page.locator(`#reply form[action="${address}/undo"] button`)
  assert.equal(await undo.count(), 1, 'no way to call it back')
  await writer.page.goto(base + address)
  await writer.page.click(`#reply form[action="${address}/undo"] button`)
  await writer.page.waitForURL(/told=undone/)
  assert.ok(await writer.page.locator('#compose textarea').count(), 'what was called back is a draft again')
  passed('approved by the second person, and called back')

  await writer.page.click('#compose button[data-submit]')
  await approve()
  await until(second.page, address, async page => await page.locator('#reply a[href*="/log?entry="]').count() > 0, 'the receipt')
  passed('approved again, left, and the receipt is there')

  // Something held, an alarm, something silent, and a draft with findings, as soon as the script has played them.
  const cases = new Set([question])
  const kinds = { now: row => row.alarm, waiting: () => true, silent: () => true }
  for (const [queue, is] of Object.entries(kinds)) {
    const found = await until(writer.page, `/inbox?q=${queue}`, async page => (await rows(page)).find(is), `a case in ${queue}`, 150_000)
    cases.add(found.number)
  }
  const open = await until(writer.page, '/inbox?q=now', async page => (await rows(page)).find(row => !row.alarm && !cases.has(row.number)), 'one more case')
  await writer.page.goto(`${base}/case/${open.number}`)
  const prepare = writer.page.locator('details.prepare > summary')
  if (await prepare.count()) await prepare.click()
  await writer.page.fill('#text', 'Dass Ihre Mutter bei uns lag, wissen wir. Rufen Sie [NAME] an: 0170 1234567.')
  await writer.page.click(`button[formaction="/case/${open.number}/draft"]`)
  await writer.page.waitForURL(new RegExp(`/case/${open.number}(#|$)`))
  cases.add(open.number)
  passed('cases of five kinds are there')
  console.log(JSON.stringify({ mara: writer.cookie, jonas: second.cookie, cases: [...cases] }))
} catch (error) {
  console.log(`✗ ${error.message.split('\n').slice(0, 20).join('\n    ')}`)
  process.exitCode = 1
} finally {
  await browser.close()
}
