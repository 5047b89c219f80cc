// Checks pages with axe (WCAG 2.0 to 2.2 A and AA, best practice, contrast on) and for sideways scrolling at every width,
// light and dark. Prints each violation's rule, page and selector; exits 1 if there is one, 2 if a page can't be checked.

import { axeSource, place, readArguments, visitAll } from './browser.mjs'

const options = readArguments()
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const violations = []
let checked = 0

const faults = await visitAll(options, async (page, where) => {
  // Evaluated by the debugger and not as a script element: a strict Content-Security-Policy stays on.
  await page.evaluate(axeSource)
  const result = await page.evaluate(([tags, disable]) => globalThis.axe.run(document, {
    runOnly: { type: 'tag', values: tags },
    rules: Object.fromEntries(disable.map(rule => [rule, { enabled: false }])),
    resultTypes: ['violations'],
  }), [tags, options.disable])
  for (const violation of result.violations) for (const node of violation.nodes) {
    violations.push({
      ...where, rule: violation.id, impact: violation.impact, selector: node.target.join(' '),
      why: (node.failureSummary ?? violation.help).replace(/\s+/g, ' '),
    })
  }
  // WCAG 1.4.10: content reflows; only things with a scroller of their own may be wider than the window.
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - window.innerWidth)
  if (wide > 0) {
    violations.push({ ...where, rule: 'reflow', impact: 'serious', selector: 'html', why: `${wide} px too wide` })
  }
  checked += 1
})

for (const v of violations) console.log(`✗ ${v.rule} (${v.impact}) ${place(v)}\n    ${v.selector}\n    ${v.why}`)
for (const f of faults) console.log(`✗ ${place(f)}\n    ${f.fault}`)
console.log(`axe: ${checked} views checked, ${violations.length} violations, ${faults.length} pages with faults`)
process.exit(violations.length ? 1 : faults.length || checked === 0 ? 2 : 0)
