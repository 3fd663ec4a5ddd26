/** Types of the API as JSON has them: times are seconds since 1970, bytes are base64. */
import type { Operations } from '../../src/model/operations.ts'
import type { PoolhouseOperations } from '../../src/model/poolhouse-operations.ts'

export type Wire<T> = T extends Date
  ? number
  : T extends Uint8Array
    ? string
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [Name in keyof T]: Wire<T[Name]> }
        : T

export type CognitoName = keyof Operations
export type CognitoInput<Name extends CognitoName> = Wire<Operations[Name]['input']>
export type CognitoOutput<Name extends CognitoName> = Wire<Operations[Name]['output']>

export type PoolhouseName = keyof PoolhouseOperations
export type PoolhouseInput<Name extends PoolhouseName> = Wire<PoolhouseOperations[Name]['input']>
export type PoolhouseOutput<Name extends PoolhouseName> = Wire<PoolhouseOperations[Name]['output']>
