import type { Keyring } from '../../lib/keyring.ts'

type Keys = { keyring: Keyring }

/** Ids are worked out from what names the session inside, which nobody learns from them. */
export const tokenSessionId = ({ keyring }: Keys, poolId: string, originJti: string): string =>
  `tkn${letters(keyring.mac('session-id', poolId, 'tkn', originJti))}`

/** By the engine's own name of a browser's session, which stays the same when its cookie changes. */
export const ssoSessionId = ({ keyring }: Keys, poolId: string, uid: string): string =>
  `sso${letters(keyring.mac('session-id', poolId, 'sso', uid))}`

/** 25 lowercase letters and digits. */
const letters = (bytes: Buffer): string =>
  BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .padStart(25, '0')
    .slice(-25)
