import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import Tabs from '@cloudscape-design/components/tabs'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ClientType } from '../../api/merge.ts'
import { useMay } from '../../api/permissions.ts'
import { saveClient } from '../../api/save.ts'
import { settings } from '../../settings.ts'
import { Link as RouterLink } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { Block } from '../../ui/block.tsx'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'
import { devInboxPage } from '../dev-inbox/page.ts'
import { type Snippet, unseen } from './snippet-texts/facts.ts'
import { snippetsFor } from './snippet-texts/index.ts'

const t = texts.clients
const updateAction = 'cognito-idp:UpdateUserPoolClient'

export function Snippets({ client, hasSecret }: { client: ClientType; hasSecret: boolean }) {
  const { AllowedOAuthFlows = [], CallbackURLs = [], LogoutURLs = [], AllowedOAuthScopes = [] } = client
  const facts = {
    publicUrl: settings.publicUrl,
    poolId: client.UserPoolId!,
    clientId: client.ClientId!,
    secret: hasSecret ? (client.ClientSecret ?? unseen) : undefined,
    isMachine: AllowedOAuthFlows.includes('client_credentials'),
    callbackUrls: CallbackURLs,
    logoutUrls: LogoutURLs,
    scopes: AllowedOAuthScopes,
  }
  const { data: snippets = [] } = useQuery({
    queryKey: ['snippets', facts],
    queryFn: () => snippetsFor(facts),
    // The tab that somebody has chosen stays.
    placeholderData: keepPreviousData,
  })
  if (snippets.length === 0) return null
  return (
    <Part title={t.snippets} lead={t.snippetsLead}>
      <Tabs
        ariaLabel={t.snippets}
        i18nStrings={{ scrollLeftAriaLabel: texts.common.scrollLeft, scrollRightAriaLabel: texts.common.scrollRight }}
        tabs={snippets.map((snippet) => ({
          id: snippet.id,
          label: snippet.title,
          content: <Steps snippet={snippet} client={client} />,
        }))}
      />
    </Part>
  )
}

function Steps({ snippet, client }: { snippet: Snippet; client: ClientType }) {
  const { title, steps, open, callbackUrl } = snippet
  return (
    <div className="snippet">
      {callbackUrl === undefined || client.CallbackURLs?.includes(callbackUrl) ? null : (
        <MissingCallback url={callbackUrl} client={client} />
      )}
      {steps.map(({ file, text }, index) => (
        <section key={text}>
          <Box variant="h3" fontSize="body-m" padding={{ bottom: 'xxs' }}>
            {index + 1}. {file === undefined ? t.inTerminal : <code>{file}</code>}
          </Box>
          <Block text={text} hidden={client.ClientSecret} label={file ?? `${title}: ${index + 1}`} />
        </section>
      ))}
      {open === undefined ? null : (
        <div>
          {steps.length + 1}. {t.openApp}{' '}
          <Link href={open} external>
            {open}
          </Link>
          {settings.mode === 'dev' ? (
            <>
              . {t.inboxHint} <RouterLink to={devInboxPage.path}>{devInboxPage.title({})}</RouterLink>
            </>
          ) : null}
        </div>
      )}
    </div>
  )
}

/** Frameworks that know only one path have it added to the app client. */
function MissingCallback({ url, client }: { url: string; client: ClientType }) {
  const may = useMay(updateAction)
  const [run, busy] = useAction()
  const add = () =>
    saveClient(client.UserPoolId!, client.ClientId!, ({ CallbackURLs: present = [] }) => ({
      CallbackURLs: [...present, url],
    }))
  return (
    <Alert
      type="info"
      action={
        may(updateAction) ? (
          <Button loading={busy} onClick={() => run(add, t.callbackAdded)}>
            {t.addCallback}
          </Button>
        ) : null
      }
    >
      {t.missingCallback} <code>{url}</code>
    </Alert>
  )
}
