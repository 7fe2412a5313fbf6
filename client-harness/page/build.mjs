// Bundles the editor: `npm ci && npm run build`. What it makes is checked in, so that a build of misproxy needs
// neither npm nor a network; a test makes it anew and compares.
import { build } from 'esbuild';

await build({
  entryPoints: ['editor.mjs'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: '/* Made by build.mjs from editor.mjs with CodeMirror and Lezer, MIT licence, (c) Marijn Haverbeke and others */' },
  outfile: process.argv[2] ?? 'dist/editor.js',
});
