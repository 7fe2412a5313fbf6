// What the updater does when its proxy misbehaves. The updater is that of ../node.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scenarios, serve } from 'misproxy';

import { update } from './updater.js';

const url = 'https://tools.cisco.com/bytes/300000';

describe('through a proxy that allows', () => {
  let proxy;
  beforeEach(async () => { proxy = await serve('allow'); });
  afterEach(() => proxy.close());

  test('an update is whole', async () => {
    expect(await update(url, proxy.url, proxy.caPem)).toHaveLength(300000);
    await proxy.waitFor('closed');
    expect(await proxy.verdict()).toMatchObject({ id: 'healthy', healthy: true });
  });

  test('what was asked stands in the HAR', async () => {
    await update(url, proxy.url, proxy.caPem);
    const { log } = await proxy.har();
    expect(log.entries.map((each) => each.request.method)).toEqual(['CONNECT', 'GET']);
    expect(log.entries[1].request.url).toBe(url);
  });
});

const denials = await scenarios({ layer: 'reply', verdict: 'proxy-denied' });
test.each(denials)('no update comes through %s', async (id) => {
  const proxy = await serve(id);
  try {
    await expect(update(proxy.target, proxy.url, proxy.caPem)).rejects.toThrow();
  } finally {
    await proxy.close();
  }
});
