// The page that `misproxy serve --api` serves, driven as somebody would.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { findsNothing, fitsItsWidth, launch, looksAsReviewed, open } from './browser.mjs';

const misproxy = process.env.MISPROXY;
let browser;
let served;
let url;
let token;

async function serve(...words) {
  served = spawn(misproxy, ['serve', '--format', 'json', '--exit-with-parent', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: served.stdout })) {
    const ready = JSON.parse(line);
    if (!ready.api) continue;
    url = ready.api;
    token = ready.token_file && readFileSync(ready.token_file, 'utf8').trim();
    return;
  }
}

before(async () => {
  browser = await launch();
  await serve('--api=127.0.0.1:0');
});
after(async () => {
  served.kill();
  await browser.close();
});

async function onPage(look, act) {
  const { page, seen, close } = await open(browser, look);
  await page.goto(url);
  await act(page);
  for (const request of seen.requests) assert.ok(request.startsWith(url) || /^(data|blob):/.test(request), request);
  assert.deepEqual(seen.complaints.filter((each) => !/status of 4(01|09|22)/.test(each)), []);
  assert.equal(seen.dialogs, 0);
  await close();
}

const call = async (method, path, body) => {
  const answer = await fetch(url + path, { method, body: body && JSON.stringify(body) });
  return answer.status === 204 ? null : answer.json();
};

test('a mistake, its mending, a client, the ladder, the verdict, the capture', async () => {
  await onPage({ width: 1600 }, async (page) => {
    const editor = page.locator('.cm-content');
    await page.locator('.cm-line', { hasText: 'acl-deny-403' }).first().waitFor();
    await page.getByText('Nothing is wrong in it.').waitFor();

    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n[proxy]\nlistenss = true');
    await page.keyboard.press('Escape');
    await page.locator('.cm-lintRange-error').first().waitFor();
    assert.match(await page.locator('#diagnostics .error').first().innerText(), /listenss/);
    assert.ok(await page.locator('#start').isDisabled());

    for (let i = 0; i < 'ss = true'.length; i += 1) await page.keyboard.press('Backspace');
    await page.keyboard.press('Control+Space'); // what may stand there
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'listens' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('s = true');
    await page.getByText('Nothing is wrong in it.').waitFor();
    assert.equal(await page.locator('.cm-lintRange-error').count(), 0);

    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('Waiting for a client.').waitFor();
    const curl = await page.locator('#curl').innerText();
    assert.match(curl, /^curl /);
    assert.equal(spawnSync('sh', ['-c', curl]).status, 56);
    const ladders = page.locator('#ladders details');
    await page.locator('#ladders li.injected').first().waitFor();
    assert.equal(await ladders.count(), 1);
    assert.match(await page.locator('#ladders').innerText(), /CONNECT tools\.cisco\.com:443/);
    assert.match(await page.locator('#ladders').innerText(), /403/);
    spawnSync('sh', ['-c', curl]);
    await ladders.nth(1).waitFor();

    await page.locator('#verdict .badge', { hasText: 'proxy-denied' }).waitFor();
    await findsNothing(page);
    const downloading = page.waitForEvent('download');
    await page.locator('#get-capture').click();
    const capture = await (await downloading).path();
    assert.match(spawnSync(misproxy, ['diagnose', capture]).stdout.toString(), /proxy-denied/);

    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('None yet.').waitFor();
  });
});

for (const width of [360, 1600]) {
  for (const scheme of ['light', 'dark']) {
    test(`at ${width} px, ${scheme}`, async () => {
      await call('POST', '/proxies', { scenario: 'acl-deny-403', id: 'shown' });
      await onPage({ width, scheme }, async (page) => {
        await page.getByText('Nothing is wrong in it.').waitFor();
        await page.locator('#proxies a', { hasText: 'shown' }).click();
        await page.getByText('Waiting for a client.').waitFor();
        await fitsItsWidth(page);
        await findsNothing(page);
        // Ports and paths differ from run to run.
        await page.evaluate(() => {
          document.getElementById('curl').textContent = 'curl -x http://127.0.0.1:3128 --cacert ca.pem https://tools.cisco.com';
          document.getElementById('proxy-about').textContent = 'listens';
          document.querySelector('#proxies small').textContent = 'listens';
          document.activeElement.blur();
        });
        await looksAsReviewed(page, `page-${width}-${scheme}`);
      });
      await call('DELETE', '/proxies/shown');
    });
  }
}

test('by the keyboard alone', async () => {
  await call('POST', '/proxies', { scenario: 'allow', id: 'keys' });
  await onPage({ width: 1000 }, async (page) => {
    await page.locator('#proxies a').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.hash), '#keys');
    await page.keyboard.press('Enter');
    await page.getByText('Waiting for a client.').waitFor();
  });
  await call('DELETE', '/proxies/keys');
});

test('without JavaScript it is a list', async () => {
  await call('POST', '/proxies', { scenario: 'acl-deny-403', id: 'plain' });
  const { page, close } = await open(browser, { width: 360, javaScript: false });
  await page.goto(url);
  assert.ok(await page.locator('noscript p').isVisible());
  assert.ok(!(await page.locator('#make').isVisible()));
  assert.ok(await page.getByRole('link', { name: 'capture' }).isVisible());
  await page.locator('#proxies a', { hasText: 'plain' }).first().click();
  assert.equal(await page.locator('h1').innerText(), 'plain');
  await close();
  await call('DELETE', '/proxies/plain');
});

/** Nodes of the document, and bytes of the script's heap behind a collection. */
async function weight(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { nodes, bytes: usedSize };
}

test('two tabs, left open for a day, while ten thousand events pour in', async (t) => {
  const proxy = await call('POST', '/proxies', { scenario: 'allow', id: 'many', capture: false });
  const target = new URL(proxy.proxy_url);
  const { connect } = await import('node:net');
  const one = () => new Promise((resolve) => {
    const socket = connect(target.port, target.hostname, () => socket.end('GET http://nowhere.test/ HTTP/1.1\r\nHost: nowhere.test\r\n\r\n'));
    socket.resume().on('close', resolve).on('error', resolve);
  });
  const pour = async (rounds) => { for (let i = 0; i < rounds; i += 1) await Promise.all(Array.from({ length: 20 }, one)); };
  await onPage({ width: 1000 }, async (left) => {
    await onPage({ width: 360 }, async (right) => {
      for (const page of [left, right]) {
        await page.clock.install();
        await page.locator('#proxies a', { hasText: 'many' }).click();
      }
      await pour(50);
      for (const page of [left, right]) await page.getByText('older connections are left out').waitFor();
      const before = await Promise.all([left, right].map(weight));
      for (const page of [left, right]) await page.clock.fastForward('24:00:00');
      const began = Date.now();
      const had = (await call('GET', '/proxies/many')).events;
      await pour(100);
      const { events } = await call('GET', '/proxies/many');
      t.diagnostic(`${Math.round((events - had) * 1000 / (Date.now() - began))} events a second`);
      assert.ok(events >= 12_000);
      const last = await (await fetch(`${url}/proxies/many/ladder?part=1`)).text();
      assert.ok(last.length < 500_000, `${last.length} bytes`);
      for (const [index, page] of [left, right].entries()) {
        await page.clock.runFor(5_000);
        await page.getByText('older connections are left out').waitFor();
        const now = await weight(page);
        assert.ok(now.nodes < before[index].nodes * 2 + 5_000, `${now.nodes} nodes after ${before[index].nodes}`);
        assert.ok(now.bytes < before[index].bytes * 2 + 8e6, `${now.bytes} bytes after ${before[index].bytes}`);
      }
      assert.equal(await left.locator('#ladders').innerText(), await right.locator('#ladders').innerText());
    });
  });
  await call('DELETE', '/proxies/many');
});

test('beyond loopback the page asks for the token, and shows nothing before', async () => {
  served.kill();
  await serve('--api=0.0.0.0:0', '--allow-client', '127.0.0.1');
  await onPage({ width: 360 }, async (page) => {
    await page.getByLabel('This API wants its token').waitFor();
    assert.equal(await page.locator('#proxies a').count(), 0);
    await page.getByLabel('This API wants its token').fill(token);
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByText('Nothing is wrong in it.').waitFor();
  });
});
