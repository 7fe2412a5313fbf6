// Every member of the fixture, as a test in TypeScript uses it: it is compiled, and run.

import { ApiError, Proxy, scenarios, serve, withProxy } from 'misproxy';
import type { Event, Filter, Har, Options, Verdict } from 'misproxy';

const options: Options = { seed: 3, port: 0, capture: true };
const proxy: Proxy = await serve('acl-deny-403', options);

const told: string[] = [proxy.id, proxy.scenario, proxy.url, proxy.host, proxy.ca, proxy.caPem, proxy.target, proxy.curl];
const port: number = proxy.port;
const environment: Record<string, string | undefined> = proxy.env();
const bare: Record<string, string | undefined> = proxy.env({ PATH: undefined });
if (told.some((each) => each === '') || port === 0) throw new Error('something is not told');
if (environment['https_proxy'] !== proxy.url || bare['SSL_CERT_FILE'] !== proxy.ca) throw new Error('no proxy');

await fetch(`${proxy.url}/`).catch(() => undefined); // the proxy refuses what is no proxy's request
const filter: Filter = { cause: 'peer', connection: 1, after: 0 };
const [request]: Event[] = await proxy.waitFor('request', { ...filter, count: 1, timeoutMs: 5000 });
if (request?.origin !== 'peer' || request.fault !== undefined) throw new Error('no request');
const events: Event[] = await proxy.events(undefined, filter);
const next: number = events[0]?.number ?? 0;

const trace: string = await proxy.trace();
const digest: string = await proxy.digest();
const har: Har = await proxy.har();
const url: string | undefined = har.log.entries[0]?.request.url;
const verdict: Verdict = await proxy.verdict();
const named: string[] = [verdict.id, verdict.confidence, verdict.headline, ...verdict.alternatives];
const healthy: boolean = verdict.healthy;
const files: Uint8Array[] = [await proxy.capture(), await proxy.bundle()];
if (!trace || digest.length !== 64 || !url || !named[0] || healthy || files.some((each) => each.length === 0) || next === 0)
  throw new Error('something was not seen');

await proxy.disable('acl-deny');
await proxy.enable('acl-deny');
await proxy.reset();
await proxy.close();

const ids: string[] = await scenarios({ layer: 'reply', verdict: 'proxy-denied' });
const length: number = await withProxy(
  { schema: 1, about: { id: 'own', title: 't', teaches: 'u' }, origin: [{ host: 'tools.cisco.com' }] },
  async (own: Proxy) => own.id.length,
);
if (ids.length === 0 || length !== 3) throw new Error('no scenario');
try {
  await serve('no-such');
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  const problem: Record<string, unknown> = error.problem;
  const words: [number, string] = [error.status, error.type];
  if (words[0] !== 404 || words[1] !== 'no-such-scenario' || !problem['detail']) throw error;
}
