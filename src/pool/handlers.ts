import { recoveryOperations } from './account-recovery/index.ts'
import { accountOperations } from './accounts/index.ts'
import { brandingOperations } from './branding/index.ts'
import { clientOperations } from './clients/index.ts'
import { deviceOperations } from './devices/index.ts'
import { domainOperations } from './domains/index.ts'
import { federationOperations } from './federation/index.ts'
import { groupOperations } from './groups/index.ts'
import type { Handlers } from './handler.ts'
import { identityProviderOperations } from './identity-providers/index.ts'
import { importOperations } from './import/index.ts'
import { logDeliveryOperations } from './log-delivery/index.ts'
import { mfaOperations } from './mfa/index.ts'
import { passkeyOperations } from './passkeys/index.ts'
import { poolOperations } from './pool-administration/index.ts'
import { profileOperations } from './profile/index.ts'
import { provisionedLimitOperations } from './provisioned-limits/index.ts'
import { replicaOperations } from './replicas/index.ts'
import { resourceServerOperations } from './resource-servers/index.ts'
import { sessionOperations } from './sessions/index.ts'
import { signInOperations } from './sign-in/index.ts'
import { signUpOperations } from './sign-up/index.ts'
import { tagOperations } from './tags/index.ts'
import { threatProtectionOperations } from './threat-protection/index.ts'
import { recordOperations } from './threat-protection/record-operations.ts'
import { tokenOperations } from './tokens/index.ts'

/** Every operation that has behaviour; the rest answer 501. */
export const handlers: Handlers = recordOperations({
  ...poolOperations,
  ...tagOperations,
  ...clientOperations,
  ...domainOperations,
  ...resourceServerOperations,
  ...groupOperations,
  ...identityProviderOperations,
  ...federationOperations,
  ...accountOperations,
  ...importOperations,
  ...signUpOperations,
  ...recoveryOperations,
  ...profileOperations,
  ...signInOperations,
  ...mfaOperations,
  ...deviceOperations,
  ...passkeyOperations,
  ...tokenOperations,
  ...brandingOperations,
  ...sessionOperations,
  ...threatProtectionOperations,
  ...logDeliveryOperations,
  ...replicaOperations,
  ...provisionedLimitOperations,
})
