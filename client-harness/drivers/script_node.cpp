#include "drivers/client_scripts.hpp"

namespace misproxy::scripts {

const std::string_view kNode = R"(
const http = require('http'), https = require('https'), env = process.env;
const url = new URL(env.MISPROXY_URL), proxy = new URL(env.MISPROXY_PROXY_URL), method = env.MISPROXY_METHOD;
const fail = error => { console.log(`error: ${error.code || error.name}: ${error.message}`); process.exit(1); };
const headers = proxy.username ? {'Proxy-Authorization': 'Basic ' + Buffer.from(
  decodeURIComponent(proxy.username) + ':' + decodeURIComponent(proxy.password)).toString('base64')} : {};
const body = method === 'POST' ? Buffer.alloc(Number(env.MISPROXY_BODY_BYTES), ' ') : undefined;
const take = reply => {
  let bytes = 0;
  reply.on('data', piece => bytes += piece.length).on('error', fail);
  reply.on('end', () => { console.log(`said: status=${reply.statusCode} bytes=${bytes}`); process.exit(0); });
};
const at = {host: proxy.hostname, port: proxy.port || 80};
if (url.protocol === 'http:') {
  http.request({...at, path: url.href, method, headers: {...headers, Host: url.host}}, take).on('error', fail).end(body);
} else {
  const target = `${url.hostname}:${url.port || 443}`;
  http.request({...at, method: 'CONNECT', path: target, headers: {...headers, Host: target}}).on('error', fail)
    .on('connect', (reply, socket) => {
      if (reply.statusCode !== 200) fail(new Error(`the proxy answers CONNECT with ${reply.statusCode}`));
      https.request(url, {socket, agent: false, method}, take).on('error', fail).end(body);
    })
    .on('response', reply => fail(new Error(`the proxy answers CONNECT with ${reply.statusCode}`))).end();
}
)";

const std::string_view kUndici = R"(
const {request, ProxyAgent} = require('undici'), env = process.env;
const proxy = new URL(env.MISPROXY_PROXY_URL);
const token = proxy.username ? 'Basic ' + Buffer.from(
  decodeURIComponent(proxy.username) + ':' + decodeURIComponent(proxy.password)).toString('base64') : undefined;
const method = env.MISPROXY_METHOD;
(async () => {
  const reply = await request(env.MISPROXY_URL, {method, dispatcher: new ProxyAgent({uri: proxy.origin, token}),
    body: method === 'POST' ? Buffer.alloc(Number(env.MISPROXY_BODY_BYTES), ' ') : undefined});
  const bytes = (await reply.body.arrayBuffer()).byteLength;
  console.log(`said: status=${reply.statusCode} bytes=${bytes}`);
  process.exit(0);
})().catch(error => { console.log(`error: ${error.code || error.name}: ${error.message}`); process.exit(1); });
)";

const std::string_view kHttpsProxyAgent = R"(
const https = require('https'), env = process.env, found = require('https-proxy-agent');
const Agent = found.HttpsProxyAgent || found, method = env.MISPROXY_METHOD;
const fail = error => { console.log(`error: ${error.code || error.name}: ${error.message}`); process.exit(1); };
const body = method === 'POST' ? Buffer.alloc(Number(env.MISPROXY_BODY_BYTES), ' ') : undefined;
https.request(env.MISPROXY_URL, {method, agent: new Agent(env.MISPROXY_PROXY_URL)}, reply => {
  let bytes = 0;
  reply.on('data', piece => bytes += piece.length).on('error', fail);
  reply.on('end', () => { console.log(`said: status=${reply.statusCode} bytes=${bytes}`); process.exit(0); });
}).on('error', fail).end(body);
)";

const std::string_view kAxios = R"(
const axios = require('axios'), env = process.env, method = env.MISPROXY_METHOD;
axios({url: env.MISPROXY_URL, method, responseType: 'arraybuffer',
  data: method === 'POST' ? Buffer.alloc(Number(env.MISPROXY_BODY_BYTES), ' ') : undefined}).then(reply => {
  console.log(`said: status=${reply.status} bytes=${reply.data.length}`);
  process.exit(0);
}).catch(error => {
  if (error.response) console.log(`said: status=${error.response.status}`);
  console.log(`error: ${error.code || error.name}: ${error.message}`);
  process.exit(1);
});
)";

}  // namespace misproxy::scripts
