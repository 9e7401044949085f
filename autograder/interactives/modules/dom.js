// What every interactive is made of: elements, and numbers in words.
const made = (space) => (tag, attributes = {}, ...children) => {
  const node = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
};
const h = made("http://www.w3.org/1999/xhtml");
const s = made("http://www.w3.org/2000/svg");

const fixed = (value, digits) => value.toFixed(digits).replace(/^-(?=.*[1-9])/, "\u2212").replace(/^-/, "");
const percent = (share, digits = 0) => `${fixed(100 * share, digits)}\u00a0%`;
const words = (x, y, text, anchor = "start", kind = "quiet") =>
  s("text", { x, y, "text-anchor": anchor, class: kind }, text);
