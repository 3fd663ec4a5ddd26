import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, useEffect, useState } from 'react'
import { settings } from '../settings.ts'
import { texts } from '../texts/texts.ts'
import { beginSignIn } from './operator.ts'
import { signInWithKey, startSession } from './session.ts'

const t = texts.session

export default function SignInPage({ session }: { session: { reason?: string; mayTryAgain?: boolean } }) {
  useEffect(() => {
    document.title = `${t.title} · ${texts.shell.product}`
  }, [])
  return (
    <main className="sign-in">
      <SpaceBetween size="l">
        <div>
          <h1>{texts.shell.product}</h1>
          <p>{t.lead}</p>
        </div>
        {session.reason ? (
          <div role="alert">
            <Alert
              type="warning"
              action={
                session.mayTryAgain ? (
                  <Button onClick={() => void startSession()}>{texts.shell.tryAgain}</Button>
                ) : undefined
              }
            >
              {session.reason}
            </Alert>
          </div>
        ) : null}
        {isSecureContext ? (
          <Ways signIn={beginSignIn} label={t.asOperator} />
        ) : (
          <Alert type="error">{t.insecure}</Alert>
        )}
      </SpaceBetween>
    </main>
  )
}

/** At the operators' pool, where there is one, or with a key. */
export function Ways({ signIn, label }: { signIn(): Promise<void>; label: string }) {
  const [error, setError] = useState<Error>()
  if (!settings.signIn)
    return (
      <>
        <p>{t.noOperators}</p>
        <KeyForm />
      </>
    )
  return (
    <>
      <Button variant="primary" fullWidth onClick={() => void signIn().catch(setError)}>
        {label}
      </Button>
      {error ? (
        <div role="alert">
          <Alert type="error">{error.message}</Alert>
        </div>
      ) : null}
      <ExpandableSection headerText={t.withKey}>
        <KeyForm />
      </ExpandableSection>
    </>
  )
}

function KeyForm() {
  const [accessKeyId, setAccessKeyId] = useState('')
  const [secretAccessKey, setSecretAccessKey] = useState('')
  const [sessionToken, setSessionToken] = useState('')
  const [refusal, setRefusal] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setRefusal('')
    const pair = { accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() }
    await signInWithKey(sessionToken === '' ? pair : { ...pair, sessionToken: sessionToken.trim() }).catch((error) => {
      setRefusal(error.message)
      setBusy(false)
    })
  }
  return (
    <form onSubmit={submit}>
      <SpaceBetween size="m">
        <FormField label={t.keyId}>
          <Input value={accessKeyId} onChange={({ detail }) => setAccessKeyId(detail.value)} autoComplete="off" />
        </FormField>
        <FormField label={t.secret} errorText={refusal}>
          <Input
            type="password"
            value={secretAccessKey}
            onChange={({ detail }) => setSecretAccessKey(detail.value)}
            autoComplete="off"
          />
        </FormField>
        <FormField label={t.token} constraintText={t.tokenHint}>
          <Input
            type="password"
            value={sessionToken}
            onChange={({ detail }) => setSessionToken(detail.value)}
            autoComplete="off"
          />
        </FormField>
        <p>{t.keyHint}</p>
        <Button formAction="submit" loading={busy} disabled={accessKeyId === '' || secretAccessKey === ''}>
          {t.signInWithKey}
        </Button>
      </SpaceBetween>
    </form>
  )
}
