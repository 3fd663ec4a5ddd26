import type { ParameterizedContext } from 'koa'
import type { Surface } from '../oauth/surface.ts'
import { readCookie, setCookie } from './cookies.ts'
import { findLanguage, type Language, preferredLanguage } from './texts/texts.ts'

const cookie = 'lang'
const aYear = 365 * 24 * 60 * 60

/** The language in the address, else the one chosen earlier, else the browser's preference. */
export function languageOf(koa: ParameterizedContext, surface?: Surface): Language {
  const { lang } = koa.query
  const asked = findLanguage(Array.isArray(lang) ? lang[0] : lang)
  if (asked) {
    if (surface && readCookie(koa, surface, cookie) !== asked.tag)
      setCookie(koa, surface, cookie, asked.tag, { seconds: aYear })
    return asked
  }
  const before = surface && findLanguage(readCookie(koa, surface, cookie))
  return before ?? preferredLanguage(koa.get('accept-language'))
}
