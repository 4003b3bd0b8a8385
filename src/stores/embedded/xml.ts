/** The little XML and encoding that S3's answers and the bodies of a few requests need. */
import { Refusal } from './refusal.ts';

/** A name and what is in it; a list repeats the element, and undefined leaves it out. */
export type XmlValue = string | number | boolean | undefined | { readonly [name: string]: XmlValue | readonly XmlValue[] };

/** One document. */
export function toXml(root: string, value: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, value)}`;
}

function element(name: string, value: XmlValue | readonly XmlValue[]): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((each) => element(name, each)).join('');
  const inside =
    typeof value === 'object'
      ? Object.entries(value)
          .map(([child, of]) => element(child, of))
          .join('')
      : escapeText(String(value));
  return `<${name}>${inside}</${name}>`;
}

function isList(value: XmlValue | readonly XmlValue[]): value is readonly XmlValue[] {
  return Array.isArray(value);
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'\r\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const NAMED: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The texts of all elements of a name, in order. Enough for what S3's clients send: no attributes, no comments, no CDATA. */
export function textsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, named?: string) => {
      if (named !== undefined) return NAMED[named] ?? whole;
      return character(decimal !== undefined ? Number(decimal) : Number.parseInt(hex ?? '', 16));
    }),
  );
}

function character(code: number): string {
  if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code);
  throw new Refusal('MalformedXML', `there is no character of the number ${code}`);
}

/** As S3 encodes keys in lists and in event notifications. */
export function urlEncode(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}
