import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '../../src/hosted/texts/texts.ts'
import { codeDelivery } from '../../src/pool/messages/code-delivery.ts'
import { fillHtml, fillSubject, fillText, htmlToText } from '../../src/pool/messages/fill.ts'
import { confirmsByLink, messageTexts } from '../../src/pool/messages/texts.ts'
import { translations } from '../../src/pool/messages/translations.ts'

const bare = { SchemaAttributes: [] }

test('a pool that says nothing has the service’s words', () => {
  assert.deepEqual(messageTexts(bare, { kind: 'SignUp', byLink: false }), {
    smsMessage: 'Your verification code is {####}. ',
    emailMessage: 'Your verification code is {####}. ',
    emailSubject: 'Your verification code',
  })
  assert.deepEqual(messageTexts(bare, { kind: 'AdminCreateUser', byLink: false }), {
    smsMessage: 'Your username is {username} and temporary password is {####}. ',
    emailMessage: 'Your username is {username} and temporary password is {####}. ',
    emailSubject: 'Your temporary password',
  })
  assert.equal(
    messageTexts(bare, { kind: 'Authentication', byLink: false }).smsMessage,
    'Your authentication code is {####}. ',
  )
})

test('a page’s language has default texts of its own, which a template of the pool overrides', () => {
  const occasion = { kind: 'SignUp', byLink: false, language: 'de' } as const
  assert.deepEqual(messageTexts(bare, occasion), {
    smsMessage: 'Ihr Bestätigungscode lautet {####}.',
    emailMessage: 'Ihr Bestätigungscode lautet {####}.',
    emailSubject: 'Ihr Bestätigungscode',
  })
  const settings = { ...bare, VerificationMessageTemplate: { EmailMessage: 'Code: {####}', EmailSubject: 'Code' } }
  assert.deepEqual(messageTexts(settings, occasion), {
    smsMessage: 'Ihr Bestätigungscode lautet {####}.',
    emailMessage: 'Code: {####}',
    emailSubject: 'Code',
  })
  const english = messageTexts(bare, { ...occasion, language: 'constructor' })
  assert.equal(english.emailSubject, 'Your verification code')
})

test('every language has all default texts, with their placeholders', () => {
  const tags = languages.map(({ tag }) => tag).filter((tag) => tag !== 'en')
  assert.deepEqual(Object.keys(translations).sort(), tags.sort())
  for (const tag of tags) {
    for (const kind of ['SignUp', 'Authentication'] as const) {
      const texts = messageTexts(bare, { kind, byLink: false, language: tag })
      assert.match(texts.emailMessage, /\{####\}/, tag)
      assert.match(texts.smsMessage, /\{####\}/, tag)
      assert.doesNotMatch(texts.emailSubject, /[{}]/, tag)
    }
    assert.match(messageTexts(bare, { kind: 'SignUp', byLink: true, language: tag }).emailMessage, /\{##[^#]+##\}/, tag)
  }
})

test('the verification template goes before the older members', () => {
  const older = {
    ...bare,
    EmailVerificationMessage: 'old {####}',
    EmailVerificationSubject: 'old',
    SmsVerificationMessage: 'old sms {####}',
  }
  assert.deepEqual(messageTexts(older, { kind: 'ForgotPassword', byLink: false }), {
    smsMessage: 'old sms {####}',
    emailMessage: 'old {####}',
    emailSubject: 'old',
  })
  const template = { EmailMessage: 'new {####}', EmailSubject: 'new', SmsMessage: 'new sms {####}' }
  assert.deepEqual(
    messageTexts({ ...older, VerificationMessageTemplate: template }, { kind: 'VerifyUserAttribute', byLink: false }),
    {
      smsMessage: 'new sms {####}',
      emailMessage: 'new {####}',
      emailSubject: 'new',
    },
  )
})

test('sign-in codes have the pool’s MFA texts', () => {
  const settings = {
    ...bare,
    SmsAuthenticationMessage: 'pool {####}',
    EmailMfaConfiguration: { Message: 'mail {####}', Subject: 'sign in' },
  }
  assert.equal(messageTexts(settings, { kind: 'Authentication', byLink: false }).smsMessage, 'pool {####}')
  const sms = { ...settings, SmsMfaConfiguration: { SmsAuthenticationMessage: 'mfa {####}' } }
  assert.deepEqual(messageTexts(sms, { kind: 'Authentication', byLink: false }), {
    smsMessage: 'mfa {####}',
    emailMessage: 'mail {####}',
    emailSubject: 'sign in',
  })
})

test('sign-up alone is confirmed by a link', () => {
  const settings = { ...bare, VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' as const } }
  assert.ok(confirmsByLink(settings, 'SignUp'))
  assert.ok(confirmsByLink(settings, 'ResendCode'))
  assert.ok(!confirmsByLink(settings, 'ForgotPassword'))
  assert.ok(!confirmsByLink(bare, 'SignUp'))
})

test('values are escaped in a mail’s HTML and left alone in a text message', () => {
  const values = { code: 'a<b>&"\'', username: '<img src=x>' }
  assert.equal(fillHtml('<p>{username}: {####}</p>', values), '<p>&lt;img src=x&gt;: a&lt;b&gt;&amp;&quot;&#39;</p>')
  assert.equal(fillText('{username}: {####}', values), '<img src=x>: a<b>&"\'')
})

test('a value that looks like a placeholder or a replacement pattern stays as it is', () => {
  assert.equal(fillText('{username} {####}', { code: "$&$'", username: '{####}' }), "{####} $&$'")
})

test('every placeholder of a text is filled', () => {
  assert.equal(fillText('{####} and {####}', { code: '123456' }), '123456 and 123456')
})

test('a link placeholder becomes a link whose address cannot leave its attribute', () => {
  const link = 'https://auth.example.com/confirmUser?user_name=a&x="><script>'
  assert.equal(
    fillHtml('Go {##Verify Email##} ', { code: '1', link }),
    'Go <a href="https://auth.example.com/confirmUser?user_name=a&amp;x=&quot;&gt;&lt;script&gt;">Verify Email</a> ',
  )
  assert.equal(fillHtml('Go {##Verify##}', { code: '123456' }), 'Go 123456')
})

test('a subject is one line', () => {
  assert.equal(fillSubject('Hello\r\nBcc: eve@example.com', { code: '1' }), 'Hello Bcc: eve@example.com')
  assert.equal(fillSubject('For {username}', { code: '1', username: 'a\nb\u2028c\0' }), 'For a b c')
})

test('the plain text of a mail says what its HTML shows', () => {
  const html =
    '<html><head><style>p{color:red}</style></head><body><h1>Hi &amp; welcome</h1><p>Your code<br>is <b>12</b></p>' +
    '<a class="x" href="https://example.com/?a=1&amp;b=2">Verify</a></body></html>'
  assert.equal(htmlToText(html), 'Hi & welcome\nYour code\nis 12\nVerify (https://example.com/?a=1&b=2)')
  assert.equal(htmlToText('Your verification code is 123456. '), 'Your verification code is 123456.')
  assert.equal(htmlToText('&amp;lt;'), '&lt;')
})

test('the longest text is turned to plain text in no time, whatever it is made of', () => {
  for (const part of ['<', '<a ', '<style', '<style>', '<a href="', '{##', '\n ', '&', '<p ']) {
    const text = part.repeat(20_000 / part.length)
    const started = performance.now()
    htmlToText(fillHtml(text, { code: '1', link: 'x' }))
    assert.ok(performance.now() - started < 500, `${JSON.stringify(part)}: ${performance.now() - started} ms`)
  }
})

test('callers learn where a code was sent, masked', () => {
  assert.deepEqual(codeDelivery('email', 'ann@example.com'), {
    AttributeName: 'email',
    DeliveryMedium: 'EMAIL',
    Destination: 'a***@e***',
  })
  assert.deepEqual(codeDelivery('phone_number', '+15551234444'), {
    AttributeName: 'phone_number',
    DeliveryMedium: 'SMS',
    Destination: '+*******4444',
  })
})
