import { english } from './en/index.ts'

/** Every text that people read. A language is a folder beside `en` with the same members. */
export type Texts = typeof english

export const texts: Texts = english
