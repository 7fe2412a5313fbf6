// What may stand at a place of a scenario, by its JSON schema.

/** The keys from the file's beginning to the table in which the line stands: `['fault', 'when']`. */
export function pathAt(above, before) {
  let path = [];
  for (const line of above.split('\n')) {
    const header = /^\s*\[\[?\s*([\w.-]+)\s*\]?\]/.exec(line);
    if (header) path = header[1].split('.');
  }
  // Inline tables that the line has opened and not closed: `when = { point = `.
  const open = [];
  let key = '';
  for (const part of before.matchAll(/"(?:[^"\\]|\\.)*"?|[\w-]+(?=\s*=)|[{}]/g)) {
    if (part[0] === '{') open.push(key);
    else if (part[0] === '}') open.pop();
    else if (!part[0].startsWith('"')) key = part[0];
  }
  return path.concat(open);
}

/** The schemas that a path may lead to: a key may have several. */
function schemasAt(schema, path) {
  let found = [schema];
  for (const key of path) {
    found = found.flatMap(spread).map((each) => each.properties?.[key]).filter(Boolean);
  }
  return found.flatMap(spread);
}

/** Itself, what its items are, and what it may be instead. */
function spread(schema) {
  const more = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? []), ...(schema.items ? [schema.items] : [])];
  return [schema, ...more.flatMap(spread)];
}

function valuesOf(schema) {
  if (schema.enum) return schema.enum.map((value) => ({ value, info: schema['x-taplo']?.docs?.enumValues?.[schema.enum.indexOf(value)] }));
  if (schema.const !== undefined) return [{ value: schema.const }];
  if (schema.type === 'boolean') return [{ value: true }, { value: false }];
  return schema.default === undefined ? [] : [{ value: schema.default, info: 'what holds where it is absent' }];
}

function unique(options) {
  return [...new Map(options.map((each) => [each.label, each])).values()];
}

/** What has been typed of it, and what it may become; nothing where nothing is known. */
export function completionsAt(schema, above, before) {
  if (!schema || /^\s*#/.test(before)) return null;
  const header = /^\s*\[\[?\s*([\w.-]*)$/.exec(before);
  if (header) {
    const tables = Object.keys(schema.properties).filter((name) => spread(schema.properties[name]).some((each) => each.properties));
    return { typed: header[1], options: tables.map((label) => ({ label, type: 'class' })) };
  }
  const path = pathAt(above, before);
  const value = /([\w-]+)\s*=\s*("?[\w-]*)$/.exec(before);
  if (value) {
    const options = schemasAt(schema, [...path, value[1]]).flatMap(valuesOf)
      .map((each) => ({ label: JSON.stringify(each.value), info: each.info, type: 'constant' }));
    return { typed: value[2], options: unique(options) };
  }
  const typed = /[\w-]*$/.exec(before)[0];
  const options = schemasAt(schema, path).flatMap((each) => Object.entries(each.properties ?? {}))
    .map(([label, each]) => ({ label, type: 'property', detail: each.type, info: each.description }));
  return { typed, options: unique(options) };
}
