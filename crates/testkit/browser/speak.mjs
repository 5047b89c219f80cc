// Switches a signed-in person's own language, by the form on their page.
//   scripts/browser.sh crates/testkit/browser/speak.mjs URL COOKIE=VALUE LANG

import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(path.join(process.env.BEDSIDE_BROWSER ?? '.', 'package.json'))
const { chromium } = require('playwright-core')
const [base, cookie, lang] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: process.env.BEDSIDE_CHROMIUM ?? '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu'],
})
try {
  const context = await browser.newContext()
  const at = cookie.indexOf('=')
  await context.addCookies([{ name: cookie.slice(0, at), value: cookie.slice(at + 1), url: base }])
  const page = await context.newPage()
  await page.goto(`${base}/me`)
  const choice = page.locator('[name=lang]')
  if (await choice.first().evaluate(field => field.tagName) === 'SELECT') await choice.selectOption(lang)
  else await page.check(`[name=lang][value=${lang}]`)
  await page.locator('form:has([name=lang]) button[type=submit]').first().click()
  await page.waitForURL(/told=saved/)
  if (await page.locator('html').getAttribute('lang') !== lang) throw new Error(`the page does not speak ${lang}`)
} catch (error) {
  console.log(error.message)
  process.exitCode = 1
} finally {
  await browser.close()
}
