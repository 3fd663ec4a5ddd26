import Button from '@cloudscape-design/components/button'
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import Form from '@cloudscape-design/components/form'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Tiles from '@cloudscape-design/components/tiles'
import { type FormEvent, useState } from 'react'
import { cognito } from '../../api/call.ts'
import { refresh } from '../../api/queries.ts'
import { flashError, flashSuccess } from '../../shell/flashes.tsx'
import { navigate, useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { callbackUrlFault } from '../../ui/callback-url.ts'
import { PageHead } from '../../ui/page-head.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { FromFile } from './from-file.tsx'
import {
  clientInput,
  hasPeople,
  type Purpose,
  poolInput,
  purposes,
  resourceServerInput,
  type SignInName,
  scopeParts,
  suggestedUrls,
  type Wishes,
} from './purposes.ts'

const t = texts.pools.create

const initial: Wishes = {
  purpose: 'web',
  name: '',
  clientName: 'web',
  signInName: 'email',
  passkeys: true,
  emailCode: false,
  selfSignUp: true,
  callbackUrl: 'http://localhost:3000/callback',
  scope: 'api/read',
}

interface Faults {
  name?: string
  callbackUrl?: string
  scope?: string
}

function faultsOf({ purpose, name, callbackUrl, scope }: Wishes): Faults {
  return {
    ...(name.trim() === '' && { name: t.nameMissing }),
    ...(hasPeople(purpose)
      ? { callbackUrl: callbackUrlFault(callbackUrl) }
      : !scopeParts(scope) && { scope: t.badScope }),
  }
}

export default function CreatePoolPage() {
  const [wishes, setWishes] = useState(initial)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const change = (part: Partial<Wishes>) => setWishes((before) => ({ ...before, ...part }))
  const faults = faultsOf(wishes)
  useQuestionBeforeLeaving(wishes.name !== '' && !busy ? texts.common.unsaved : undefined)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.values(faults).some((fault) => fault !== undefined)) return
    setBusy(true)
    setError(undefined)
    try {
      await createPool(wishes)
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }

  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      <form onSubmit={submit}>
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={() => navigate('pools')}>
                {texts.common.cancel}
              </Button>
              <Button variant="primary" loading={busy}>
                {t.submit}
              </Button>
            </SpaceBetween>
          }
        >
          <Container>
            <SpaceBetween size="l">
              <FormField label={t.name} constraintText={t.nameHint} errorText={tried ? faults.name : undefined}>
                <Input value={wishes.name} autoFocus onChange={({ detail }) => change({ name: detail.value })} />
              </FormField>
              <FormField label={t.purpose} stretch>
                <Tiles
                  value={wishes.purpose}
                  onChange={({ detail }) => {
                    const purpose = detail.value as Purpose
                    change({ purpose, clientName: purpose, callbackUrl: suggestedUrls[purpose] })
                  }}
                  items={purposes.map((purpose) => {
                    const [label, description] = t.purposes[purpose]
                    return { value: purpose, label, description }
                  })}
                />
              </FormField>
              {hasPeople(wishes.purpose) ? <People wishes={wishes} change={change} /> : null}
              <FormField label={t.clientName}>
                <Input value={wishes.clientName} onChange={({ detail }) => change({ clientName: detail.value })} />
              </FormField>
              {hasPeople(wishes.purpose) ? (
                <FormField label={t.callback} constraintText={t.callbackHint} errorText={faults.callbackUrl}>
                  <Input
                    type="text"
                    inputMode="url"
                    value={wishes.callbackUrl}
                    onChange={({ detail }) => change({ callbackUrl: detail.value })}
                  />
                </FormField>
              ) : (
                <FormField label={t.scope} constraintText={t.scopeHint} errorText={faults.scope}>
                  <Input value={wishes.scope} onChange={({ detail }) => change({ scope: detail.value })} />
                </FormField>
              )}
              <Refusal error={error} />
            </SpaceBetween>
          </Container>
        </Form>
      </form>
      <div className="below">
        <FromFile />
      </div>
    </>
  )
}

function People({ wishes, change }: { wishes: Wishes; change(part: Partial<Wishes>): void }) {
  return (
    <SpaceBetween size="l">
      <FormField label={t.signIn} constraintText={t.signInHint}>
        <RadioGroup
          direction="horizontal"
          value={wishes.signInName}
          onChange={({ detail }) => change({ signInName: detail.value as SignInName })}
          items={(Object.keys(t.signIns) as SignInName[]).map((value) => ({ value, label: t.signIns[value] }))}
        />
      </FormField>
      <FormField label={t.passwordless}>
        <Checkbox checked={wishes.passkeys} onChange={({ detail }) => change({ passkeys: detail.checked })}>
          {t.passkeys}
        </Checkbox>
        <Checkbox checked={wishes.emailCode} onChange={({ detail }) => change({ emailCode: detail.checked })}>
          {t.emailCode}
        </Checkbox>
      </FormField>
      <Checkbox checked={wishes.selfSignUp} onChange={({ detail }) => change({ selfSignUp: detail.checked })}>
        {t.selfSignUp}
      </Checkbox>
    </SpaceBetween>
  )
}

/** The pool stands even where its app is refused: what is wrong with that can be mended on the pool's own pages. */
async function createPool(wishes: Wishes): Promise<void> {
  const { UserPool } = await cognito('CreateUserPool', poolInput(wishes))
  const poolId = UserPool!.Id!
  await refresh('ListUserPools')
  try {
    if (!hasPeople(wishes.purpose)) await cognito('CreateResourceServer', resourceServerInput(poolId, wishes.scope))
    await cognito('CreateUserPoolClient', clientInput(poolId, wishes))
    flashSuccess(t.done(wishes.name))
  } catch (refused) {
    flashError(refused)
  }
  navigate(`pools/${poolId}`)
}
