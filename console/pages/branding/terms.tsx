import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { cognito } from '../../api/call.ts'
import { findTerms } from '../../api/client-branding.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { type Pair, Pairs, pairsOf, recordOf } from '../../ui/pairs.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'
import type { AppKey } from './style.ts'

const t = texts.branding.terms
const readAction = 'cognito-idp:DescribeTermsByClient'
const actions = ['cognito-idp:CreateTerms', 'cognito-idp:UpdateTerms', 'cognito-idp:DeleteTerms']
type Name = keyof typeof t.names

const languages = [
  'cognito:default',
  ...'english french spanish german bahasa-indonesia italian japanese korean portuguese-brazil chinese-simplified chinese-traditional dutch'
    .split(' ')
    .map((language) => `cognito:${language}`),
]

/** Links to what people agree to, by language. */
export default function Terms(key: AppKey) {
  const may = useMay(readAction)
  if (!may(readAction)) return null
  return (
    <SpaceBetween size="l">
      {(Object.keys(t.names) as Name[]).map((name) => (
        <Links key={name} appKey={{ UserPoolId: key.UserPoolId, ClientId: key.ClientId }} name={name} />
      ))}
    </SpaceBetween>
  )
}

const isLink = (text: string) => /^https?:\/\//.test(text) && URL.canParse(text)

function Links({ appKey, name }: { appKey: AppKey; name: Name }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['DescribeTermsByClient', appKey, name],
    queryFn: async () => (await findTerms(appKey, name)) ?? null,
  })
  if (data === undefined) return <Failure error={error} onRetry={refetch} />
  const save = async ({ links }: { links: Pair[] }) => {
    const { UserPoolId } = appKey
    const wanted = recordOf(links)
    const isEmpty = Object.keys(wanted).length === 0
    if (data && isEmpty) await cognito('DeleteTerms', { UserPoolId, TermsId: data.TermsId! })
    else if (data)
      await cognito('UpdateTerms', { UserPoolId, TermsId: data.TermsId!, TermsSource: 'LINK', Links: wanted })
    else
      await cognito('CreateTerms', {
        ...appKey,
        TermsName: name,
        TermsSource: 'LINK',
        Enforcement: 'NONE',
        Links: wanted,
      })
    await refresh('DescribeTermsByClient')
  }
  return (
    <SettingsForm<{ links: Pair[] }>
      as="part"
      title={t.names[name]}
      lead={t.lead}
      settings={{ links: pairsOf(data?.Links) }}
      labels={{ links: t.names[name] }}
      review={({ links }) => ({ links: recordOf(links) })}
      needs={actions}
      isSound={({ links }) =>
        links.every((pair) => pair.name !== '' && isLink(pair.value)) &&
        (links.length === 0 || links.some((pair) => pair.name === 'cognito:default'))
      }
      onSave={save}
      saved={t.saved}
    >
      {({ links }, change) => (
        <>
          <Pairs
            nameLabel={t.language}
            valueLabel={t.link}
            add={t.add}
            empty={t.none}
            names={languages}
            faultOf={(pair) => (pair.value === '' || isLink(pair.value) ? undefined : t.badLink)}
            pairs={links}
            onChange={(pairs) => change({ links: pairs })}
          />
          {links.length > 0 && !links.some((pair) => pair.name === 'cognito:default') ? (
            <p role="alert">{t.needsDefault}</p>
          ) : null}
        </>
      )}
    </SettingsForm>
  )
}
