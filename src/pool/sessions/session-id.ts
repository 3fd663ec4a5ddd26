import type { Keyring } from '../../lib/keyring.ts'

type Keys = { keyring: Keyring }

/** Ids are derived from the internal id of a session, which they don't reveal. */
export const tokenSessionId = ({ keyring }: Keys, poolId: string, originJti: string): string =>
  `tkn${letters(keyring.mac('session-id', poolId, 'tkn', originJti))}`

/** From the engine's own id of a browser's session, which stays the same when its cookie changes. */
export const ssoSessionId = ({ keyring }: Keys, poolId: string, uid: string): string =>
  `sso${letters(keyring.mac('session-id', poolId, 'sso', uid))}`

/** 25 lowercase letters and digits. */
const letters = (bytes: Buffer): string =>
  BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .padStart(25, '0')
    .slice(-25)
