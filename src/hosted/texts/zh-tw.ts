import { en, type Texts } from './en.ts'

export const zhTW: Texts = en
