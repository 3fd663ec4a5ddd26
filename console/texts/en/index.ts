import { apis } from './apis.ts'
import { audit } from './audit.ts'
import { branding } from './branding.ts'
import { clients } from './clients.ts'
import { common } from './common.ts'
import { devTools } from './dev-tools.ts'
import { domain } from './domain.ts'
import { groups } from './groups.ts'
import { messages } from './messages.ts'
import { operators } from './operators.ts'
import { outbox } from './outbox.ts'
import { overview } from './overview.ts'
import { poolSettings } from './pool-settings.ts'
import { pools } from './pools.ts'
import { providers } from './providers.ts'
import { roles } from './roles.ts'
import { session } from './session.ts'
import { shell } from './shell.ts'
import { signIn } from './sign-in.ts'
import { signingKeys } from './signing-keys.ts'
import { standards } from './standards.ts'
import { threats } from './threats.ts'
import { transfer } from './transfer.ts'
import { triggers } from './triggers.ts'
import { tryIt } from './try-it.ts'
import { user } from './user.ts'
import { users } from './users.ts'

export const english = {
  transfer,
  triggers,
  threats,
  poolSettings,
  messages,
  apis,
  audit,
  branding,
  clients,
  common,
  devTools,
  domain,
  groups,
  operators,
  outbox,
  overview,
  pools,
  providers,
  roles,
  session,
  shell,
  signIn,
  signingKeys,
  standards,
  tryIt,
  user,
  users,
}
