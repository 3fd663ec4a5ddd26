import type { Context } from '../context.ts'

export interface Demo {
  appUrl: string
  loginUrl: string
  username: string
  password: string
}

/** Makes the demo pool on first start and says how to sign in to it. */
export async function ensureDemo(_ctx: Context): Promise<Demo | undefined> {
  return undefined
}
