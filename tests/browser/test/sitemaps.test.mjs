// Sitemaps against the schema of sitemaps.org, by libxml2. The schema comes with the package `sitemap`; no copy of it is kept here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { validateXML } from 'xmllint-wasm';
import { buildSite } from '../lib/sites.mjs';

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const folder = dirname(createRequire(import.meta.url).resolve('sitemap/package.json'));
const SITEMAP = { fileName: 'sitemap.xsd', contents: readFileSync(join(folder, 'schema/sitemap.xsd'), 'utf8') };

/** Versions in other languages are links of XHTML, which the schema of sitemaps leaves to that of XHTML: this is all of it that may stand here. */
const LINK = {
  fileName: 'link.xsd',
  contents: `<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/1999/xhtml">
    <element name="link"><complexType>
      <attribute name="rel" use="required"><simpleType><restriction base="string"><enumeration value="alternate"/></restriction></simpleType></attribute>
      <attribute name="hreflang" use="required"><simpleType><union memberTypes="language">
        <simpleType><restriction base="string"><enumeration value="x-default"/></restriction></simpleType></union></simpleType></attribute>
      <attribute name="href" type="anyURI" use="required"/>
    </complexType></element>
  </schema>`,
};
const BOTH = {
  fileName: 'both.xsd',
  contents: `<schema xmlns="http://www.w3.org/2001/XMLSchema">
    <import namespace="${NAMESPACE}" schemaLocation="sitemap.xsd"/><import namespace="http://www.w3.org/1999/xhtml" schemaLocation="link.xsd"/>
  </schema>`,
};

/** No package has the schema of an index. What sitemaps.org says of one, in our own words: places of sitemaps, each with a day or a time at most. */
const INDEX = {
  fileName: 'index.xsd',
  contents: `<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="${NAMESPACE}" elementFormDefault="qualified">
    <element name="sitemapindex"><complexType><sequence>
      <element name="sitemap" maxOccurs="50000"><complexType><sequence>
        <element name="loc"><simpleType><restriction base="anyURI"><minLength value="12"/><maxLength value="2048"/></restriction></simpleType></element>
        <element name="lastmod" minOccurs="0"><simpleType><union memberTypes="date dateTime"/></simpleType></element>
      </sequence></complexType></element>
    </sequence></complexType></element>
  </schema>`,
};

async function faults(contents, schema, preload = []) {
  const { errors } = await validateXML({ xml: [{ fileName: 'sitemap.xml', contents }], schema, preload });
  return errors.map(({ rawMessage }) => rawMessage);
}

for (const name of ['root', 'starter', 'minimal', 'arabic', 'extremes']) {
  test(`the sitemaps of ${name} and their index are valid`, async () => {
    const site = buildSite(name);
    const all = site.files.filter((file) => file.endsWith('/sitemap.xml') || file === 'sitemap-hub.xml');
    assert.ok(all.length > 0);
    for (const path of all) assert.deepEqual(await faults(site.read(path), BOTH, [SITEMAP, LINK]), [], path);
    assert.deepEqual(await faults(site.read('sitemap.xml'), INDEX), []);
  });
}

test('a sitemap with a mistake is not valid', async () => {
  const site = buildSite('root');
  const path = site.files.find((file) => file.endsWith('/sitemap.xml'));
  const mistakes = [
    (text) => text.replace(/<loc>[^<]*<\/loc>/, '<loc>/x</loc>'),
    (text) => text.replace('</loc>', '</loc><lastmod>yesterday</lastmod>'),
    (text) => text.replace('hreflang="', 'lang="'),
    (text) => text.replace('<url>', '<page>').replace('</url>', '</page>'),
  ];
  for (const mistake of mistakes) {
    const text = mistake(site.read(path));
    assert.notEqual(text, site.read(path), 'the mistake is made');
    assert.notDeepEqual(await faults(text, BOTH, [SITEMAP, LINK]), [], String(mistake));
  }
  const index = site.read('sitemap.xml').replace('</loc>', '</loc><priority>1</priority>');
  assert.notDeepEqual(await faults(index, INDEX), []);
});
