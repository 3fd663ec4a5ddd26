import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { encodeCbor } from './cbor.ts'

export interface CreationOptions {
  rp: { id: string; name: string }
  user: { id: string; name: string; displayName: string }
  challenge: string
  pubKeyCredParams: { type: string; alg: number }[]
  timeout: number
  excludeCredentials: { type: string; id: string; transports?: string[] }[]
  authenticatorSelection: Record<string, unknown>
}

export interface RequestOptions {
  challenge: string
  timeout: number
  rpId: string
  allowCredentials: { type: string; id: string; transports?: string[] }[]
  userVerification: string
}

/** What a test may have the authenticator, or the browser before it, say instead of the truth. */
export interface Lies {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  crossOrigin?: boolean
  topOrigin?: string
  up?: boolean
  uv?: boolean
  be?: boolean
  bs?: boolean
  counter?: number
  userHandle?: string
  credentialId?: Buffer
  /** In the place of the COSE key. */
  publicKey?: Buffer
  spoilSignature?: boolean
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()

/** An authenticator in software, with one credential, and the browser in front of it. */
export class Authenticator {
  readonly origin: string
  readonly algorithm: -7 | -257
  readonly attestation: 'none' | 'packed' | 'fido-u2f'
  /** Of the maker, in whose name statements are signed. */
  readonly maker?: { certificate: Buffer; key: KeyObject }
  id = randomBytes(16)
  counter = 0
  userHandle = ''
  readonly #key: KeyObject
  readonly #publicKey: KeyObject

  constructor(
    origin: string,
    {
      algorithm = -7,
      attestation = 'none',
      maker,
    }: { algorithm?: -7 | -257; attestation?: Authenticator['attestation']; maker?: Authenticator['maker'] } = {},
  ) {
    this.origin = origin
    this.algorithm = algorithm
    this.attestation = attestation
    this.maker = maker
    const pair =
      algorithm === -7
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    this.#key = pair.privateKey
    this.#publicKey = pair.publicKey
  }

  /** RegistrationResponseJSON. */
  create(options: CreationOptions, lies: Lies = {}) {
    this.userHandle = options.user.id
    const clientData = this.#clientData('webauthn.create', options.challenge, lies)
    const id = lies.credentialId ?? this.id
    const length = Buffer.from([this.id.length >> 8, this.id.length & 0xff])
    const authData = Buffer.concat([
      this.#authData(options.rp.id, 0x40, lies),
      Buffer.alloc(16, 0xad),
      length,
      this.id,
      lies.publicKey ?? this.coseKey(),
    ])
    const signature = this.#sign(Buffer.concat([authData, sha256(clientData)]), this.maker?.key)
    if (lies.spoilSignature) signature[signature.length - 1]! ^= 1
    const statement = new Map<string, number | Uint8Array | Uint8Array[]>()
    if (this.attestation === 'packed') statement.set('alg', this.maker ? -7 : this.algorithm).set('sig', signature)
    if (this.maker) statement.set('x5c', [this.maker.certificate])
    const attestationObject = encodeCbor(
      new Map<string, Uint8Array | string | typeof statement>([
        ['fmt', this.attestation],
        ['attStmt', statement],
        ['authData', authData],
      ]),
    )
    return {
      id: id.toString('base64url'),
      rawId: id.toString('base64url'),
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal', 'hybrid'],
      },
    }
  }

  /** AuthenticationResponseJSON. */
  get(options: Pick<RequestOptions, 'challenge' | 'rpId'>, lies: Lies = {}) {
    const clientData = this.#clientData('webauthn.get', options.challenge, lies)
    const authenticatorData = this.#authData(options.rpId, 0, lies)
    const signature = this.#sign(Buffer.concat([authenticatorData, sha256(clientData)]))
    if (lies.spoilSignature) signature[signature.length - 1]! ^= 1
    const id = (lies.credentialId ?? this.id).toString('base64url')
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: lies.userHandle ?? this.userHandle,
      },
    }
  }

  coseKey(): Buffer {
    const { x, y, n, e } = this.#publicKey.export({ format: 'jwk' })
    const bytes = (text?: string) => Buffer.from(text!, 'base64url')
    const members: [number, number | Uint8Array][] =
      this.algorithm === -7
        ? [
            [1, 2],
            [3, -7],
            [-1, 1],
            [-2, bytes(x)],
            [-3, bytes(y)],
          ]
        : [
            [1, 3],
            [3, -257],
            [-1, bytes(n)],
            [-2, bytes(e)],
          ]
    return encodeCbor(new Map(members))
  }

  #clientData(type: string, challenge: string, lies: Lies): Buffer {
    const { origin = this.origin, crossOrigin = false, topOrigin } = lies
    return Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin,
        crossOrigin,
        topOrigin,
      }),
    )
  }

  #authData(rpId: string, flags: number, lies: Lies): Buffer {
    const { up = true, uv = true, be = true, bs = true } = lies
    const bits = flags | (up ? 1 : 0) | (uv ? 4 : 0) | (be ? 8 : 0) | (bs ? 16 : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(lies.counter ?? this.counter)
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([bits]), counter])
  }

  #sign(data: Buffer, key = this.#key): Buffer {
    return sign('sha256', data, key)
  }
}
