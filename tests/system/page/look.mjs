// Looks at a running agent's page: node look.mjs http://127.0.0.1:10056/ [FOLDER for pictures]
// In a phone's, a tablet's and a desk's width, light and dark: nothing from elsewhere, nothing wider than the screen, no error, no serious
// barrier, live, complete without scripts, and its total the sum that /metrics shows at about that time.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';

const [url, folder] = process.argv.slice(2);
const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const problems = [];
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const watts = async page => Number(await page.getAttribute('#summary data', 'value').catch(() => NaN));
const metrics = async () => (await (await fetch(new URL('metrics', url))).text()).split('\n')
  .filter(line => line.startsWith('joulet_host_power_watts{')).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);

for (const colorScheme of ['light', 'dark']) {
  for (const width of [360, 768, 1440]) {
    const at = `${colorScheme} ${width}`;
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on('console', message => { if (message.type() === 'error') problems.push(`${at}: ${message.text()}`); });
    page.on('pageerror', error => problems.push(`${at}: ${error.message}`));
    page.on('request', request => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) problems.push(`${at}: asks ${request.url()}`); });
    await page.goto(url);
    await page.waitForFunction(() => document.getElementById('live').textContent === 'Live').catch(() => problems.push(`${at}: is not live`));
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) problems.push(`${at}: is wider than the screen`);
    if (folder) await page.screenshot({ path: `${folder}/${colorScheme}-${width}.png`, fullPage: true });
    await context.close();

    const checked = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    const audited = await checked.newPage();
    await audited.goto(url);
    await audited.addScriptTag({ content: axe });
    const { violations } = await audited.evaluate(() => globalThis.axe.run());
    for (const found of violations) {
      console.log(`${at}: ${found.impact} ${found.id}: ${found.nodes[0].target}`);
      if (['serious', 'critical'].includes(found.impact)) problems.push(`${at}: ${found.id}`);
    }
    await checked.close();
  }
}

const plain = await browser.newContext({ javaScriptEnabled: false });
const page = await plain.newPage();
await page.goto(url);
const [shown, told] = [await watts(page), await metrics()];
console.log(`The page says ${shown} W, /metrics ${told} W.`);
if (await page.locator('h2').count() < 7) problems.push('without scripts it is not complete');
await browser.close();
console.log(problems.length === 0 ? 'The page is sound.' : problems.join('\n'));
process.exit(problems.length === 0 ? 0 : 1);
