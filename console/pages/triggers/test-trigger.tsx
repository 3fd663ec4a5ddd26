import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { triggerSources } from '../../../src/model/trigger-sources.ts'
import { poolhouse } from '../../api/call.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { Block } from '../../ui/block.tsx'
import { LongText } from '../../ui/fields.tsx'
import { FormModal } from '../../ui/form-modal.tsx'
import type { Trigger } from './trigger-activity.tsx'

const t = texts.triggers.test

type Result = PoolhouseOutput<'TestTrigger'>

interface Props {
  UserPoolId: string
  trigger: Trigger
  label: string
  onClose(): void
}

/** Runs a function with a sample event, as often as somebody wants, and shows how it went. */
export function TestTrigger({ UserPoolId, trigger, label, onClose }: Props) {
  const [event, setEvent] = useState('')
  const [result, setResult] = useState<Result>()
  const [source, setSource] = useState<string>()
  const fault = jsonFault(event)
  const edited = readObject(event)
  const send = async () => {
    setResult(undefined)
    // An event that is no object is refused by the server.
    const change = edited ? JSON.stringify({ triggerSource: source, ...edited }) : event
    const Event = change === '{}' ? {} : { Event: change }
    setResult(await poolhouse('TestTrigger', { UserPoolId, Trigger: trigger, ...Event }))
  }
  return (
    <FormModal
      title={t.title(label)}
      action={t.send}
      cancel={texts.common.close}
      size="large"
      stays
      disabled={fault !== undefined}
      onSubmit={send}
      onClose={onClose}
    >
      <div>{t.lead}</div>
      <Source
        trigger={trigger}
        value={edited?.triggerSource ?? source}
        onChange={(chosen) => {
          setSource(chosen)
          if (edited?.triggerSource !== undefined)
            setEvent(JSON.stringify({ ...edited, triggerSource: chosen }, undefined, 2))
        }}
      />
      <LongText
        label={t.event}
        hint={t.eventHint}
        fault={fault && texts.common.notJson(fault)}
        rows={Math.min(16, Math.max(3, event.split('\n').length))}
        value={event}
        onChange={setEvent}
      />
      {result ? <Outcome result={result} onEdit={() => setEvent(pretty(result.Event))} /> : null}
    </FormModal>
  )
}

/** Some functions are called for several things. */
function Source({ trigger, value, onChange }: { trigger: Trigger; value: unknown; onChange(source: string): void }) {
  const options = triggerSources[trigger].map((source) => ({
    value: source,
    label: t.sources[source.split('_')[1]!] ?? source,
    description: source,
  }))
  if (options.length < 2) return null
  return (
    <FormField label={t.source}>
      <Select
        expandToViewport
        selectedOption={options.find((option) => option.value === value) ?? options[0]!}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value!)}
      />
    </FormField>
  )
}

const kinds = { Accepted: 'success', Refused: 'warning', Failed: 'error' } as const

function Outcome({ result, onEdit }: { result: Result; onEdit(): void }) {
  return (
    <SpaceBetween size="m">
      <div role="status">
        <Alert type={kinds[result.Result]} header={`${t.results[result.Result]} ${t.took(result.Milliseconds)}`}>
          {result.ErrorMessage === undefined ? null : (
            <>
              {t.error}: {result.ErrorMessage} <small>{result.ErrorType}</small>
            </>
          )}
        </Alert>
      </div>
      <Output label={t.response} text={result.Response && pretty(result.Response)} />
      <Output label={t.console} text={result.ConsoleOutput?.join('\n')} />
      <Output label={t.stack} text={result.Stack} />
      <Output label={t.sent} text={pretty(result.Event)} />
      <Button onClick={onEdit}>{t.edit}</Button>
    </SpaceBetween>
  )
}

function Output({ label, text }: { label: string; text: string | undefined }) {
  if (text === undefined) return null
  return (
    <div>
      <Box variant="h3">{label}</Box>
      <Block label={label} text={text} />
    </div>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2)
  } catch {
    return json
  }
}

/** The members of an event as somebody wrote it; none where nothing is written, undefined for what is no object. */
function readObject(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function jsonFault(text: string): string | undefined {
  if (text.trim() === '') return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
