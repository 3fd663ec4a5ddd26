import type { Handlers } from '../handler.ts'

export const signInOperations = {} satisfies Handlers
