import { InvalidParameter, NotAuthorized } from '../../../model/errors.ts'
import { checkAttributes, notMutable } from '../../attributes/schema.ts'
import { readableAttributes, requiredAttributes } from '../../clients/client-rules.ts'
import { isVerifiable } from '../../codes/verification.ts'
import { addNotices } from '../../notices/add-notices.ts'
import { checkPasswordHistory, preparePassword, storePassword } from '../../passwords/password.ts'
import { checkPasswordPolicy } from '../../passwords/password-policy.ts'
import { changeAttributes } from '../../users/change-attributes.ts'
import type { User } from '../../users/user.ts'
import { updateUser } from '../../users/user-store.ts'
import { requireParameters } from '../flows.ts'
import { invalidSession } from '../session-errors.ts'
import type { Challenge, Responses, SignIn } from '../sign-in.ts'
import { lockPassword } from '../sign-in-store.ts'

const prefix = 'userAttributes.'

/**
 * A user whose password was set by an administrator chooses a new one, and fills in the required attributes that are
 * missing.
 */
export const newPasswordRequired: Challenge = {
  answers: 30,
  isShownToTriggers: true,

  ask(_ctx, signIn) {
    const { pool, client } = signIn
    const user = signIn.user!
    const readable = readableAttributes(pool, client)
    const shown = Object.entries(user.attributes).filter(([name]) => readable.has(name))
    return {
      parameters: {
        USER_ID_FOR_SRP: user.username,
        userAttributes: JSON.stringify(Object.fromEntries(shown)),
        requiredAttributes: JSON.stringify(missingAttributes(signIn, user.attributes).map((name) => prefix + name)),
      },
    }
  },

  async verify(ctx, signIn, responses) {
    requireParameters(responses, ['NEW_PASSWORD'])
    const { pool, password } = signIn
    const user = signIn.user!
    const newPassword = responses.NEW_PASSWORD!
    const changes = attributeChanges(signIn, user, responses)
    checkPasswordPolicy(pool, newPassword, 'change')
    await checkPasswordHistory(ctx, pool, user.id, newPassword)
    const prepared = await preparePassword(ctx, pool, user, newPassword)

    const now = ctx.clock.now()
    return {
      user: { ...user, status: 'CONFIRMED', attributes: { ...user.attributes, ...changes } },
      state: { newPassword: true, passwordSetAt: now.getTime() },
      async write(trx) {
        // Somebody else has set another password meanwhile.
        const held = await lockPassword(trx, pool.id, user.id)
        if (held?.getTime() !== password?.setAt.getTime()) throw invalidSession()
        await storePassword(trx, pool.id, user.id, prepared, now)
        await addNotices(ctx, trx, pool, { userId: user.id, event: { kind: 'credential-change', by: 'user' } })
        if (Object.keys(changes).length > 0) await changeAttributes(trx, pool, user, changes, { now })
        return updateUser(trx, pool.id, user.id, { status: 'CONFIRMED' }, now)
      },
    }
  },
}

function attributeChanges(signIn: SignIn, user: User, responses: Responses): Record<string, string> {
  const { pool, client } = signIn
  const required = new Set(requiredAttributes(pool))
  const input = Object.entries(responses)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, Value]) => ({ Name: key.slice(prefix.length), Value }))

  const verification = input.find(({ Name }) => Name === 'email_verified' || Name === 'phone_number_verified')
  if (verification) throw notMutable(verification.Name)
  // Setting one to its present value is refused too.
  const isFixed = (name: string) => required.has(name) || isVerifiable(name)
  const settled = input.find(({ Name }) => isFixed(Name) && user.attributes[Name] !== undefined)
  if (settled)
    throw new NotAuthorized(`Cannot modify an already provided ${settled.Name}`, {
      reason: 'attribute-not-writable',
      field: settled.Name,
    })
  const changed = input.filter(({ Name, Value }) => user.attributes[Name] !== Value)
  const changes = checkAttributes(pool, changed, { creating: false, writer: client })
  const missing = missingAttributes(signIn, { ...user.attributes, ...changes })
  if (missing.length > 0)
    throw new InvalidParameter(`Invalid attributes given, ${missing[0]} is missing`, {
      reason: 'required',
      field: missing[0],
    })
  return changes
}

function missingAttributes({ pool }: SignIn, attributes: Record<string, string>): string[] {
  return requiredAttributes(pool).filter((name) => !attributes[name])
}
