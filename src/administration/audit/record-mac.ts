import type { Keyring } from '../../lib/keyring.ts'

/** Whoever has the database alone can't make it. */
export const recordMac = ({ keyring }: { keyring: Keyring }, record: string): Buffer => keyring.mac('audit', record)
