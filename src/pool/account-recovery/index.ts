import type { Handlers } from '../handler.ts'

export const recoveryOperations = {} satisfies Handlers
