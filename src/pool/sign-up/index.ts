import type { Handlers } from '../handler.ts'

export const signUpOperations = {} satisfies Handlers
