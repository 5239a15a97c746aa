// Leaves out what our pages never use: vendor classes outside KEEP and custom properties nobody reads.
//
// The vendor bundle holds every variant of every component (button hints, house-number sizes, ...) and 2 700 design
// tokens. KEEP lists the classes our templates may use; docs/frontend.md says to add a class here before using it.
const KEEP = new Set([
  "utrecht-button",
  "utrecht-button--primary-action",
  "utrecht-button--secondary-action",
  "utrecht-button--small",
  "utrecht-button--subtle",
  "utrecht-button--danger",
  "utrecht-checkbox",
  "utrecht-checkbox--html-input",
  "utrecht-link",
  "utrecht-link--html-a",
  "utrecht-paragraph",
  "utrecht-paragraph--lead",
  "utrecht-paragraph--small",
  "utrecht-radio-button",
  "utrecht-radio-button--html-input",
  "utrecht-select",
  "utrecht-select--html-select",
  "utrecht-select--invalid",
  "utrecht-skip-link",
  "utrecht-skip-link--visible-on-focus",
  "utrecht-table",
  "utrecht-table--html-table",
  "utrecht-textarea",
  "utrecht-textarea--html-textarea",
  "utrecht-textarea--invalid",
  "utrecht-textbox",
  "utrecht-textbox--html-input",
  "utrecht-textbox--invalid",
]);

/** Split CSS text into nested blocks: [{head, body: string | blocks}]. Comments are dropped, licences kept apart. */
function parse(text) {
  const blocks = [];
  let at = 0;
  let start = 0;
  while (at < text.length) {
    const sign = text[at];
    if (sign === '"' || sign === "'") {
      at = endOfString(text, at);
    } else if (sign === ";") {
      blocks.push({ head: text.slice(start, at + 1).trim(), body: null });
      start = at += 1;
    } else if (sign === "{") {
      const close = matching(text, at);
      const head = text.slice(start, at).trim();
      const inner = text.slice(at + 1, close);
      blocks.push({ head, body: head.startsWith("@") && /@(media|layer|supports)/.test(head) ? parse(inner) : inner });
      start = at = close + 1;
    } else {
      at += 1;
    }
  }
  return blocks;
}

function endOfString(text, from) {
  let at = from + 1;
  while (text[at] !== text[from]) at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function matching(text, open) {
  let depth = 0;
  let at = open;
  while (at < text.length) {
    if (text[at] === '"' || text[at] === "'") {
      at = endOfString(text, at);
      continue;
    }
    if (text[at] === "{") depth += 1;
    if (text[at] === "}" && (depth -= 1) === 0) return at;
    at += 1;
  }
  throw new Error("unbalanced CSS");
}

/** Cut at commas outside brackets and strings. */
function split(text, sign) {
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"' || text[at] === "'") at = endOfString(text, at) - 1;
    else if ("([".includes(text[at])) depth += 1;
    else if (")]".includes(text[at])) depth -= 1;
    else if (text[at] === sign && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim()).filter(Boolean);
}

function wanted(selector) {
  // Classes inside :not() do not have to exist for the rule to apply.
  const positive = selector.replace(/:not\((?:[^()]|\([^()]*\))*\)/g, "");
  const classes = positive.match(/\.utrecht-[a-zA-Z0-9_-]+/g) ?? [];
  return classes.every((name) => KEEP.has(name.slice(1)));
}

function pruneSelectors(blocks) {
  return blocks.flatMap((block) => {
    if (Array.isArray(block.body)) {
      const body = pruneSelectors(block.body);
      return body.length > 0 ? [{ ...block, body }] : [];
    }
    if (block.body === null || block.head.startsWith("@")) return [block];
    const selectors = split(block.head, ",").filter(wanted);
    return selectors.length > 0 ? [{ ...block, head: selectors.join(", ") }] : [];
  });
}

function declarations(blocks) {
  return blocks.flatMap((block) =>
    Array.isArray(block.body)
      ? declarations(block.body)
      : (block.body === null ? [] : split(block.body, ";")).map((text) => {
          const colon = text.indexOf(":");
          return { name: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
        }),
  );
}

/** Which custom properties are read, directly or through other custom properties that are read. */
function readProperties(blocks) {
  const all = declarations(blocks);
  const readBy = (value) => value.match(/--[a-zA-Z0-9_-]+/g) ?? [];
  const read = new Set(all.filter((one) => !one.name.startsWith("--")).flatMap((one) => readBy(one.value)));
  for (let before = -1; before !== read.size; ) {
    before = read.size;
    for (const one of all) if (read.has(one.name)) readBy(one.value).forEach((name) => read.add(name));
  }
  return read;
}

function write(blocks, read) {
  return blocks
    .map((block) => {
      if (Array.isArray(block.body)) {
        const inner = write(block.body, read);
        return inner.trim() ? `${block.head} {\n${inner}\n}` : "";
      }
      if (block.body === null) return block.head;
      const kept = split(block.body, ";").filter((text) => {
        const name = text.slice(0, text.indexOf(":")).trim();
        return !name.startsWith("--") || read.has(name);
      });
      return kept.length > 0 ? `${block.head} {\n${kept.join(";\n")};\n}` : "";
    })
    .filter(Boolean)
    .join("\n");
}

export function pruneCss(css) {
  const licence =
    "/*! Component CSS of the Utrecht library and the Voorbeeld design tokens: EUPL-1.2, " +
    "(c) 2020-2024 Frameless B.V., (c) 2021-2024 Gemeente Utrecht; pruned by Stageroute. */\n";
  const blocks = pruneSelectors(parse(css.replace(/\/\*[\s\S]*?\*\//g, "")));
  return licence + write(blocks, readProperties(blocks));
}
