// What the editor offers, by the schema that the program prints.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { completionsAt, pathAt } from '../editor/completion.mjs';

const schema = JSON.parse(execFileSync(process.env.MISPROXY, ['schema']));
const labels = (above, before) => completionsAt(schema, above, before).options.map((each) => each.label);

test('tables, by their headers', () => {
  assert.deepEqual(['about', 'fault', 'origin'].filter((each) => !labels('', '[').includes(each)), []);
});

test('keys of the table in which the line stands', () => {
  assert.deepEqual(labels('[about]\n', ''), ['id', 'title', 'teaches', 'article']);
  assert.ok(labels('[[fault]]\n', 'when = { po').includes('point'));
  assert.ok(labels('[[fault]]\n', 'do = { respond = { status = 403, ').includes('reason'));
});

test('values, with their quotes', () => {
  assert.ok(labels('[[fault]]\n', 'when = { point = "re').includes('"request-head"'));
  assert.deepEqual(labels('[proxy]\n', 'listens = ').slice(0, 2), ['true', 'false']);
});

test('an inline table that is closed is left again', () => {
  assert.deepEqual(pathAt('[[fault]]\n', 'when = { host = "}{" }, do = { close = {'), ['fault', 'do', 'close']);
});

test('comments are nobody\'s keys', () => {
  assert.equal(completionsAt(schema, '', '# wh'), null);
});
