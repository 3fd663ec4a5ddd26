/**
 * Converts a handler's output to the JSON of the response: Dates as epoch seconds with milliseconds, bytes as base64,
 * absent members omitted, and nothing that the shape does not declare. Each shape is compiled to one closure on first
 * use.
 */
import type { JsonObject } from './json-types.ts'
import { type Operation, type Shape, shapeNamed } from './model.ts'

type Write = (value: unknown) => unknown

const writers = new Map<string, Write>()

/** The response body; empty if the operation declares no output. */
export function serializeOutput(operation: Pick<Operation<string>, 'output'>, output: unknown): string {
  if (operation.output === null) return ''
  return JSON.stringify(writerOf(operation.output)(output ?? {}))
}

function writerOf(name: string): Write {
  let write = writers.get(name)
  if (!write) {
    write = compile(shapeNamed(name))
    writers.set(name, write)
  }
  return write
}

const asIs: Write = (value) => value

function compile(shape: Shape): Write {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members).map(([name, member]) => ({ name, write: writerOf(member.shape) }))
      return (value) => {
        const written: JsonObject = {}
        for (const { name, write } of members) {
          const member = (value as JsonObject)[name]
          if (member !== undefined && member !== null) written[name] = write(member)
        }
        return written
      }
    }
    case 'list': {
      const write = writerOf(shape.member)
      return (value) => (value as unknown[]).filter((item) => item !== undefined && item !== null).map(write)
    }
    case 'map': {
      const write = writerOf(shape.value)
      return (value) => {
        const written: JsonObject = {}
        for (const [name, entry] of Object.entries(value as JsonObject)) {
          if (entry !== undefined && entry !== null) written[name] = write(entry)
        }
        return written
      }
    }
    case 'timestamp':
      return (value) => (value instanceof Date ? value.getTime() / 1000 : value)
    case 'blob':
      return (value) => {
        const bytes = value as Uint8Array
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
      }
    default:
      return asIs
  }
}
