import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'
import type { Client } from '../clients/client.ts'
import { allowedFlows } from '../clients/client-rules.ts'
import { offeredFactors } from './first-factors.ts'
import type { Driver, Responses, SignInState } from './sign-in.ts'

interface Flow {
  /** The value that the client's ExplicitAuthFlows must contain. */
  allowedBy: string
  /** The message where they don't. */
  refusal: string
  /** Who may use it; everyone where absent. */
  drivers?: Driver[]
  needs: string[]
  /** An unknown name may be migrated from another directory, since the password is known. */
  migrates?: boolean
  /** The first challenge; undefined leaves the choice to the user. */
  first(ctx: Context, signIn: Parameters<typeof offeredFactors>[1], parameters: Responses): SignInState['first']
}

const adminPassword: Flow = {
  allowedBy: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  refusal: 'Auth flow not enabled for this client',
  drivers: ['admin'],
  needs: ['USERNAME', 'PASSWORD'],
  migrates: true,
  first: () => 'PASSWORD',
}

export const flows = {
  USER_PASSWORD_AUTH: {
    allowedBy: 'ALLOW_USER_PASSWORD_AUTH',
    refusal: 'USER_PASSWORD_AUTH flow not enabled for this client',
    drivers: ['api', 'page'],
    needs: ['USERNAME', 'PASSWORD'],
    migrates: true,
    first: () => 'PASSWORD',
  },
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  ADMIN_NO_SRP_AUTH: adminPassword,
  USER_SRP_AUTH: {
    allowedBy: 'ALLOW_USER_SRP_AUTH',
    refusal: 'USER_SRP_AUTH is not enabled for the client.',
    needs: ['USERNAME', 'SRP_A'],
    first: () => 'PASSWORD_SRP',
  },
  CUSTOM_AUTH: {
    allowedBy: 'ALLOW_CUSTOM_AUTH',
    refusal: 'CUSTOM_AUTH is not enabled for the client.',
    needs: ['USERNAME'],
    first: () => undefined,
  },
  USER_AUTH: {
    allowedBy: 'ALLOW_USER_AUTH',
    refusal: 'USER_AUTH flow not enabled for this client',
    needs: ['USERNAME'],
    first: (ctx, signIn, { PREFERRED_CHALLENGE }) =>
      offeredFactors(ctx, signIn).find((name) => name === PREFERRED_CHALLENGE),
  },
} satisfies Record<string, Flow>

export type FlowName = keyof typeof flows

/** @throws InvalidParameterException for a flow that this client or this call may not use, or a parameter that is missing */
export function requireFlow(name: string, client: Client, driver: Driver, parameters: Responses): FlowName {
  const flow: Flow | undefined = isFlowName(name) ? flows[name] : undefined
  if (!isFlowName(name) || !flow || flow.drivers?.includes(driver) === false)
    throw new InvalidParameter('Initiate Auth method not supported.')
  if (driver !== 'page' && !allowedFlows(client).has(flow.allowedBy)) throw new InvalidParameter(flow.refusal)
  requireParameters(parameters, flow.needs)
  return name
}

/** @throws InvalidParameterException naming the first that is missing */
export function requireParameters(parameters: Responses, names: string[]): void {
  const missing = names.find((name) => !parameters[name])
  if (missing) throw new InvalidParameter(`Missing required parameter ${missing}`)
}

/** Where an app asks for a level, the form with name and password runs the choice flow. */
export function isMigrating(name: FlowName, driver: Driver, { PASSWORD }: Responses): boolean {
  const flow: Flow = flows[name]
  return flow.migrates === true || (driver === 'page' && PASSWORD !== undefined)
}

const isFlowName = (name: string): name is FlowName => Object.hasOwn(flows, name)
