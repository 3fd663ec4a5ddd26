import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { createContext, type ReactNode, useContext } from 'react'
import { texts } from '../texts/texts.ts'

/** Whether the fields below only show their values, to a role that can't change them. */
export const ReadOnly = createContext(false)

export const useReadOnly = (): boolean => useContext(ReadOnly)

/** A value in the place of its field. */
export const Shown = ({ label, children }: { label: string; children: ReactNode }) => (
  <KeyValuePairs
    items={[{ label, value: children === '' ? texts.common.none : <span className="lines">{children}</span> }]}
  />
)
