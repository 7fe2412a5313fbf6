// What the tests of pages share: a browser that reaches nothing but one host, and how a page is looked at.
import assert from 'node:assert/strict';
import { readFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import pixelmatch from 'pixelmatch';
import { chromium } from 'playwright-core';
import { PNG } from 'pngjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const kFuzzy = 0.1; // of a pixel's colour
const kTolerance = 0.01; // of all pixels

export const launch = () => chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text', '--hide-scrollbars'],
});

/**
 * A page whose every request is written down, as is what it complains of and whether it opened a dialog, as a
 * script of a stranger's would.
 */
export async function open(browser, { width, scheme = 'light', offline = false, javaScript = true }) {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: javaScript, acceptDownloads: true, reducedMotion: 'reduce',
  });
  if (offline) await context.setOffline(true);
  const page = await context.newPage();
  const seen = { requests: [], complaints: [], dialogs: 0 };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('console', (message) => { if (message.type() === 'error') seen.complaints.push(message.text()); });
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('dialog', (dialog) => { seen.dialogs += 1; dialog.dismiss(); });
  return { page, seen, close: () => context.close() };
}

/** axe-core's own script is let in past the page's policy; what it finds is told with where it is. */
export async function findsNothing(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await session.send('Runtime.evaluate', { expression: axe });
  const found = await page.evaluate(async () => (await window.axe.run(document, { resultTypes: ['violations'] })).violations
    .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary}`).join('; ')}`));
  assert.deepEqual(found, []);
}

export async function fitsItsWidth(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `${wide} of ${room} px`);
}

/** The page as it was reviewed, within a tolerance; RENEW writes what is seen. */
export async function looksAsReviewed(page, name, folder = process.env.REVIEWED) {
  const path = `${folder}/${name}.png`;
  const here = await page.screenshot({ fullPage: true, animations: 'allow', caret: 'initial' });
  if (process.env.RENEW) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, here);
  }
  assert.ok(existsSync(path), `nobody has reviewed ${path}: --renew writes it`);
  const [seen, wanted] = [PNG.sync.read(here), PNG.sync.read(readFileSync(path))];
  const size = ({ width, height }) => `${width} x ${height}`;
  if (size(seen) !== size(wanted)) {
    writeFileSync(`${name}.png`, here);
    assert.fail(`${name}: ${size(seen)} px, reviewed were ${size(wanted)}; seen: ${process.cwd()}/${name}.png`);
  }
  const differ = pixelmatch(seen.data, wanted.data, null, seen.width, seen.height, { threshold: kFuzzy });
  if (differ > kTolerance * seen.width * seen.height) {
    writeFileSync(`${name}.png`, here);
    assert.fail(`${name}: ${differ} pixels differ from the reviewed ones; seen: ${process.cwd()}/${name}.png`);
  }
}
