import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { lazy, Suspense, useState } from 'react'
import { ApiError } from '../../api/api-error.ts'
import type { ClientType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { saveClient } from '../../api/save.ts'
import { flashError } from '../../shell/flashes.tsx'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Text } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import { Part } from '../../ui/part.tsx'
import { beginTry, passwordFlow, type Tokens, tryPassword, tryUri } from '../try/try-sign-in.ts'

const TokensView = lazy(() => import('../try/tokens-view.tsx').then((module) => ({ default: module.TokensView })))

const t = texts.tryIt
const updateAction = 'cognito-idp:UpdateUserPoolClient'

/** A real sign-in through the app client, by the login page or the API, and the tokens that it ends in. */
export function TryIt({ client }: { client: ClientType }) {
  const may = useMay(updateAction, 'cognito-idp:AdminInitiateAuth')
  const [open, setOpen] = useState<'register' | 'password'>()
  const [tokens, setTokens] = useState<Tokens>()
  const { AllowedOAuthFlows = [], CallbackURLs = [] } = client
  const hasPages = AllowedOAuthFlows.includes('code')
  const isRegistered = CallbackURLs.includes(tryUri)
  const flow = passwordFlow(client)
  const mayPassword = flow === 'client' || (flow === 'admin' && may('cognito-idp:AdminInitiateAuth'))
  if (!hasPages && !flow) return null
  const atLoginPage = () => (isRegistered ? beginTry(client).catch(flashError) : setOpen('register'))
  const register = async () => {
    await saveClient(client.UserPoolId!, client.ClientId!, ({ CallbackURLs: present = [] }) => ({
      CallbackURLs: [...present, tryUri],
    }))
    await beginTry(client)
  }
  return (
    <SpaceBetween size="l">
      <Part
        title={t.title}
        lead={t.lead}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {mayPassword ? <Button onClick={() => setOpen('password')}>{t.byApi}</Button> : null}
            {hasPages && (isRegistered || may(updateAction)) ? (
              <Button variant="primary" onClick={atLoginPage}>
                {t.atLoginPage}
              </Button>
            ) : null}
          </SpaceBetween>
        }
      >
        <Box color="text-body-secondary">{flow ? t.how : t.noPasswordFlow}</Box>
      </Part>
      {tokens ? (
        <Suspense>
          <TokensView tokens={tokens} poolId={client.UserPoolId!} />
        </Suspense>
      ) : null}
      {open === 'register' ? (
        <Confirm title={t.registerTitle} action={t.register} onConfirm={register} onClose={() => setOpen(undefined)}>
          {t.registerText} <code>{tryUri}</code>
        </Confirm>
      ) : null}
      {open === 'password' ? (
        <PasswordForm client={client} onTokens={setTokens} onClose={() => setOpen(undefined)} />
      ) : null}
    </SpaceBetween>
  )
}

interface PasswordProps {
  client: ClientType
  onTokens(tokens: Tokens): void
  onClose(): void
}

function PasswordForm({ client, onTokens, onClose }: PasswordProps) {
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const signIn = async () => {
    const answer = await tryPassword(client, { username: username.trim(), password })
    if ('challenge' in answer) throw new ApiError('Challenge', t.challenge(answer.challenge))
    onTokens(answer)
  }
  return (
    <FormModal
      title={t.byApi}
      action={t.signIn}
      disabled={username.trim() === '' || password === ''}
      onSubmit={signIn}
      onClose={onClose}
    >
      <Text label={t.username} value={username} autoFocus onChange={setUsername} />
      <Text label={t.password} value={password} isSecret onChange={setPassword} />
    </FormModal>
  )
}
