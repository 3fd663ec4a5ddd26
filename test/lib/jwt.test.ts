import assert from 'node:assert/strict'
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { importJWK, jwtVerify, SignJWT } from 'jose'
import { rs256, signJwt, verifyJwt } from '../../src/lib/jwt.ts'
import { generateSigningKey, newKid } from '../../src/lib/signing-key.ts'

// RFC 7515, appendix A.2.
const publishedJwk = {
  kty: 'RSA',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
  d: 'Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ',
  p: '4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc',
  q: 'uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc',
  dp: 'BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0',
  dq: 'h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU',
  qi: 'IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuMx9oVYzWr8x4aMBWjxV0CFN4GGnP3QX4pwHlHbpr0NxqLmYzm85HwMjJWLH0_B3fr8TCEdjAeZAN_oqL_zE6wW7IM7lNgKZ7Fj2IZdG6LpcWJ1UuQnzaBgO9B4lVNw',
}
const publishedText =
  'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
const publishedSignature =
  'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw'

const privateKey = createPrivateKey({ key: publishedJwk, format: 'jwk' })
const publicKey = createPublicKey(privateKey)
const kid = newKid()
const claims = { sub: 'a2c4', iss: 'https://pool.example/us-east-1_Ab1cD2eF3', exp: 1_800_000_000, name: 'Zoë' }
const keyOf = (wanted: string) => (wanted === kid ? publicKey : undefined)

const malformed = { refused: 'malformed' }
const unsigned = { refused: 'signature' }
const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const signedAs = async (header: unknown, payload: unknown = claims) => {
  const text = `${encode(header)}.${encode(payload)}`
  return `${text}.${(await rs256(text, privateKey)).toString('base64url')}`
}

test('the signature of RFC 7515 A.2 comes out', async () => {
  assert.equal((await rs256(publishedText, privateKey)).toString('base64url'), publishedSignature)
})

test('the token of RFC 7515 A.2 names no key, and is refused', async () => {
  assert.deepEqual(await verifyJwt(`${publishedText}.${publishedSignature}`, () => publicKey), malformed)
})

test('a signed token gives its claims back, and its header is kid and alg alone', async () => {
  const token = await signJwt(kid, claims, privateKey)
  assert.deepEqual(await verifyJwt(token, keyOf), { payload: claims })
  assert.deepEqual(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()), { kid, alg: 'RS256' })
})

test('another library verifies our tokens, and we verify its', async () => {
  const { protectedHeader, payload } = await jwtVerify(await signJwt(kid, claims, privateKey), publicKey)
  assert.deepEqual(protectedHeader, { kid, alg: 'RS256' })
  assert.deepEqual(payload, claims)

  const theirs = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey)
  assert.deepEqual(await verifyJwt(theirs, keyOf), { payload: claims })
})

test('the same key signs by PS256, and a signature is not good under the other name', async () => {
  const token = await signJwt(kid, claims, privateKey, { alg: 'PS256' })
  const { protectedHeader } = await jwtVerify(token, publicKey, { algorithms: ['PS256'] })
  assert.deepEqual(protectedHeader, { kid, alg: 'PS256' })
  assert.deepEqual(await verifyJwt(token, keyOf), { payload: claims })

  const [, body, signature] = token.split('.')
  const renamed = Buffer.from(JSON.stringify({ kid, alg: 'RS256' })).toString('base64url')
  assert.deepEqual(await verifyJwt(`${renamed}.${body}.${signature}`, keyOf), unsigned)
})

test('the key is looked up by kid and by the unverified claims', async () => {
  const token = await signJwt(kid, claims, privateKey)
  const asked: unknown[] = []
  await verifyJwt(token, async (...args) => {
    asked.push(args)
    return undefined
  })
  assert.deepEqual(asked, [[kid, claims]])
})

test('a token of an unknown key, or signed by another key, is refused', async () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  assert.deepEqual(await verifyJwt(await signJwt('unknown', claims, privateKey), keyOf), unsigned)
  assert.deepEqual(await verifyJwt(await signJwt(kid, claims, other.privateKey), keyOf), unsigned)
})

test('a key that is not RSA verifies nothing', async () => {
  const { publicKey: elliptic } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.deepEqual(await verifyJwt(await signJwt(kid, claims, privateKey), () => elliptic), unsigned)
})

test('a token with any part changed is refused', async () => {
  const [header, payload, signature] = (await signJwt(kid, claims, privateKey)).split('.') as [string, string, string]
  const otherPayload = encode({ ...claims, sub: 'somebody else' })
  const otherHeader = encode({ alg: 'RS256', kid })
  const otherSignature = Buffer.from(signature, 'base64url')
  otherSignature[100]! ^= 1
  const tokens = [
    `${header}.${otherPayload}.${signature}`,
    `${otherHeader}.${payload}.${signature}`,
    `${header}.${payload}.${otherSignature.toString('base64url')}`,
    `${header}.${payload}.${otherSignature.subarray(0, 255).toString('base64url')}`,
    `${header}.${payload}.AAAA`,
  ]
  for (const token of tokens) assert.deepEqual(await verifyJwt(token, keyOf), unsigned)
})

test('no algorithm but RS256 is taken, whatever the token says of itself', async () => {
  const none = `${encode({ alg: 'none', kid })}.${encode(claims)}`
  const hs256 = `${encode({ alg: 'HS256', kid })}.${encode(claims)}`
  const pem = publicKey.export({ format: 'pem', type: 'spki' })
  const tokens = [
    `${none}.`,
    `${none}.AAAA`,
    `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`,
    await signedAs({ alg: 'none', kid }),
    await signedAs({ alg: 'rs256', kid }),
    await signedAs({ alg: 'RS512', kid }),
    await signedAs({ alg: ['RS256'], kid }),
    await signedAs({ kid }),
  ]
  for (const token of tokens) assert.deepEqual(await verifyJwt(token, keyOf), malformed)
})

test('a token must be three parts of base64url, the first two of them objects', async () => {
  const token = await signJwt(kid, claims, privateKey)
  const [header, payload, signature] = token.split('.') as [string, string, string]
  const tokens = [
    '',
    '.',
    '..',
    'token',
    `${header}.${payload}`,
    `${token}.`,
    `${token}.${signature}`,
    `${header}..${signature}`,
    `.${payload}.${signature}`,
    ` ${token}`,
    `${token}\n`,
    `${token}=`,
    `${header}.${payload}.${signature.slice(0, 10)} ${signature.slice(10)}`,
    token.replaceAll('-', '+').replaceAll('_', '/').replace(/$/, '=='),
    await signedAs({ alg: 'RS256', kid }, '[1]'),
    await signedAs({ alg: 'RS256', kid }, 'null'),
    await signedAs({ alg: 'RS256', kid }, '"text"'),
    await signedAs({ alg: 'RS256', kid }, '{'),
    await signedAs('{'),
    await signedAs('[]'),
    await signedAs({ alg: 'RS256' }),
    await signedAs({ alg: 'RS256', kid: 7 }),
    await signedAs({ alg: 'RS256', kid, crit: ['exp'] }),
  ]
  for (const text of tokens) assert.deepEqual(await verifyJwt(text, keyOf), malformed, text)
})

test('a token has one spelling: spare bits of its last digit must be zero', async () => {
  const token = await signJwt(kid, claims, privateKey)
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // 256 bytes leave two digits of which the last carries four spare bits.
  const last = digits[digits.indexOf(token.at(-1)!) + 1]!
  assert.deepEqual(await verifyJwt(token.slice(0, -1) + last, keyOf), malformed)
})

test('a token over 16 KiB is refused unread', async () => {
  const fits = await signJwt(kid, { pad: 'x'.repeat(11_000) }, privateKey)
  const tooLong = await signJwt(kid, { pad: 'x'.repeat(12_000) }, privateKey)
  assert.ok(fits.length <= 16_384 && tooLong.length > 16_384)
  assert.deepEqual(await verifyJwt(fits, keyOf), { payload: { pad: 'x'.repeat(11_000) } })
  assert.deepEqual(await verifyJwt(tooLong, () => assert.fail('a key was looked up')), malformed)
})

test('a new signing key signs what its published half verifies', async () => {
  const made = await generateSigningKey()
  assert.match(made.kid, /^[A-Za-z0-9+/]{43}=$/)
  assert.deepEqual(Object.keys(made.publicJwk), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  assert.deepEqual(
    { ...made.publicJwk, n: '' },
    { alg: 'RS256', e: 'AQAB', kid: made.kid, kty: 'RSA', n: '', use: 'sig' },
  )

  const key = createPrivateKey({ key: made.privateKey, format: 'der', type: 'pkcs8' })
  assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048)
  const { payload } = await jwtVerify(await signJwt(made.kid, claims, key), await importJWK(made.publicJwk))
  assert.deepEqual(payload, claims)
})
