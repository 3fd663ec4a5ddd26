import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { en, type Texts } from '../../src/hosted/texts/en.ts'
import { refusalText } from '../../src/hosted/texts/refusal-text.ts'
import {
  findLanguage,
  languageNamed,
  languages,
  preferredLanguage,
  type TextKey,
} from '../../src/hosted/texts/texts.ts'
import * as errors from '../../src/model/errors.ts'
import { launchChromium } from '../support/chromium.ts'
import { type HostedScene, password, startScene } from './scene.ts'
import { Visitor } from './visitor.ts'

let scene: HostedScene

before(async () => {
  scene = await startScene()
  await scene.addUser('ann@example.com')
})
after(() => scene?.close())

const keys = Object.keys(en) as TextKey[]
const values = {
  name: 'Shop (ann)',
  count: 12,
  username: 'U',
  provider: 'P',
  destination: 'D',
  device: 'V',
  terms: 'T',
  privacy: 'Y',
  app: 'App-1',
  account: 'A',
  host: 'H',
  scope: 'S',
  code: 'BCDF-GHJK',
  date: '1 Mai',
  address: 'ann@example.com',
}

test('in no language is a text missing or half English', () => {
  const tags = languages.map(({ tag }) => tag).sort()
  assert.equal(
    tags.join(' '),
    'ar cs da de el en es fi fr he hi hu id it ja ko nb nl pl pt-BR ro ru sk sv th tr uk vi zh-CN zh-TW',
  )
  const english = languageNamed('en').t
  for (const { tag, t } of languages) {
    const same: string[] = []
    for (const key of keys) {
      const text = t(key, values)
      assert.ok(text.trim(), `${tag} ${key}`)
      assert.doesNotMatch(text, /[{}]|undefined/, `${tag} ${key}`)
      for (const [name, value] of Object.entries(values)) {
        const wanted = JSON.stringify(en[key]).includes(`{${name}}`)
        if (wanted) assert.ok(text.includes(String(value)), `${tag} ${key} lacks ${name}`)
      }
      if (tag !== 'en' && text === english(key, values)) same.push(key)
    }
    // Words that a language has borrowed.
    assert.ok(same.length <= 12, `${tag}: ${same}`)
  }
})

test('plurals and numbers follow the rules of the language', () => {
  assert.equal(languageNamed('en').t('password.length', { count: 1 }), 'At least 1 character')
  assert.equal(languageNamed('en').t('password.length', { count: 8 }), 'At least 8 characters')
  assert.equal(languageNamed('fr').t('password.length', { count: 1 }), 'Au moins 1 caractère')
  assert.equal(languageNamed('es').t('password.length', { count: 8 }), 'Al menos 8 caracteres')
  assert.equal(languageNamed('de').t('password.length', { count: 1234 }), 'Mindestens 1.234 Zeichen')
  assert.equal(languageNamed('en').t('password.length', { count: 1234 }), 'At least 1,234 characters')
})

test('every language has a form for each of the numbers that its grammar tells apart, and its own digits', async () => {
  for (const { tag, t } of languages) {
    const [texts] = Object.values(await import(`../../src/hosted/texts/${tag.toLowerCase()}.ts`)) as Texts[]
    const rules = new Intl.PluralRules(tag)
    const forms = new Set(Array.from({ length: 100 }, (_, count) => rules.select(count)))
    for (const key of keys) {
      if (typeof en[key] === 'string') continue
      const text = texts![key]
      for (const form of forms) assert.ok(forms.size === 1 || (text as object)[form as never], `${tag} ${key}: ${form}`)
      for (const count of [1, 2, 5, 21, 1234])
        assert.ok(t(key, { count }).includes(new Intl.NumberFormat(tag).format(count)), `${tag} ${key} ${count}`)
    }
  }
})

// Where the service's own words are for programmers.
const reworded = [
  'app-code-mismatch',
  'app-code-used',
  'factor-code-mismatch',
  'no-recovery-address',
  'password-reset-required',
  'phone-exists',
  'rate-exceeded',
  'sign-up-closed',
  'software-token-mismatch',
  'username-not-found',
].map((reason) => `refusal.${reason}`)

test('a refusal is translated by its reason, and in English is the service’s own text where that is for people', async () => {
  let source = ''
  for await (const file of glob('src/{pool,model,oauth}/**/*.ts')) source += await readFile(file, 'utf8')
  const said = source.replaceAll(/\\(['\\])/g, '$1')
  for (const key of keys.filter((one) => one.startsWith('refusal.'))) {
    assert.ok(said.includes(`'${key.slice('refusal.'.length)}'`), `no refusal has the reason of ${key}`)
    if (reworded.includes(key)) {
      assert.doesNotMatch(String(en[key]), /_|client|pool|token|\bthe user\b|^Invalid/i, key)
      continue
    }
    // A `{name}` of the pages is a `${name}` there.
    const text = String(en[key])
      .replace(/.* policy: /, '')
      .replaceAll(/\{(\w+)\}/g, '$${$1}')
    const opening = text.replace(/email(?= already exists)/, '${' + '').split('${')[0]!
    assert.ok(said.includes(text) || said.includes(opening), `nobody says: ${text}`)
  }
  const { t } = languageNamed('de')
  assert.equal(refusalText(t, new errors.WrongCredentials()), 'Benutzername oder Passwort ist falsch.')
  const message = 'Password does not conform to policy: Password not long enough'
  assert.equal(refusalText(t, { reason: 'password-too-short', message }), 'Das Passwort ist zu kurz.')
  assert.match(
    refusalText(languageNamed('en').t, { reason: 'password-too-short', message }),
    /: Password not long enough$/,
  )
})

test('a refusal without a translated reason is shown with its own text, even if that looks like another refusal', () => {
  const { t } = languageNamed('de')
  const message = 'Incorrect username or password.'
  assert.equal(refusalText(t, new errors.UserLambdaValidation(message)), message)
  assert.equal(refusalText(t, { message }), message)
})

test('the browser’s own preference counts, by its weights', () => {
  const cases: [string, string][] = [
    ['', 'en'],
    ['de-AT', 'de'],
    ['xx, fr;q=0.5, de;q=0.9', 'de'],
    ['pt', 'pt-BR'],
    ['pt-PT, en;q=0.5', 'pt-BR'],
    ['zh', 'zh-CN'],
    ['zh-Hant-HK', 'zh-TW'],
    ['zh-TW', 'zh-TW'],
    ['de;q=0, nl', 'nl'],
    ['no', 'nb'],
    ['iw-IL', 'he'],
    ['*', 'en'],
    [';;;,,=', 'en'],
  ]
  for (const [header, tag] of cases) assert.equal(preferredLanguage(header).tag, tag, header)
  assert.equal(findLanguage('PT-br')?.tag, 'pt-BR')
  assert.equal(findLanguage('constructor'), undefined)
})

test('a language that an address asks for stays; pages and refusals speak it', async () => {
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ lang: 'ja' }))
  assert.match(page.body, /<html lang="ja">/)
  assert.match(page.body, /<h1>サインイン<\/h1>/)
  const refused = await visitor.submitAndFollow(page, { username: 'ann@example.com', password: 'Wrong-password-1' })
  assert.match(refused.body, /ユーザー名またはパスワードが正しくありません。/)
  const later = await visitor.open(scene.loginUrl({ state: 'later' }))
  assert.match(later.body, /<html lang="ja">/)
  const other = await visitor.open(scene.loginUrl({ lang: 'nl' }, 'signup'))
  assert.match(other.body, /<h1>Account aanmaken<\/h1>/)
  const unknown = await new Visitor().open(scene.loginUrl({ lang: 'tlh' }))
  assert.match(unknown.body, /<html lang="en">/)
})

test('a code that a page sends is in the page’s language, one that an app asks for in English', async () => {
  const visitor = new Visitor()
  const page = await visitor.open(scene.loginUrl({ lang: 'fr' }, 'forgotPassword'))
  await visitor.submitAndFollow(page, { username: 'ann@example.com' })
  const to = 'ann@example.com'
  const french = await scene.message({ to, subject: 'Votre code de vérification' })
  assert.equal(french.body, `Votre code de vérification est ${french.code}.`)
  await scene.cognito.forgotPassword({ ClientId: scene.clientId, Username: to })
  const english = await scene.message({ to, subject: 'Your verification code' })
  assert.equal(english.body, `Your verification code is ${english.code}. `)
})

test('a style can let visitors choose their language, with and without scripts', async () => {
  const ClientId = await scene.addClient({})
  const Settings = { categories: { form: { languageSelector: { enabled: true } } } }
  await scene.cognito.createManagedLoginBranding({ UserPoolId: scene.poolId, ClientId, Settings })
  const browser = await launchChromium()
  try {
    for (const javaScriptEnabled of [true, false]) {
      const context = await browser.newContext({ javaScriptEnabled })
      const page = await context.newPage()
      await page.goto(scene.loginUrl({ client_id: ClientId, state: 'a "quoted" & state' }))
      const picker = page.getByRole('combobox', { name: 'Language' })
      assert.equal(await picker.inputValue(), 'en')
      await picker.selectOption({ label: 'Deutsch' })
      if (!javaScriptEnabled) await page.locator('.languages button').click()
      await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
      assert.equal(await page.locator('html').getAttribute('lang'), 'de')
      assert.equal(await page.getByRole('combobox', { name: 'Sprache' }).inputValue(), 'de')
      await page.screenshot({ path: 'test/artefacts/pages/language-picker.jpeg', quality: 85, fullPage: true })
      await page.getByLabel('E-Mail-Adresse').fill('ann@example.com')
      await page.getByLabel('Passwort', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Anmelden' }).click()
      await page.waitForURL(`${scene.callback}?**`)
      assert.equal(new URL(page.url()).searchParams.get('state'), 'a "quoted" & state')
      await context.close()
    }
  } finally {
    await browser.close()
  }
})

test('a style that does not say so shows no choice of languages', async () => {
  const page = await new Visitor().open(scene.loginUrl())
  assert.doesNotMatch(page.body, /class="languages"/)
})

test('the address comes before the cookie, and the cookie before the browser', async () => {
  const headers = { 'Accept-Language': 'fr' }
  const visitor = new Visitor()
  const { url } = await visitor.open(scene.loginUrl())
  const shown = async (address: string) => /<html lang="([^"]+)">/.exec((await visitor.get(address, headers)).body)![1]
  assert.equal(await shown(url), 'fr')
  assert.equal(await shown(`${url}&lang=ko`), 'ko')
  assert.equal(await shown(url), 'ko')
  assert.equal(await shown(`${url}&lang=pt-BR`), 'pt-BR')
  assert.equal(await shown(`${url}&lang=tlh`), 'pt-BR')
  visitor.cookies.clear()
  await visitor.open(scene.loginUrl())
  assert.equal(await shown(url), 'fr')
})

test('errors speak the browser’s language, also those of addresses that no app has', async () => {
  const headers = { 'Accept-Language': 'de-CH, fr;q=0.4' }
  const base = `${scene.url}/${scene.poolId}`
  const problem = await new Visitor().get(`${base}/oauth2/authorize?client_id=nobody`, headers)
  assert.match(problem.body, /keine Anwendung hat sie/)
  const error = await new Visitor().get(`${base}/error?error=redirect_mismatch`, headers)
  assert.match(error.body, /Etwas ist schiefgegangen/)
})

test('a page in a language written from right to left is laid out that way, and keeps the order of numbers', async () => {
  const { t } = languageNamed('ar')
  assert.ok(t('confirm.sentBySms', { destination: '+*******0100' }).includes('\u2068+*******0100\u2069'))
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } })
    for (const [lang, direction] of [
      ['ar', 'rtl'],
      ['en', 'ltr'],
    ] as const) {
      for (const name of ['login', 'signup']) {
        await page.goto(scene.loginUrl({ lang }, name))
        const layout = (await page.evaluate(`(() => {
          const box = (element) => element.getBoundingClientRect()
          const range = document.createRange()
          range.selectNodeContents(document.querySelector('label'))
          const label = box(range), card = box(document.querySelector('.card'))
          const { direction } = getComputedStyle(document.documentElement)
          const fits = document.documentElement.scrollWidth <= innerWidth
          return { direction, fits, left: label.left - card.left, right: card.right - label.right }
        })()`)) as { direction: string; fits: boolean; left: number; right: number }
        assert.equal(layout.direction, direction)
        assert.ok(layout.fits, `${lang} ${name} fits`)
        assert.equal(layout.right < layout.left, direction === 'rtl', `${lang} ${name}: ${JSON.stringify(layout)}`)
      }
      await page.screenshot({ path: `test/artefacts/pages/direction-${direction}.jpeg`, quality: 85, fullPage: true })
    }
  } finally {
    await browser.close()
  }
})

test('every language fits into a small window', async () => {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } })
    for (const { tag } of languages) {
      for (const name of ['login', 'signup', 'forgotPassword']) {
        await page.goto(scene.loginUrl({ lang: tag }, name))
        assert.equal(await page.locator('html').getAttribute('lang'), tag)
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${tag} ${name}`)
      }
      await page.screenshot({ path: `test/artefacts/pages/language-${tag}.jpeg`, quality: 85, fullPage: true })
    }
  } finally {
    await browser.close()
  }
})
