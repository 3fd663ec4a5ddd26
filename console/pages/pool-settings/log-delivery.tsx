import ColumnLayout from '@cloudscape-design/components/column-layout'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { cognito } from '../../api/call.ts'
import { refresh, useCognito } from '../../api/queries.ts'
import type { CognitoOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import { Choice, Text } from '../../ui/fields.tsx'
import { SettingsForm } from '../../ui/settings-form.tsx'

const t = texts.poolSettings

type Source = keyof typeof t.logSources
type Kind = keyof typeof t.destinations
type Configuration = NonNullable<
  NonNullable<CognitoOutput<'GetLogDeliveryConfiguration'>['LogDeliveryConfiguration']>['LogConfigurations']
>[number]

interface Destination {
  kind: Kind
  arn: string
}

const sources = Object.keys(t.logSources) as Source[]
/** What the service delivers of each, and where to. */
const levels = { userNotification: 'ERROR', userAuthEvents: 'INFO' } as const
const kindsOf: Record<Source, Kind[]> = {
  userNotification: ['none', 'group'],
  userAuthEvents: ['none', 'group', 'bucket', 'stream'],
}

function destinationOf(configuration: Configuration | undefined): Destination {
  const { CloudWatchLogsConfiguration, S3Configuration, FirehoseConfiguration } = configuration ?? {}
  if (CloudWatchLogsConfiguration?.LogGroupArn) return { kind: 'group', arn: CloudWatchLogsConfiguration.LogGroupArn }
  if (S3Configuration?.BucketArn) return { kind: 'bucket', arn: S3Configuration.BucketArn }
  if (FirehoseConfiguration?.StreamArn) return { kind: 'stream', arn: FirehoseConfiguration.StreamArn }
  return { kind: 'none', arn: '' }
}

const configurationOf = (source: Source, { kind, arn }: Destination): Configuration => ({
  EventSource: source,
  LogLevel: levels[source],
  ...(kind === 'group' && { CloudWatchLogsConfiguration: { LogGroupArn: arn.trim() } }),
  ...(kind === 'bucket' && { S3Configuration: { BucketArn: arn.trim() } }),
  ...(kind === 'stream' && { FirehoseConfiguration: { StreamArn: arn.trim() } }),
})

export function LogDelivery({ UserPoolId }: { UserPoolId: string }) {
  const { data, error, refetch } = useCognito('GetLogDeliveryConfiguration', { UserPoolId })
  if (!data) return <Failure error={error} onRetry={refetch} />
  const current = data.LogDeliveryConfiguration?.LogConfigurations ?? []
  const settings = Object.fromEntries(
    sources.map((source) => [source, destinationOf(current.find(({ EventSource }) => EventSource === source))]),
  ) as Record<Source, Destination>
  const save = async (draft: Record<Source, Destination>) => {
    const wanted = sources.filter((source) => draft[source].kind !== 'none')
    await cognito('SetLogDeliveryConfiguration', {
      UserPoolId,
      LogConfigurations: wanted.map((source) => configurationOf(source, draft[source])),
    })
    await refresh('GetLogDeliveryConfiguration')
  }
  return (
    <SettingsForm<Record<Source, Destination>>
      as="part"
      title={t.logs}
      lead={t.logsLead}
      settings={settings}
      labels={t.logSources}
      review={(draft) =>
        Object.fromEntries(
          sources.map((source) => [source, `${t.destinations[draft[source].kind]} ${draft[source].arn}`]),
        )
      }
      needs={['cognito-idp:SetLogDeliveryConfiguration']}
      isSound={(draft) => sources.every((source) => draft[source].kind === 'none' || draft[source].arn.trim() !== '')}
      onSave={save}
      saved={t.logsSaved}
    >
      {(draft, change) => (
        <ColumnLayout columns={2}>
          {sources.map((source) => {
            const { kind, arn } = draft[source]
            return (
              <SpaceBetween key={source} size="s">
                <Choice<Kind>
                  label={`${t.logSources[source]}: ${t.destination}`}
                  options={
                    Object.fromEntries(kindsOf[source].map((one) => [one, t.destinations[one]])) as Record<Kind, string>
                  }
                  value={kind}
                  onChange={(chosen) =>
                    change({ [source]: { kind: chosen, arn: chosen === 'none' ? '' : arn } } as Record<
                      Source,
                      Destination
                    >)
                  }
                />
                {kind === 'none' ? null : (
                  <Text
                    label={`${t.logSources[source]}: ${t.destinationArn}`}
                    fault={arn.trim() === '' ? t.destinationMissing : undefined}
                    value={arn}
                    onChange={(text) => change({ [source]: { kind, arn: text } } as Record<Source, Destination>)}
                  />
                )}
              </SpaceBetween>
            )
          })}
        </ColumnLayout>
      )}
    </SettingsForm>
  )
}
