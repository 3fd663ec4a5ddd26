import type { KeyringNode } from '@aws-crypto/client-node'
import type { Config } from '../config.ts'
import { awsRequestHandler } from '../lib/aws-request-handler.ts'

/** The provider name that the sender function must use for a raw key; the key's name is the KMSKeyID. */
export const keyNamespace = 'poolhouse'

type Keys = Pick<Config, 'senderKeys' | 'kmsEndpoint' | 'lambdaCredentials' | 'allowPrivateAddresses'>

const maxAnswerBytes = 64 * 1024

/**
 * Encrypts a code as an AWS Encryption SDK message in base64: with the raw key configured in place of the pool's KMS
 * key, or with the KMS key itself. The SDK is loaded with the first code.
 */
export async function encryptCode(config: Keys, kmsKeyId: string, code: string): Promise<string> {
  const { AlgorithmSuiteIdentifier, buildClient, CommitmentPolicy } = await loadSdk()
  const { encrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
  // Both sides trust each other, so a signature would only add cost.
  const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY
  const { result } = await encrypt(await keyringOf(config, kmsKeyId), code, { suiteId })
  return result.toString('base64')
}

/** A CommonJS module: once it is bundled, only its default export is what it exports. */
const loadSdk = async () => (await import('@aws-crypto/client-node')).default

async function keyringOf(config: Keys, kmsKeyId: string) {
  const { senderKeys = {}, kmsEndpoint, lambdaCredentials } = config
  const sdk = await loadSdk()
  if (Object.hasOwn(senderKeys, kmsKeyId)) {
    return new sdk.RawAesKeyringNode({
      keyName: kmsKeyId,
      keyNamespace,
      // The keyring takes ownership of the bytes, so it gets a copy.
      unencryptedMasterKey: Uint8Array.from(senderKeys[kmsKeyId]!),
      wrappingSuite: sdk.RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    }) as KeyringNode
  }
  // Without a configured endpoint, the region in the pool's ARN determines it.
  const allowPrivateAddresses = config.allowPrivateAddresses || kmsEndpoint !== undefined
  const options = {
    requestHandler: awsRequestHandler({ maxBytes: maxAnswerBytes, allowPrivateAddresses }),
    ...(kmsEndpoint && { endpoint: kmsEndpoint }),
    ...(lambdaCredentials && { credentials: lambdaCredentials }),
  }
  const clientProvider = sdk.getClient(sdk.KMS, options)
  return new sdk.KmsKeyringNode({ clientProvider, generatorKeyId: kmsKeyId }) as KeyringNode
}
