import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider'
import { trimEndOf } from '../../lib/trim-end.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { isEmail, isPhoneNumber } from './formats.ts'

/** A value in the form in which it is stored, or what is wrong with it. */
export type Checked = { value: string } | { fault: string }

// A limit of the whole service, in bytes: it is also the size of an index entry.
const maxBytes = 2048

/** @throws InvalidParameterException for an invalid e-mail address or phone number */
export function checkValue(attribute: SchemaAttributeType, value: string): Checked {
  // PostgreSQL can store neither of these.
  if (value.includes('\0') || !value.isWellFormed()) return { fault: 'Invalid characters in the value' }
  if (Buffer.byteLength(value) > maxBytes) return { fault: `String must be no longer than ${maxBytes} characters` }

  switch (attribute.AttributeDataType) {
    case 'Boolean':
      return checkBoolean(value)
    case 'Number':
      return checkNumber(attribute, value)
    case 'DateTime':
      return checkDateTime(value)
    default:
      return checkString(attribute, value)
  }
}

function checkString(attribute: SchemaAttributeType, value: string): Checked {
  if (attribute.Name === 'email' && !isEmail(value))
    throw new InvalidParameter('Invalid email address format.', { reason: 'email-format', field: 'email' })
  if (attribute.Name === 'phone_number' && !isPhoneNumber(value))
    throw new InvalidParameter('Invalid phone number format.', { reason: 'phone-format', field: 'phone_number' })
  const { MinLength, MaxLength } = lengthsOf(attribute)
  if (MinLength !== undefined && value.length < Number(MinLength))
    return { fault: `String must be no shorter than ${MinLength} characters` }
  if (MaxLength !== undefined && value.length > Number(MaxLength))
    return { fault: `String must be no longer than ${MaxLength} characters` }
  return { value }
}

/** A pool may set other limits for a standard attribute, but a date of birth is always YYYY-MM-DD long. */
const lengthsOf = ({ Name, StringAttributeConstraints = {} }: SchemaAttributeType) =>
  Name === 'birthdate' ? { MinLength: '10', MaxLength: '10' } : StringAttributeConstraints

function checkBoolean(value: string): Checked {
  const lower = value.toLowerCase()
  return lower === 'true' || lower === 'false' ? { value: lower } : { fault: 'Value must be true or false' }
}

function checkNumber(attribute: SchemaAttributeType, value: string): Checked {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(value.trim())
  if (!match) return { fault: 'Value must be a number' }
  const [, sign, wholeDigits, fractionDigits = ''] = match
  const whole = wholeDigits!.replace(/^0+(?=\d)/, '')
  const fraction = trimEndOf(fractionDigits, '0')
  const digits = fraction ? `${whole}.${fraction}` : whole
  const canonical = sign === '-' && digits !== '0' ? `-${digits}` : digits

  const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {}
  if (MinValue !== undefined && Number(canonical) < Number(MinValue))
    return { fault: `Number must be no less than ${MinValue}` }
  if (MaxValue !== undefined && Number(canonical) > Number(MaxValue))
    return { fault: `Number must be no greater than ${MaxValue}` }
  return { value: canonical }
}

function checkDateTime(value: string): Checked {
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
  const isDate = (iso.test(value) && !Number.isNaN(Date.parse(value))) || /^\d{1,15}$/.test(value)
  return isDate ? { value } : { fault: 'Value must be a date' }
}
