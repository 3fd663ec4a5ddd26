import Tabs from '@cloudscape-design/components/tabs'
import type { ClientType } from '../../api/merge.ts'
import { settings } from '../../settings.ts'
import { texts } from '../../texts/texts.ts'
import { Block } from '../../ui/block.tsx'
import { Part } from '../../ui/part.tsx'
import { type Snippet, snippetsFor } from './snippet-texts.ts'

const t = texts.clients

export function Snippets({ client, hasSecret }: { client: ClientType; hasSecret: boolean }) {
  const { AllowedOAuthFlows = [], CallbackURLs = [], LogoutURLs = [] } = client
  const isMachine = AllowedOAuthFlows.includes('client_credentials')
  if (!isMachine && CallbackURLs.length === 0) return null
  const snippets = snippetsFor({
    publicUrl: settings.publicUrl,
    region: settings.region,
    poolId: client.UserPoolId!,
    clientId: client.ClientId!,
    hasSecret,
    isMachine,
    callbackUrl: CallbackURLs[0] ?? '',
    logoutUrl: LogoutURLs[0] ?? CallbackURLs[0] ?? '',
    scopes: client.AllowedOAuthScopes ?? [],
  })
  return (
    <Part title={t.snippets} lead={t.snippetsLead}>
      <Tabs
        ariaLabel={t.snippets}
        i18nStrings={{ scrollLeftAriaLabel: texts.common.scrollLeft, scrollRightAriaLabel: texts.common.scrollRight }}
        tabs={snippets.map((snippet) => ({
          id: snippet.id,
          label: snippet.title,
          content: <Code snippet={snippet} />,
        }))}
      />
    </Part>
  )
}

function Code({ snippet: { title, install, code } }: { snippet: Snippet }) {
  return (
    <div className="snippet">
      {install === undefined ? null : <Block text={install} label={`${title}: 1`} />}
      <Block text={code} label={title} />
    </div>
  )
}
