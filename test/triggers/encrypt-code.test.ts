import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  buildClient,
  CommitmentPolicy,
  getClient,
  KMS,
  KmsKeyringNode,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node'
import { encryptCode } from '../../src/triggers/encrypt-code.ts'
import { startKms } from './kms-endpoint.ts'

const keyArn = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555'
const production = { allowPrivateAddresses: false }
const credentials = { accessKeyId: 'AKIDCODES', secretAccessKey: 'x' }
const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT)

const rawKeyring = (key: Buffer, keyName = keyArn) =>
  new RawAesKeyringNode({
    keyName,
    keyNamespace: 'poolhouse',
    unencryptedMasterKey: Uint8Array.from(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  })

test('a code under a raw key opens with that key and name, and no other', async () => {
  const key = randomBytes(32)
  const code = Buffer.from(
    await encryptCode({ ...production, senderKeys: { [keyArn]: key } }, keyArn, '123456'),
    'base64',
  )
  assert.equal((await decrypt(rawKeyring(key), code)).plaintext.toString(), '123456')
  await assert.rejects(decrypt(rawKeyring(randomBytes(32)), code))
  await assert.rejects(decrypt(rawKeyring(key, 'another'), code))
  const tampered = Buffer.from(code)
  tampered[tampered.length - 1]! ^= 1
  await assert.rejects(decrypt(rawKeyring(key), tampered))
})

test('the configured key is left as it is, so that the next code opens too', async () => {
  const senderKeys = { [keyArn]: randomBytes(32) }
  const copy = Buffer.from(senderKeys[keyArn]!)
  await encryptCode({ ...production, senderKeys }, keyArn, '123456')
  const code = Buffer.from(await encryptCode({ ...production, senderKeys }, keyArn, '654321'), 'base64')
  assert.equal((await decrypt(rawKeyring(copy), code)).plaintext.toString(), '654321')
})

test('without a raw key the code is under the KMS key, as the keyring of a function expects', async () => {
  const kms = await startKms(keyArn)
  // An endpoint that the operator names may be anywhere.
  const config = { ...production, kmsEndpoint: kms.url, lambdaCredentials: credentials }
  try {
    const code = await encryptCode(config, keyArn, '123456')
    const clientProvider = getClient(KMS, { endpoint: kms.url, credentials })
    const keyring = new KmsKeyringNode({ clientProvider, generatorKeyId: keyArn, keyIds: [keyArn] })
    assert.equal((await decrypt(keyring, Buffer.from(code, 'base64'))).plaintext.toString(), '123456')
    const other = keyArn.replace('1111', '9999')
    await assert.rejects(encryptCode(config, other, '123456'))
  } finally {
    await kms.close()
  }
})
