// The files of --html, opened with the network off.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findsNothing, fitsItsWidth, launch, looksAsReviewed, open } from './browser.mjs';

const misproxy = process.env.MISPROXY;
const place = mkdtempSync(join(tmpdir(), 'misproxy-files-'));
let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

/** A page that is opened from its file, and asks for nothing else. */
async function fromFile(file, look, act) {
  const { page, seen, close } = await open(browser, { offline: true, ...look });
  await page.goto(`file://${file}`);
  await act(page);
  assert.deepEqual(seen.requests, [`file://${file}`]);
  assert.deepEqual(seen.complaints, []);
  assert.equal(seen.dialogs, 0);
  await close();
}

// The article's failures: acl-deny-403, stall and truncation, MTU black hole, a reset for a large segment.
for (const [index, id] of ['acl-deny-403', 'stall-after-tls', 'truncated-download', 'mtu-black-hole-download', 'inline-reset-on-large-segment'].entries()) {
  test(`diagnose --html of ${id}`, async () => {
    const html = join(place, `${id}.html`);
    execFileSync(misproxy, ['run', id, '--capture', 'case.pcapng', '--no-comments'], { cwd: place });
    const { status } = spawnSync(misproxy, ['diagnose', 'case.pcapng', '--html', html], { cwd: place });
    assert.equal(status, 1);
    const look = { width: [360, 1000, 1600][index % 3], scheme: index % 2 ? 'dark' : 'light' };
    await fromFile(html, look, async (page) => {
      await fitsItsWidth(page);
      await findsNothing(page);
      await looksAsReviewed(page, id);
      await page.locator('.verdict a[href^="#"]').first().click();
      const target = page.locator(':target');
      assert.ok(await target.evaluate((row) => row.getBoundingClientRect().top < innerHeight));
    });
  });
}

test('a run that was injected is explained, and the matrix is a table', async () => {
  execFileSync(misproxy, ['run', 'truncated-download', '--html', 'run.html'], { cwd: place });
  await fromFile(join(place, 'run.html'), { width: 1000 }, async (page) => {
    assert.ok(await page.getByText('Injected:').first().isVisible());
    await findsNothing(page);
  });
  spawnSync(misproxy, ['run', 'allow', 'acl-deny-403', 'stall-after-tls', '--matrix', '--html', 'matrix.html'], { cwd: place });
  await fromFile(join(place, 'matrix.html'), { width: 360, scheme: 'dark' }, async (page) => {
    await fitsItsWidth(page);
    await findsNothing(page);
  });
});

test('an SVG file is a picture by itself', async () => {
  execFileSync(misproxy, ['run', 'truncated-download', '--svg', 'run.svg'], { cwd: place });
  await fromFile(join(place, 'run.svg'), { width: 1000 }, async (page) => {
    assert.equal(await page.evaluate(() => document.documentElement.nodeName), 'svg');
    assert.equal(await page.locator('parsererror').count(), 0);
    const lanes = await page.locator('text').allTextContents();
    for (const name of ['client', 'proxy']) assert.ok(lanes.some((each) => each.includes(name)), name);
    const outside = await page.evaluate(() => {
      const { width, height } = document.documentElement.viewBox.baseVal;
      return [...document.querySelectorAll('text')].filter((each) => {
        const box = each.getBBox();
        return box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height;
      }).map((each) => each.textContent);
    });
    assert.deepEqual(outside, []);
  });
});

test('markup and escape sequences of a stranger are text', async () => {
  const evil = '<img src=x onerror=alert(1)>"><script>alert(2)</script>\u001b[31m\u0007';
  const name = '<svg onload=alert(3)>.log';
  writeFileSync(join(place, name), `* Connected to 10.10.10.1 (10.10.10.1) port 80\n> CONNECT ${evil}:443 HTTP/1.1\n> Host: a\n> \n`
    + `< HTTP/1.1 403 ${evil}\n< \ncurl: (56) ${evil}\n`);
  spawnSync(misproxy, ['diagnose', name, '--html', 'evil.html'], { cwd: place });
  await fromFile(join(place, 'evil.html'), { width: 360 }, async (page) => {
    assert.equal(await page.locator('script, img, svg[onload]').count(), 0);
    assert.ok((await page.locator('main').innerText()).includes('<script>alert(2)</script>'));
    await fitsItsWidth(page);
  });
});
