// The app in an EMR's frame: opened from a patient's record, with script switched off as clinicians' browsers may have it, a
// note and a suggestion written; then looked at by axe at both widths, in both languages and schemes. Ends with one line of
// JSON. Arguments: the EMR's address, and { desk, patient, other, post, out?, quick? } as JSON; quick: no more than the launch.

import { createRequire } from 'node:module'
import assert from 'node:assert/strict'
import path from 'node:path'

const require = createRequire(path.join(process.env.BEDSIDE_BROWSER ?? '.', 'package.json'))
const { chromium } = require('playwright-core')
const axe = require('axe-core').source
const ehr = process.argv[2]
const { desk, patient, other, post, out, quick } = JSON.parse(process.argv[3])

const browser = await chromium.launch({
  executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
})
const passed = name => console.log(`✓ ${name}`)

/** Opens a patient's record, signs in within the frame, and gives the frame with the app in it. */
async function opened(context, who, width = 600) {
  const page = await context.newPage()
  await page.goto(`${ehr}/ehr?patient=${who}&width=${width}`)
  const frame = page.frameLocator('iframe')
  const sign_in = frame.locator('button', { hasText: 'Sign in' })
  await sign_in.or(frame.locator('.whose')).first().waitFor()
  if (await sign_in.count()) await sign_in.click()
  await frame.locator('.whose').waitFor().catch(async error => {
    const inner = page.frames().find(one => one !== page.mainFrame())
    throw new Error(`${inner?.url()} says: ${await frame.locator('body').innerText()}\n${error.message}`)
  })
  return { page, frame }
}

const contextIn = (locale, more = {}) => browser.newContext({ locale, viewport: { width: 1000, height: 950 }, ...more })

try {
  const quiet = await contextIn('de', { javaScriptEnabled: false })
  quiet.setDefaultTimeout(15_000)
  const { frame, page } = await opened(quiet, patient)
  assert.match(await frame.locator('.whose').innerText(), /Weber.*geb\. 3\.\s?Feb\.\s?1980/s)
  await frame.locator('a.say', { hasText: post }).first().click()
  if (quick) {
    await frame.locator('#note').waitFor()
    passed('launched in the frame, signed in, and read')
    await quiet.close()
    await browser.close()
    process.exit(0)
  }
  await frame.locator('#note').fill('Bitte heute noch anrufen.')
  await frame.locator('button', { hasText: 'Notiz senden' }).click()
  await frame.locator('.told').waitFor()
  passed('launched in the frame, signed in, read, and a note written, without script')

  await frame.locator('#suggest > summary').click()
  await frame.locator('#suggestion').fill('Liebe Frau Weber, Ihre Behandlung am Montag bei uns verlief gut.')
  await frame.locator('button', { hasText: 'Vorschlag senden' }).click()
  await frame.locator('#suggest .why').waitFor()
  assert.match(await frame.locator('#suggestion').inputValue(), /Ihre Behandlung am Montag/)
  await frame.locator('#suggestion').fill('Guten Tag, das Parkhaus in der Lindenstraße hat rund um die Uhr offen.')
  await frame.locator('button', { hasText: 'Vorschlag senden' }).click()
  await frame.locator('.told').waitFor()
  passed('what the guard blocks stays in the field, what it lets through lies with the desk')

  const second = await opened(quiet, other)
  assert.match(await second.frame.locator('h1').innerText(), /nichts, was Sie sehen dürfen/)
  assert.doesNotMatch(await second.frame.locator('body').innerText(), /Weber/)
  const parent = page.frames().find(one => one.url().includes('/chart/p/'))
  await parent.goto(parent.url())
  assert.match(await frame.locator('.whose').innerText(), /Weber/)
  passed('a second chart shows its own patient, and the first still its own')
  const alone = await quiet.newPage()
  await alone.goto(`${desk}/chart`)
  await alone.click('a.btn')
  await alone.fill('input[name=patient]', patient)
  await alone.click('button')
  await alone.locator('.whose').waitFor()
  assert.match(await alone.locator('.whose').innerText(), /Weber/)
  passed('on its own the app has a record and a patient chosen')
  await quiet.close()

  for (const locale of ['de', 'en']) for (const colorScheme of ['light', 'dark']) for (const width of [600, 390]) {
    const context = await contextIn(locale, { colorScheme, reducedMotion: 'reduce' })
    context.setDefaultTimeout(15_000)
    const { page, frame } = await opened(context, patient, width)
    const faults = []
    const look = async name => {
      const inner = page.frames().find(one => one.url().includes('/chart/p/'))
      await inner.evaluate(axe)
      const found = await inner.evaluate(() => globalThis.axe.run(document))
      for (const one of found.violations) faults.push(`${name}: ${one.id} ${one.nodes.map(node => node.target).join(', ')}`)
      const wide = await inner.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (wide > 0) faults.push(`${name}: ${wide} px too wide`)
      if (out) await page.locator('iframe').screenshot({ path: path.join(out, `${name}.${locale}.${colorScheme}.${width}.png`) })
    }
    await look('list')
    await frame.locator('a.say').first().click()
    await frame.locator('#note').waitFor()
    await frame.locator('#suggest > summary').click()
    await look('talk')
    assert.deepEqual(faults, [], `${locale} ${colorScheme} ${width}`)
    await context.close()
  }
  passed('axe finds nothing in the frame: German and English, light and dark, 600 and 390 px')

  // Held by the record's own page, and by nobody else's: the same page under another name is another origin.
  const holds = async origin => {
    const context = await contextIn('de')
    const page = await context.newPage()
    await page.goto(`${origin}/ehr?patient=${patient}`)
    await page.evaluate(src => new Promise(done => {
      const frame = document.createElement('iframe')
      frame.name = 'tried'
      frame.onload = done
      frame.src = src
      document.body.append(frame)
    }), `${desk}/chart`)
    // A frame that may not hold the page holds none of ours, under whatever address the browser shows its refusal.
    const url = await (await page.waitForSelector('iframe[name=tried]')).contentFrame().then(frame => frame?.url())
    await context.close()
    return url === `${desk}/chart`
  }
  assert.equal(await holds(ehr), true)
  assert.equal(await holds(ehr.replace('127.0.0.1', 'localhost')), false)
  passed('a page of another origin may not hold it')
  console.log(JSON.stringify({ done: true }))
} catch (error) {
  console.log(`✗ ${error.message.split('\n').slice(0, 20).join('\n    ')}`)
  process.exitCode = 1
} finally {
  await browser.close()
}
