import type { Keyring } from '../../lib/keyring.ts'

/** Needs the master key: with the database alone, nobody can compute it. */
export const recordMac = ({ keyring }: { keyring: Keyring }, record: string): Buffer => keyring.mac('audit', record)
