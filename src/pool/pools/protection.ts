import type { Pool } from './pool.ts'

export type ProtectionMode = 'OFF' | 'AUDIT' | 'ENFORCED'

/** Whether threat protection watches the pool, and acts on what it sees. */
export const protectionOf = (pool: Pool): ProtectionMode => pool.settings.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF'
