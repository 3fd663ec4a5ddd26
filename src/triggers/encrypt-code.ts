import type { KeyringNode } from '@aws-crypto/client-node'
import type { Config } from '../config.ts'
import { awsRequestHandler } from '../lib/aws-request-handler.ts'

/** What the sender's function calls the provider of a raw key, beside its name, the KMSKeyID. */
export const keyNamespace = 'poolhouse'

type Keys = Pick<Config, 'senderKeys' | 'kmsEndpoint' | 'lambdaCredentials' | 'allowPrivateAddresses'>

const maxAnswerBytes = 64 * 1024

/**
 * A code as a message of the AWS Encryption SDK, in base64: under the raw key that stands for the pool's KMS key where
 * one is configured, else under that key itself. The SDK is loaded with the first code.
 */
export async function encryptCode(config: Keys, kmsKeyId: string, code: string): Promise<string> {
  const { AlgorithmSuiteIdentifier, buildClient, CommitmentPolicy } = await import('@aws-crypto/client-node')
  const { encrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
  // Sealed and opened by parties that trust each other, so that a signature would only cost.
  const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY
  const { result } = await encrypt(await keyringOf(config, kmsKeyId), code, { suiteId })
  return result.toString('base64')
}

async function keyringOf(config: Keys, kmsKeyId: string) {
  const { senderKeys = {}, kmsEndpoint, lambdaCredentials } = config
  const sdk = await import('@aws-crypto/client-node')
  if (Object.hasOwn(senderKeys, kmsKeyId)) {
    return new sdk.RawAesKeyringNode({
      keyName: kmsKeyId,
      keyNamespace,
      // The keyring takes the bytes for its own.
      unencryptedMasterKey: Uint8Array.from(senderKeys[kmsKeyId]!),
      wrappingSuite: sdk.RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
    }) as KeyringNode
  }
  // Where no endpoint is set, the pool's ARN says which one it is.
  const allowPrivateAddresses = config.allowPrivateAddresses || kmsEndpoint !== undefined
  const options = {
    requestHandler: awsRequestHandler({ maxBytes: maxAnswerBytes, allowPrivateAddresses }),
    ...(kmsEndpoint && { endpoint: kmsEndpoint }),
    ...(lambdaCredentials && { credentials: lambdaCredentials }),
  }
  const clientProvider = sdk.getClient(sdk.KMS, options)
  return new sdk.KmsKeyringNode({ clientProvider, generatorKeyId: kmsKeyId }) as KeyringNode
}
