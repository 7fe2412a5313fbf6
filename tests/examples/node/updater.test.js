import assert from 'node:assert';
import { test } from 'node:test';

import { ApiError, serve, withProxy } from 'misproxy';

import { update } from './updater.js';

const url = 'https://tools.cisco.com/bytes/300000';

test('an update is whole', () => withProxy('allow', async (proxy) => {
  assert.equal((await update(url, proxy.url, proxy.caPem)).length, 300000);
  await proxy.waitFor('closed');
  assert.ok((await proxy.verdict()).healthy);
}));

test('a denial is told', () => withProxy('acl-deny-403', async (proxy) => {
  await assert.rejects(update(url, proxy.url, proxy.caPem), /denied: the proxy says 403/);
  const [request] = await proxy.waitFor('request');
  assert.equal(request.target, 'tools.cisco.com:443');
  await proxy.waitFor('closed');
  assert.equal((await proxy.verdict()).id, 'proxy-denied');
}));

test('a truncated download is no update', () => withProxy('truncated-download', async (proxy) => {
  await assert.rejects(update(proxy.target, proxy.url, proxy.caPem), /broken|socket|aborted/);
}));

test('who is not to be trusted is not believed', () => withProxy('inspection-untrusted', async (proxy) => {
  await assert.rejects(update(proxy.target, proxy.url, proxy.caPem), /self-signed/);
}));

test('a fault is turned off, and a mistake has its place', async () => {
  const proxy = await serve('acl-deny-403');
  await proxy.disable('acl-deny');
  assert.equal((await update(url, proxy.url, proxy.caPem)).length, 300000);
  await proxy.close();
  await assert.rejects(serve('acl-deny'), (error) => error instanceof ApiError && error.type === 'no-such-scenario');
});
