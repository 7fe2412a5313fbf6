// The page that `misproxy serve --api` serves: proxies, a scenario's text with what `check` says, and what happens.
// All that it shows comes from the API, which it asks; nothing here is kept longer than it is shown.
import { makeEditor } from './editor.js';

const kLook = 1000; // ms between two looks at the proxy that is shown
const kList = 5000; // and at the list
const kVerdict = 1500; // so long nothing may have come before a verdict is asked for

const at = (id) => document.getElementById(id);
let token = sessionStorage.getItem('token') ?? '';
let scenarioSchema = null;
let editor = null;
let shown = null; // { id, etag, changed, judged }

/** Asks the API; what it refuses is thrown, with its status and what it says. */
async function ask(method, path, { body, type, headers = {} } = {}) {
  const answer = await fetch(path, {
    method,
    body,
    headers: {
      ...headers,
      ...(type ? { 'Content-Type': type } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
  });
  at('token').hidden = answer.status !== 401;
  if (answer.ok || answer.status === 304) return answer;
  const problem = await answer.json().catch(() => ({ detail: answer.statusText }));
  throw Object.assign(new Error(problem.detail), { status: answer.status, problem });
}
const askJson = async (...words) => (await ask(...words)).json();

function say(error) {
  at('problem').textContent = error ? (error.status ? error.message : `misproxy does not answer: ${error.message}`) : '';
}

/** Does it, and says where it fails. */
const trying = (act) => async (...words) => {
  try {
    await act(...words);
    say(null);
  } catch (error) {
    say(error);
  }
};

function element(name, words = {}, ...children) {
  const made = Object.assign(document.createElement(name), words);
  made.append(...children);
  return made;
}

// --- the list

async function lookAtList() {
  const { proxies } = await askJson('GET', '/proxies');
  const items = proxies.map((proxy) => {
    const link = element('a', { href: `#${encodeURIComponent(proxy.id)}` }, proxy.id,
      element('small', { textContent: `${proxy.title ?? proxy.scenario} - ${proxy.proxy}` }));
    if (shown?.id === proxy.id) link.setAttribute('aria-current', 'true');
    return element('li', {}, link);
  });
  if (items.length === 0) items.push(element('li', { className: 'quiet', textContent: 'None yet.' }));
  const list = at('proxies');
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
  list.replaceChildren(...items);
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  return proxies;
}

// --- the proxy that is shown

async function show(id) {
  const proxy = await askJson('GET', `/proxies/${encodeURIComponent(id)}`);
  shown = { id, etag: '', changed: 0, judged: true };
  at('nothing').hidden = true;
  at('proxy').hidden = false;
  at('proxy-title').textContent = proxy.id;
  at('proxy-about').textContent = `${proxy.title} - listens on ${proxy.proxy}`;
  at('curl').textContent = proxy.curl;
  at('state').textContent = 'Waiting for a client.';
  at('ladders').replaceChildren();
  at('verdict').className = 'verdict';
  at('verdict').replaceChildren(element('p', { className: 'quiet', textContent: 'No verdict yet: nothing has come.' }));
  for (const what of ['capture', 'har', 'trace', 'bundle']) {
    at(`get-${what}`).href = `/proxies/${encodeURIComponent(id)}/${what}`;
    at(`get-${what}`).download = `${id}.${{ capture: 'pcapng', har: 'har', trace: 'jsonl', bundle: 'zip' }[what]}`;
  }
  at('get-capture').hidden = !proxy.capture;
  at('faults').replaceChildren(...proxy.faults.map((fault) => faultSwitch(id, fault)));
  await lookAtList();
  await lookAtProxy();
}

function faultSwitch(id, fault) {
  const box = element('input', { type: 'checkbox', checked: fault.enabled });
  box.addEventListener('change', trying(() => ask('PATCH', `/proxies/${encodeURIComponent(id)}/faults/${encodeURIComponent(fault.id)}`,
    { body: JSON.stringify({ enabled: box.checked }), type: 'application/json' })));
  return element('label', {}, box, ` fault ${fault.id} `);
}

function showNothing() {
  shown = null;
  at('proxy').hidden = true;
  at('nothing').hidden = false;
}

async function lookAtProxy() {
  if (!shown) return;
  const looked = shown;
  const path = `/proxies/${encodeURIComponent(looked.id)}`;
  let answer;
  try {
    answer = await ask('GET', `${path}/ladder?part=1`, { headers: looked.etag ? { 'If-None-Match': looked.etag } : {} });
  } catch (error) {
    if (error.status === 404) showNothing();
    throw error;
  }
  if (looked !== shown) return;
  if (answer.status !== 304) {
    looked.etag = answer.headers.get('ETag');
    const ladders = element('template');
    ladders.innerHTML = await answer.text(); // misproxy has escaped it, and the policy runs no script of it
    const open = new Map([...at('ladders').querySelectorAll('details')].map((each) => [each.id, each.open]));
    for (const each of ladders.content.querySelectorAll('details')) each.open = open.get(each.id) ?? each.open;
    at('ladders').replaceChildren(ladders.content);
    const events = Number(answer.headers.get('X-Events'));
    if (events > 0) at('state').textContent = `${events} events`;
    looked.changed = performance.now();
    looked.judged = events === 0;
  }
  if (!looked.judged && performance.now() - looked.changed > kVerdict) {
    looked.judged = true;
    showVerdict(await askJson('GET', `${path}/verdict`).catch((error) => {
      if (error.status === 409) return null; // it keeps no capture
      throw error;
    }));
  }
}

function showVerdict(verdict) {
  const place = at('verdict');
  if (!verdict) {
    place.replaceChildren(element('p', { className: 'quiet', textContent: 'No verdict: this proxy keeps no capture.' }));
    return;
  }
  const sure = verdict.confidence !== 'ambiguous';
  const outcome = verdict.healthy ? (sure ? 'works' : 'untold') : verdict.id === 'not-enough-evidence' ? 'untold' : 'fails';
  place.className = `verdict ${outcome}`;
  place.replaceChildren(
    element('p', { className: outcome }, element('span', { className: 'badge', textContent: verdict.id }), ` ${verdict.confidence}`),
    element('p', { className: 'headline', textContent: verdict.headline }),
    ...(verdict.alternatives.length ? [element('p', { className: 'quiet', textContent: `It could also be: ${verdict.alternatives.join(', ')}` })] : []),
  );
}

// --- a new one

async function check(text) {
  if (text.trim() === '') return told([]);
  try {
    const { diagnostics } = await askJson('POST', '/check', { body: text, type: 'application/toml' });
    return told(diagnostics, true);
  } catch (error) {
    say(error);
    return [];
  }
}

function told(diagnostics, good = false) {
  const items = diagnostics.slice(0, 20).map((each) => {
    const go = element('button', { type: 'button', textContent: `line ${each.line}` });
    go.addEventListener('click', () => editor.go(each.line, each.column));
    return element('li', { className: each.severity }, go, ` ${each.severity}: ${each.message}${each.hint ? ` (${each.hint})` : ''}`);
  });
  if (good && items.length === 0) items.push(element('li', { className: 'good', textContent: 'Nothing is wrong in it.' }));
  at('diagnostics').replaceChildren(...items);
  at('start').disabled = diagnostics.some((each) => each.severity === 'error');
  return diagnostics;
}

async function fillScenarios() {
  const { scenarios } = await askJson('GET', '/scenarios');
  const live = scenarios.filter((each) => each.live);
  const layers = [...new Set(live.map((each) => each.layer))];
  at('scenario').replaceChildren(...layers.map((layer) => {
    const group = element('optgroup', { label: layer });
    group.append(...live.filter((each) => each.layer === layer).map((each) => element('option', { value: each.id, textContent: each.id })));
    return group;
  }));
  const teach = trying(async () => {
    const chosen = live.find((each) => each.id === at('scenario').value);
    at('teaches').textContent = chosen ? chosen.title : '';
    editor.set(await (await ask('GET', `/scenarios/${encodeURIComponent(at('scenario').value)}`)).text());
  });
  at('scenario').addEventListener('change', teach);
  at('scenario').value = live.some((each) => each.id === 'acl-deny-403') ? 'acl-deny-403' : live[0].id;
  await teach();
}

at('make').addEventListener('submit', (event) => {
  event.preventDefault();
  trying(async () => {
    try {
      const proxy = await askJson('POST', '/proxies', { body: editor.text(), type: 'application/toml' });
      location.hash = encodeURIComponent(proxy.id);
    } catch (error) {
      if (error.problem?.diagnostics) told(error.problem.diagnostics);
      throw error;
    }
  })();
});

// --- what is pressed

at('stop').addEventListener('click', trying(async () => {
  await ask('DELETE', `/proxies/${encodeURIComponent(shown.id)}`);
  showNothing();
  history.replaceState(null, '', location.pathname);
  await lookAtList();
}));
at('reset').addEventListener('click', trying(() => ask('POST', `/proxies/${encodeURIComponent(shown.id)}/reset`)));
at('copy').addEventListener('click', async () => {
  const command = at('curl');
  try {
    await navigator.clipboard.writeText(command.textContent);
    at('copy').textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(command); // beyond loopback there is no clipboard without TLS
    at('copy').textContent = 'Press Ctrl-C';
  }
  setTimeout(() => { at('copy').textContent = 'Copy'; }, 2000);
});
for (const link of document.querySelectorAll('a[download]')) {
  link.addEventListener('click', (event) => {
    if (!token) return; // a link cannot bring it
    event.preventDefault();
    trying(async () => {
      const url = URL.createObjectURL(await (await ask('GET', link.getAttribute('href'))).blob());
      element('a', { href: url, download: link.download }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    })();
  });
}
at('token').addEventListener('submit', (event) => {
  event.preventDefault();
  token = new FormData(event.target).get('token').trim();
  sessionStorage.setItem('token', token);
  trying(begin)();
});

// --- from time to time, while somebody looks

async function showByAddress() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (id) await show(id);
}

/** One look at a time, however long it takes: a tab that is hidden looks at nothing. */
async function lookAgain(act, every) {
  if (document.visibilityState === 'visible' && at('token').hidden) await trying(act)();
  setTimeout(() => lookAgain(act, every), every);
}

async function begin() {
  await lookAtList();
  scenarioSchema ??= await askJson('GET', '/schema');
  editor ??= makeEditor(at('editor'), { label: 'The scenario, in TOML', check, schema: () => scenarioSchema, changed: () => {} });
  if (at('scenario').options.length === 0) await fillScenarios();
  await showByAddress();
}

addEventListener('hashchange', trying(showByAddress));
trying(begin)().then(() => {
  lookAgain(lookAtProxy, kLook);
  lookAgain(lookAtList, kList);
});
