import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanSvg } from '../../src/pool/branding/svg.ts'

const clean = (text: string) => cleanSvg(Buffer.from(text))
const svg = (content: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"${attributes}>${content}</svg>`

const hostile: [string, string][] = [
  ['a script', svg('<script>alert(1)</script>')],
  ['a script in other case', svg('<sCrIpT>alert(1)</sCrIpT>')],
  ['a script of another namespace', svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>')],
  ['a handler', svg('<circle r="1" onclick="alert(1)"/>')],
  ['a handler at the root', svg('', ' onload="alert(1)"')],
  ['a foreign object', svg('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>')],
  ['an HTML namespace', svg('<g xmlns="http://www.w3.org/1999/xhtml"/>')],
  ['an image from elsewhere', svg('<image href="https://evil.example/x.png"/>')],
  ['an image from elsewhere, the old way', svg('<image xlink:href="//evil.example/x.png"/>')],
  ['an SVG within a data URL', svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>')],
  ['a link to a script', svg('<a href="javascript:alert(1)"><text>x</text></a>')],
  ['a link to a script, as a reference', svg('<a href="&#106;avascript:alert(1)"><text>x</text></a>')],
  ['a link with a tab', svg('<a href="java&#9;script:alert(1)"><text>x</text></a>')],
  ['a use of something', svg('<use href="#a"/>')],
  ['an animation of a link', svg('<a><animateTransform attributeName="href" values="javascript:alert(1)"/></a>')],
  ['a set of an attribute', svg('<set attributeName="href" to="javascript:alert(1)"/>')],
  ['a fill from elsewhere', svg('<rect fill="url(https://evil.example/#a)"/>')],
  ['a style attribute from elsewhere', svg('<rect style="fill:url(//evil.example)"/>')],
  ['an escaped url', svg('<rect style="fill:u\\72l(//evil.example)"/>')],
  ['an import', svg('<style>@import "https://evil.example/a.css";</style>')],
  ['a font from elsewhere', svg('<style>@font-face{font-family:x;src:url(https://evil.example/f)}</style>')],
  ['a url in a style', svg('<style>rect{background:url("https://evil.example")}</style>')],
  [
    'a url in a style behind a string',
    svg('<style>a{content:"/*";background:url(https://evil.example);b:"*/"}</style>'),
  ],
  ['an image-set', svg('<style>rect{background:image-set("https://evil.example/x" 1x)}</style>')],
  ['a style in CDATA', svg('<style><![CDATA[@import "//evil.example";]]></style>')],
  ['an entity', '<!DOCTYPE svg [<!ENTITY x "<script/>">]><svg>&x;</svg>'],
  ['an unknown entity', svg('<text>&nbsp;</text>')],
  ['an external entity', '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg><text>&x;</text></svg>'],
  ['a stylesheet instruction', `<?xml-stylesheet href="//evil.example/a.css"?>${svg('')}`],
  ['an instruction within', svg('<?php echo 1 ?>')],
  ['HTML', '<html><body onload="alert(1)"/></html>'],
  ['HTML with an SVG in it', `<div>${svg('')}</div>`],
  ['something after it', `${svg('')}<script/>`],
  ['no end', '<svg xmlns="http://www.w3.org/2000/svg"><g>'],
  ['a wrong end', svg('<g></svg>')],
  ['an attribute twice', svg('<g id="a" id="b"/>')],
  ['an attribute without quotes', svg('<g id=a/>')],
  ['an attribute that the service refuses', svg('<text dominant-baseline="middle">x</text>')],
  ['depth without end', svg('<g>'.repeat(200) + '</g>'.repeat(200))],
  ['nothing', ''],
]
for (const [what, text] of hostile)
  test(`an SVG with ${what} is refused`, () => {
    assert.throws(() => clean(text), { name: 'InvalidParameterException', message: /^Invalid SVG: / })
  })

test('bytes that are no text are refused', () => {
  assert.throws(() => cleanSvg(Buffer.from([0x3c, 0xff, 0xfe, 0x00])), { message: /not UTF-8/ })
})

test('an ordinary picture stays what it is', () => {
  const drawn = svg(
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>' +
      '<style>.a{fill:url(#g)}</style><g clip-path="url(#c)"><path class="a" d="M0 0h10v10z" fill="url(\'#g\')"/>' +
      '<text x="1">Ä &lt;&amp;&gt;</text></g>',
    ' viewBox="0 0 10 10"',
  )
  assert.equal(clean(drawn), drawn)
})

test('prolog, document type and comments are dropped', () => {
  const given = `\uFEFF<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- drawn <script>by hand</script> -->${svg('<!-- x --><g/>')}
`
  assert.equal(clean(given), svg('<g/>'))
})

test('a picture without a namespace gets the one of SVG', () => {
  assert.equal(clean('<svg><g/></svg>'), '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
})

test('what was decoded is encoded again', () => {
  const text = clean(svg('<text aria-label="&#60;b&#62; &quot;">&#x3c;script&#x3e;</text>'))
  assert.equal(text, svg('<text aria-label="&lt;b&gt; &quot;">&lt;script&gt;</text>'))
  assert.equal(clean(text), text)
})

test('a picture within may be one of pixels', () => {
  const within = svg('<image href="data:image/png;base64,iVBORw0KGgo="/>')
  assert.equal(clean(within), within)
})

test('a megabyte of brackets is refused at once', () => {
  const started = performance.now()
  for (const bad of [`<svg ${'a '.repeat(400_000)}`, `<svg>${'<!--'.repeat(250_000)}`, `<svg>${'&'.repeat(900_000)}`])
    assert.throws(() => clean(bad), { name: 'InvalidParameterException' })
  assert.ok(performance.now() - started < 2000)
})
