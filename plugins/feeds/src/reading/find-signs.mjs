/**
 * What the parser leaves out and we need. Found in the raw text by bounded patterns: a feed that forges them only speaks for itself.
 */
const HEAD = 65_536;
const MAX_TOMBSTONES = 500;

const attributeOf = (/** @type {string} */ tag, /** @type {string} */ name) => new RegExp(`\\s${name}\\s*=\\s*["']([^"']{0,2000})["']`, 'i').exec(tag)?.[1];

/** The part before the first entry. @param {string} text */
const headOf = (text) => {
  const first = text.slice(0, HEAD).search(/<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]/i);
  return text.slice(0, first === -1 ? HEAD : first);
};

/** RFC 6721, "deleted-entry". @param {string} text */
const tombstonesIn = (text) => {
  if (!text.includes('http://purl.org/atompub/tombstones/1.0')) return [];
  const found = [];
  for (const [tag] of text.matchAll(/<(?:[\w.-]{1,40}:)?deleted-entry\s[^>]{1,4000}>/gi)) {
    const id = attributeOf(tag, 'ref');
    if (id) found.push(id);
    if (found.length === MAX_TOMBSTONES) break;
  }
  return found;
};

/** @param {string} head */
const robotsIn = (head) => {
  for (const [tag] of head.matchAll(/<(?:[\w.-]{1,40}:)?meta\s[^>]{1,1000}>/gi)) {
    if (/^robots$/i.test(attributeOf(tag, 'name') ?? '')) return attributeOf(tag, 'content')?.toLowerCase();
  }
  return undefined;
};

/**
 * @param {string} text
 * @returns {{ tombstones: string[], robots?: string, restricted?: true, skipHours: number[], skipDays: string[] }}
 */
export const findSigns = (text) => {
  const head = headOf(text);
  const robots = robotsIn(head);
  // feedsmith 3.0.1 drops skipHours and skipDays that hold a single value, so both are read here.
  const inside = (/** @type {string} */ name) => new RegExp(`<${name}>([^]{0,4000}?)</${name}>`, 'i').exec(text.slice(0, HEAD) + text.slice(-HEAD))?.[1] ?? '';
  return {
    tombstones: tombstonesIn(text),
    ...(robots === undefined ? {} : { robots }),
    // Feed Access Control 1.0 (Bloglines): "deny" asks aggregators to keep the feed out of public listings.
    ...(/<(?:[\w.-]{1,40}:)?restriction\s[^>]{0,200}relationship\s*=\s*["']deny["']/i.test(head) ? { restricted: true } : {}),
    skipHours: [...inside('skipHours').matchAll(/<hour>\s*(\d{1,2})\s*<\/hour>/gi)].map((match) => Number(match[1])),
    skipDays: [...inside('skipDays').matchAll(/<day>\s*([a-z]{6,9})\s*<\/day>/gi)].map((match) => String(match[1]).toLowerCase()),
  };
};
