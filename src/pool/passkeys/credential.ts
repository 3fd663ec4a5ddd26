/** A browser's PublicKeyCredential in JSON, whose form is checked before it is used. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { trimEndOf } from '../../lib/trim-end.ts'
import { InvalidParameter } from '../../model/errors.ts'

export interface ClientData {
  type: string
  /** base64url */
  challenge: string
  origin: string
  /** Whether the page was in a frame of another origin, and the origin of the top page. */
  crossOrigin: boolean
  topOrigin?: string
}

export interface Attested {
  response: RegistrationResponseJSON
  clientData: ClientData
  attestationObject: Buffer
}

export interface Asserted {
  response: AuthenticationResponseJSON
  clientData: ClientData
  credentialId: Buffer
  authenticatorData: Buffer
  userHandle?: Buffer
}

export const invalidCredential = () => new InvalidParameter('Credential data is not valid')

/** @throws InvalidParameterException */
export function readAttested(input: unknown): Attested {
  const { id, members, response } = readCredential(input)
  const clientDataJSON = bytesText(response.clientDataJSON)
  const attestationObject = bytesText(response.attestationObject)
  return {
    clientData: readClientData(clientDataJSON),
    attestationObject: Buffer.from(attestationObject, 'base64url'),
    response: {
      ...members,
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject, transports: readTransports(response.transports) },
    },
  }
}

/** @throws InvalidParameterException */
export function readAsserted(input: string): Asserted {
  const { id, members, response } = readCredential(parse(input))
  const clientDataJSON = bytesText(response.clientDataJSON)
  const authenticatorData = bytesText(response.authenticatorData)
  const userHandle = response.userHandle ? bytesText(response.userHandle) : undefined
  return {
    clientData: readClientData(clientDataJSON),
    credentialId: Buffer.from(id, 'base64url'),
    authenticatorData: Buffer.from(authenticatorData, 'base64url'),
    userHandle: userHandle === undefined ? undefined : Buffer.from(userHandle, 'base64url'),
    response: {
      ...members,
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, authenticatorData, signature: bytesText(response.signature), userHandle },
    },
  }
}

function readCredential(input: unknown) {
  const { id, rawId = id, type, response, authenticatorAttachment } = asObject(input)
  const idText = bytesText(id)
  if (bytesText(rawId) !== idText || type !== 'public-key') throw invalidCredential()
  const attachment = attachments.find((name) => name === authenticatorAttachment)
  return { id: idText, members: { authenticatorAttachment: attachment }, response: asObject(response) }
}

const attachments = ['platform', 'cross-platform'] as const

function readClientData(base64url: string): ClientData {
  const { type, challenge, origin, crossOrigin, topOrigin } = asObject(
    parse(Buffer.from(base64url, 'base64url').toString()),
  )
  if (typeof type !== 'string' || typeof origin !== 'string') throw invalidCredential()
  if (topOrigin !== undefined && typeof topOrigin !== 'string') throw invalidCredential()
  return { type, challenge: bytesText(challenge), origin, crossOrigin: crossOrigin === true, topOrigin }
}

// New transports are invented, so only their form is checked.
function readTransports(input: unknown): [] {
  if (!Array.isArray(input)) return []
  const names = input.filter((name) => typeof name === 'string' && /^[a-z][a-z-]{0,31}$/.test(name))
  return [...new Set(names)].slice(0, 10) as []
}

const maxLength = 65_536

/** base64url, without the padding that some clients add. */
function bytesText(value: unknown): string {
  if (typeof value !== 'string' || value.length > maxLength) throw invalidCredential()
  const text = trimEndOf(value, '=')
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw invalidCredential()
  return text
}

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidCredential()
  return value as Record<string, unknown>
}

function parse(text: string): unknown {
  if (text.length > 2 * maxLength) throw invalidCredential()
  try {
    return JSON.parse(text)
  } catch {
    throw invalidCredential()
  }
}
