import { en, type Texts } from './en.ts'

export const zhCN: Texts = en
