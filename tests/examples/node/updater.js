// A small updater: it fetches a file through a proxy's tunnel.

import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

function tunnel(proxy, host, timeoutMs) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${host}:443`, timeout: timeoutMs });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`denied: the proxy says ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error('timeout: the proxy does not answer')));
    request.once('error', reject);
    request.end();
  });
}

export async function update(url, proxyUrl, ca, { timeoutMs = 5000 } = {}) {
  const { hostname, pathname } = new URL(url);
  const socket = await tunnel(new URL(proxyUrl), hostname, timeoutMs);
  return new Promise((resolve, reject) => {
    const createConnection = () => tls.connect({ socket, servername: hostname, ca });
    const request = https.get({ host: hostname, path: pathname, createConnection, timeout: timeoutMs }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve(Buffer.concat(pieces)));
      response.on('error', (error) => reject(new Error(`broken: ${error.message}`)));
    });
    request.once('timeout', () => request.destroy(new Error('timeout: nothing comes any more')));
    request.once('error', reject);
  });
}
