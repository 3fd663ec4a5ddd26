import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Config } from '../../src/config.ts'
import { isAddressRange, isSameNetwork, isWithin } from '../../src/lib/address-ranges.ts'
import { coordinatesOf, distance, placeOf } from '../../src/lib/geo.ts'
import { deviceOf } from '../../src/lib/user-agent.ts'
import { assess, type Signals } from '../../src/pool/threat-protection/assess.ts'
import { isCompromised } from '../../src/pool/threat-protection/compromised.ts'
import { isImpossibleTravel } from '../../src/pool/threat-protection/travel.ts'
import { twoCities } from './mmdb.ts'

const log = pino({ level: 'silent' })

const usual: Signals = {
  passed: 3,
  knownAddress: true,
  knownDevice: true,
  knownCountry: true,
  failures: 0,
  failuresHere: 0,
  impossibleTravel: false,
  reported: false,
}

const cases: [what: string, signals: Partial<Signals>, level: ReturnType<typeof assess>][] = [
  ['the usual place and device', {}, undefined],
  ['the first sign-in of all', { passed: 0, knownAddress: false, knownDevice: false, knownCountry: false }, undefined],
  ['another place', { knownAddress: false }, 'Low'],
  ['another device', { knownDevice: false }, 'Low'],
  ['both', { knownAddress: false, knownDevice: false }, 'Medium'],
  ['both in another country', { knownAddress: false, knownDevice: false, knownCountry: false }, 'High'],
  ['both after many failures', { knownAddress: false, knownDevice: false, failures: 5 }, 'High'],
  ['a new place where many fail', { knownAddress: false, failuresHere: 20 }, 'Medium'],
  ['both where many fail', { knownAddress: false, knownDevice: false, failuresHere: 20 }, 'High'],
  ['both where some fail', { knownAddress: false, knownDevice: false, failuresHere: 19 }, 'Medium'],
  ['another device at a known place where many fail', { knownDevice: false, failuresHere: 99 }, 'Low'],
  ['their usual place where many fail', { failuresHere: 99 }, undefined],
  ['the first sign-in of all, where many fail', { passed: 0, knownAddress: false, failuresHere: 99 }, undefined],
  ['failures of their own', { failures: 9 }, undefined],
  ['a place that nobody comes to so fast', { knownAddress: false, impossibleTravel: true }, 'High'],
  ['a known one that nobody comes to so fast', { impossibleTravel: true }, undefined],
  ['a place that was reported', { reported: true }, 'High'],
]

for (const [what, signals, level] of cases)
  test(`${what}: ${level ?? 'no risk'}`, () => assert.equal(assess({ ...usual, ...signals }), level))

test('ranges are CIDR notation of either family, and nothing else', () => {
  for (const good of ['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32', '::/0']) assert.ok(isAddressRange(good), good)
  for (const bad of ['10.0.0.0', '10.0.0.0/33', '2001:db8::/129', '10.0.0/8', '', '/8', '10.0.0.0/8/8', '10.0.0.0/x'])
    assert.ok(!isAddressRange(bad), bad)
  const list = ['192.0.2.0/24', '2001:db8::/32']
  assert.ok(isWithin(list, '192.0.2.200') && isWithin(list, '2001:db8:1::1'))
  assert.ok(!isWithin(list, '192.0.3.1') && !isWithin(list, 'nonsense') && !isWithin(list, undefined))
})

test('neighbours are of one network', () => {
  assert.ok(isSameNetwork('192.0.2.1', '192.0.2.254') && !isSameNetwork('192.0.2.1', '192.0.3.1'))
  assert.ok(isSameNetwork('2001:db8:1::1', '2001:db8:1:ffff::2') && !isSameNetwork('2001:db8:1::1', '2001:db8:2::1'))
  assert.ok(!isSameNetwork('192.0.2.1', '2001:db8:1::1') && !isSameNetwork('nonsense', '192.0.2.1'))
})

test('places come from the database of the operator, and nobody travels faster than an airliner', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'places-'))
  const geoDatabase = join(folder, 'city.mmdb')
  await writeFile(geoDatabase, twoCities)
  try {
    assert.deepEqual(await placeOf(geoDatabase, '198.51.100.7'), { city: 'Paris', country: 'France' })
    assert.deepEqual(await placeOf(geoDatabase, '192.0.2.1'), { city: undefined, country: undefined })
    assert.deepEqual(await placeOf(join(folder, 'none.mmdb'), '198.51.100.7'), { city: undefined, country: undefined })
    const [paris, tokyo] = [
      await coordinatesOf(geoDatabase, '198.51.100.7'),
      await coordinatesOf(geoDatabase, '203.0.113.9'),
    ]
    assert.equal(Math.round(distance(paris!, tokyo!) / 10), 971)

    const ctx = { config: { geoDatabase } as Config }
    const after = (hours: number, address = '203.0.113.9') =>
      isImpossibleTravel(
        ctx,
        { address: '198.51.100.7', at: new Date(0) },
        { address, at: new Date(hours * 3_600_000) },
      )
    assert.deepEqual(await Promise.all([after(9), after(10), after(0, '198.51.100.8'), after(0, '192.0.2.1')]), [
      true,
      false,
      false,
      false,
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a password is looked for among the notorious ones, and in the file of the operator', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'passwords-'))
  try {
    const known = Array.from({ length: 500 }, (_, index) => `Known-Password-${index}`)
    const lines = known.map((password) => createHash('sha1').update(password).digest('hex').toUpperCase()).sort()
    for (const [name, text] of [
      ['bare', `${lines.join('\n')}\n`],
      ['counted', lines.map((line, index) => `${line}:${index * 7919}\r\n`).join('')],
    ] as const) {
      const path = join(folder, name)
      await writeFile(path, text)
      const ctx = { config: { compromisedPasswordsFile: path } as Config, log }
      for (const password of known) assert.equal(await isCompromised(ctx, password), true, `${name} ${password}`)
      for (let index = 0; index < 100; index++) assert.equal(await isCompromised(ctx, `Unknown-${index}`), false)
    }
    await writeFile(join(folder, 'empty'), '')
    const empty = { config: { compromisedPasswordsFile: join(folder, 'empty') } as Config, log }
    assert.equal(await isCompromised(empty, 'Unknown-1'), false)
    assert.equal(await isCompromised(empty, 'P@ssw0rd'), true)
    const none = { config: { compromisedPasswordsFile: join(folder, 'none') } as Config, log }
    assert.equal(await isCompromised(none, 'Unknown-1'), false, 'a file that is not there refuses nobody')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a range service learns five digits of a hash, and if it fails nobody is refused', async () => {
  const sha1 = createHash('sha1').update('Known-Password-1').digest('hex').toUpperCase()
  const padding = createHash('sha1').update('Padding-Password-1').digest('hex').toUpperCase()
  const asked: IncomingMessage[] = []
  let answer = { status: 200, body: '' }
  const service = createServer((req, res) => {
    asked.push(req)
    res.writeHead(answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const compromisedPasswordsUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}/range`
  const ctx = { config: { compromisedPasswordsUrl, allowPrivateAddresses: true } as Config, log }
  try {
    answer.body = `${'0'.repeat(35)}:3\r\n${sha1.slice(5)}:12\r\n${padding.slice(5)}:0`
    assert.equal(await isCompromised(ctx, 'Known-Password-1'), true)
    assert.equal(asked[0]!.url, `/range/${sha1.slice(0, 5)}`)
    assert.equal(asked[0]!.headers['add-padding'], 'true')
    assert.equal(await isCompromised(ctx, 'Padding-Password-1'), false)
    assert.equal(await isCompromised(ctx, 'Unknown-1'), false)
    answer = { status: 503, body: answer.body }
    assert.equal(await isCompromised(ctx, 'Known-Password-1'), false)
    answer = { status: 200, body: `${answer.body}${'x'.repeat(1024 * 1024)}` }
    assert.equal(await isCompromised(ctx, 'Known-Password-1'), false)
    const count = asked.length
    const production = { config: { ...ctx.config, allowPrivateAddresses: false }, log }
    assert.equal(await isCompromised(production, 'Known-Password-1'), false)
    assert.equal(await isCompromised(ctx, 'P@ssw0rd'), true)
    assert.equal(asked.length, count, 'neither a private address nor what is known here is asked for')
  } finally {
    service.close()
  }
})

test('a device is named after its User-Agent', () => {
  const agents: [string, string, string][] = [
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
      'Chrome 126',
      'Windows 10',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
      'Edge 126',
      'Windows 10',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari 17',
      'iOS 17.5',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox 127', 'Linux'],
    ['aws-sdk-js/3.1169.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#24.0', 'AWS SDK for JavaScript 3', 'Linux'],
  ]
  for (const [agent, browser, system] of agents) assert.deepEqual(deviceOf(agent), { browser, system })
  assert.equal(deviceOf('curl/8'), undefined)
  assert.equal(deviceOf(undefined), undefined)
})
