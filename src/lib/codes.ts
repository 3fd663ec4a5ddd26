import { type RandomBytes, randomText } from './random.ts'

/** A code for a message: uniform over all values, leading zeros included. */
export const numericCode = (digits: number, random?: RandomBytes): string => randomText('0123456789', digits, random)
